"""What the application page of the desk shows beside the credentialing file, and the files it hands out."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, literal, select

from onboarding.clock import today
from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import (
    Application,
    AuditEvent,
    Decision,
    Document,
    ExclusionMatch,
    Letter,
    OnboardingItem,
    OutboxMessage,
    Participation,
    PartnerReferral,
    Screening,
    Staff,
)
from onboarding.policy.access import may
from onboarding.policy.vocabulary import Capability, LetterState, ProviderKind
from onboarding.queries.files import UNSETTLED_MESSAGES

MOST_LETTERS = 100
_NO_DOCUMENT = "There is no such document."


def get_document(public_id: str) -> Document:
    """One uploaded file by its random id. Raises NotFound, the same whatever the reason."""
    known = re.fullmatch(r"[A-Za-z0-9_-]{1,32}", public_id)
    found = (
        db.session.scalars(select(Document).where(Document.public_id == public_id)).one_or_none()
        if known
        else None
    )
    if found is None:
        raise NotFound(_NO_DOCUMENT)
    return found


def get_document_of(application_id: int, document_id: int) -> Document:
    """One uploaded file of this application. Raises NotFound for another application's."""
    found = db.session.get(Document, document_id)
    if found is None or found.application_id != application_id:
        raise NotFound(_NO_DOCUMENT)
    return found


def get_match_of(application_id: int, match_id: int) -> ExclusionMatch:
    """One possible exclusion match of this application. Raises NotFound for another application's."""
    query = select(ExclusionMatch).join(Screening).where(
        ExclusionMatch.id == match_id, Screening.application_id == application_id
    )  # fmt: skip
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such match.")
    return found


def get_letter(letter_id: int) -> Letter:
    """One letter whose bytes are kept. Raises NotFound before it is rendered."""
    found = db.session.get(Letter, letter_id)
    if found is None or found.state is not LetterState.RENDERED:
        raise NotFound("There is no such letter.")
    return found


def get_message_of(application_id: int, message_id: int) -> OutboxMessage:
    """One hand-over of a letter of this application. Raises NotFound for another application's."""
    found = db.session.get(OutboxMessage, message_id)
    if found is None or found.letter.application_id != application_id:
        raise NotFound("There is no such letter.")
    return found


def list_events(application_id: int) -> list[AuditEvent]:
    """The history of one application, newest first."""
    query = (
        select(AuditEvent).where(AuditEvent.application_id == application_id).order_by(AuditEvent.id.desc())
    )
    return list(db.session.scalars(query))


def list_decisions(application_id: int) -> list[Decision]:
    """Every decision on one application, in the order they were recorded."""
    query = select(Decision).where(Decision.application_id == application_id).order_by(Decision.number)
    return list(db.session.scalars(query))


def get_decision_of(application_id: int, decision_id: int) -> Decision:
    """One decision on this application. Raises NotFound for another application's."""
    found = db.session.get(Decision, decision_id)
    if found is None or found.application_id != application_id:
        raise NotFound("There is no such decision.")
    return found


def list_onboarding_items(participation: Participation) -> list[OnboardingItem]:
    """The items of the onboarding list that are done."""
    query = select(OnboardingItem).where(OnboardingItem.participation_id == participation.id)
    return list(db.session.scalars(query))


def list_staff_who_work() -> list[Staff]:
    """Everybody a file can be given to, by name."""
    return [staff for staff in _active_staff() if may(staff.role_set, Capability.CLAIM_WORK)]


def find_staff(staff_id: int | None) -> Staff | None:
    """One account, or None."""
    return db.session.get(Staff, staff_id) if staff_id else None


def _active_staff() -> list[Staff]:
    return list(db.session.scalars(select(Staff).where(Staff.active).order_by(Staff.name)))


@dataclass(frozen=True)
class ReferralCount:
    """How many were sent to the partner of one kind: this month, this year, ever."""

    kind: ProviderKind
    month: int
    year: int
    ever: int


def count_referrals() -> list[ReferralCount]:
    """Referrals to partners by kind, as far as there were any."""
    day = today()
    column = PartnerReferral.referred_on
    query = select(
        PartnerReferral.kind,
        func.count().filter(column >= day.replace(day=1)),
        func.count().filter(column >= day.replace(month=1, day=1)),
        func.count(),
    ).group_by(PartnerReferral.kind)
    return [ReferralCount(*row) for row in db.session.execute(query)]


def count_letters_to_settle() -> int:
    """Letters that could not be made and hand-overs in doubt or failed: all wait for a person."""
    handed = (
        select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state.in_(UNSETTLED_MESSAGES))
    )
    made = select(func.count()).select_from(Letter).where(Letter.state == LetterState.FAILED)
    return (db.session.scalar(handed) or 0) + (db.session.scalar(made) or 0)


def list_letters_to_settle(most: int = MOST_LETTERS) -> list[Row[Any]]:
    """The letters that wait for a person, oldest first: the file, the letter, and by which channel it did not leave.

    Both indexes on a state answer.
    """
    about = (Letter.id, Letter.kind, Letter.written_on, Application.id.label("application_id"), Application.name,
             Application.public_id)  # fmt: skip
    handed = (
        select(*about, OutboxMessage.channel, OutboxMessage.state)
        .join(Letter, Letter.id == OutboxMessage.letter_id)
        .join(Application, Application.id == Letter.application_id)
        .where(OutboxMessage.state.in_(UNSETTLED_MESSAGES))
        .order_by(Letter.id)
    )
    made = (
        select(*about, literal(None).label("channel"), literal("not made").label("state"))
        .join(Application, Application.id == Letter.application_id)
        .where(Letter.state == LetterState.FAILED)
        .order_by(Letter.id)
    )
    found = [*db.session.execute(made.limit(most)), *db.session.execute(handed.limit(most))]
    return sorted(found, key=lambda row: row.id)[:most]


def get_letter_of(application_id: int, letter_id: int) -> Letter:
    """One letter of this application. Raises NotFound."""
    query = select(Letter).where(Letter.id == letter_id, Letter.application_id == application_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such letter.")
    return found
