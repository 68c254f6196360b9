"""What is due after decisions: notices not sent, appeals, reports to the data bank, provisional participations. By index,
the soonest due first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, exists, select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import (
    AdverseAction,
    Appeal,
    Application,
    Decision,
    Letter,
    OutboxMessage,
    Participation,
)
from onboarding.policy.deadlines import after
from onboarding.policy.notices import NOTICES, TOLD, Notice, notice_of
from onboarding.policy.vocabulary import LetterState, MessageState, ParticipationState
from onboarding.queries.files import letter_fact

MOST = 100


@dataclass(frozen=True)
class NoticeDue:
    """A decision whose notice has not left: the application, when it was decided, where its notice stands."""

    application_id: int
    name: str
    decided_on: date
    notice: Notice


def list_notices_due() -> list[NoticeDue]:
    """Decisions that no letter has told yet, the oldest first."""
    left = exists().where(
        Letter.application_id == Decision.application_id,
        Letter.kind.in_(NOTICES),
        Letter.written_on >= Decision.decided_on,
        Letter.state == LetterState.RENDERED,
        ~exists().where(OutboxMessage.letter_id == Letter.id, OutboxMessage.state != MessageState.SENT),
    )
    query = (
        select(Application.id, Application.name, Decision.decided_on)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.outcome.in_(TOLD), ~left)
        .order_by(Decision.decided_on, Decision.id)
        .limit(MOST)
    )
    rows = db.session.execute(query)
    return [
        NoticeDue(row.id, row.name, row.decided_on, notice_of(row.decided_on, None, today())) for row in rows
    ]


def notices_of(decisions: list[Decision], letters: list[Letter]) -> dict[int, Notice]:
    """Where the notice of each decision of one application stands, by the decision's id. Each is told by the first letter
    written from its day on."""
    told = [letter for letter in letters if letter.kind in NOTICES]
    found = {}
    for decision in decisions:
        if decision.outcome in TOLD:
            left = [letter_fact(one).left_on for one in told if one.written_on >= decision.decided_on]
            found[decision.id] = notice_of(decision.decided_on, left[0] if left else None, today())
    return found


def list_open_appeals() -> list[Row[Any]]:
    """Appeals not decided yet: (appeal, application)."""
    query: Any = (
        select(Appeal, Application)
        .join(Application, Application.id == Appeal.application_id)
        .where(Appeal.outcome.is_(None))
        .order_by(Appeal.due_on, Appeal.id)
        .limit(MOST)
    )
    return list(db.session.execute(query).unique())


def list_reports_due() -> list[Row[Any]]:
    """Decisions against a provider that nobody has marked, reports not made, and reports to amend after an appeal:
    (action, application)."""
    query: Any = (
        select(AdverseAction, Application)
        .join(Application, Application.id == AdverseAction.application_id)
        .where(AdverseAction.due_on.is_not(None))
        .order_by(AdverseAction.due_on, AdverseAction.id)
        .limit(MOST)
    )
    return list(db.session.execute(query).unique())


def list_provisional() -> list[Row[Any]]:
    """Who is in the network provisionally: (participation, application)."""
    query: Any = (
        select(Participation, Application)
        .join(Application, Application.id == Participation.application_id)
        .where(Participation.provisional_until.is_not(None), Participation.state == ParticipationState.ACTIVE)
        .order_by(Participation.provisional_until, Participation.id)
        .limit(MOST)
    )
    return list(db.session.execute(query).unique())


def is_amber(due_on: date) -> bool:
    """Are at most ten days left?"""
    return after("amber_before", today()) >= due_on
