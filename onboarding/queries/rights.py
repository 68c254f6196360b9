"""Reading the requests made by right: those of one application, those that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from onboarding.clock import today
from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import Application, Letter, RightsRequest, Verification
from onboarding.policy.vocabulary import LetterKind, RightsKind, RightsState
from onboarding.queries.notices import waits_for_answer

MOST_SHOWN = 50


@dataclass(frozen=True)
class WaitingRights:
    """How many requests wait for an answer, how many are overdue, and the oldest of these; a wish to leave the network
    stands there from its first day."""

    waiting: int
    overdue: int
    oldest: Sequence[Any]


def list_rights_requests(application_id: int) -> list[RightsRequest]:
    """Every request of one application, newest first."""
    query = select(RightsRequest).where(RightsRequest.application_id == application_id)
    return list(db.session.scalars(query.order_by(RightsRequest.id.desc())))


def get_request_of(application_id: int, request_id: int) -> RightsRequest:
    """One request of this application. Raises NotFound for another application's."""
    found = db.session.get(RightsRequest, request_id)
    if found is None or found.application_id != application_id:
        raise NotFound("There is no such request.")
    return found


def get_verification_of(application_id: int, verification_id: int) -> Verification:
    """One verification of this application. Raises NotFound for another application's."""
    found = db.session.get(Verification, verification_id)
    if found is None or found.application_id != application_id:
        raise NotFound("There is no such verification.")
    return found


def list_notices(application_id: int) -> list[Letter]:
    """The discrepancy notices of one application, oldest first; facts["verification"] says what each is about."""
    query = select(Letter).where(
        Letter.application_id == application_id, Letter.kind == LetterKind.DISCREPANCY
    )
    return list(db.session.scalars(query.order_by(Letter.id)))


def list_open_notices(application_id: int) -> list[Letter]:
    """The discrepancy notices that wait for the applicant's answer, oldest first."""
    query = (
        select(Letter)
        .join(Application, Application.id == Letter.application_id)
        .where(
            Letter.application_id == application_id,
            Letter.kind == LetterKind.DISCREPANCY,
            *waits_for_answer(),
        )
    )
    return list(db.session.scalars(query.order_by(Letter.id)))


def is_asked_today(application_id: int, kind: RightsKind) -> bool:
    """Has this right been used today already?"""
    query = select(RightsRequest.id).where(
        RightsRequest.application_id == application_id,
        RightsRequest.kind == kind,
        RightsRequest.asked_on == today(),
    )
    return db.session.scalar(query.limit(1)) is not None


def is_leaving_asked(application_id: int) -> bool:
    """Does a request to leave the network wait for our answer?"""
    query = select(RightsRequest.id).where(
        RightsRequest.application_id == application_id,
        RightsRequest.kind == RightsKind.LEAVE,
        RightsRequest.state == RightsState.ASKED,
    )
    return db.session.scalar(query.limit(1)) is not None


def list_waiting() -> WaitingRights:
    """The requests that wait for an answer of staff, by index."""
    late = RightsRequest.due_on < today()
    waits = RightsRequest.state == RightsState.ASKED
    waiting, overdue = db.session.execute(select(func.count(), func.count().filter(late)).where(waits)).one()
    oldest = (
        select(
            Application.id, Application.name, Application.public_id, RightsRequest.kind, RightsRequest.due_on
        )
        .join(Application, Application.id == RightsRequest.application_id)
        .where(waits, late | (RightsRequest.kind == RightsKind.LEAVE))
        .order_by(RightsRequest.due_on, RightsRequest.id)
        .limit(MOST_SHOWN)
    )
    return WaitingRights(waiting, overdue, db.session.execute(oldest).all())
