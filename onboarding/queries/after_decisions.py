"""What is due after decisions: notices not sent, appeals, reports to the data bank, provisional participations. By index,
the soonest due first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, or_, select

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
from onboarding.policy.deadlines import after, clock, ran_out
from onboarding.policy.notices import NOTICES, TOLD, Notice, notice_of
from onboarding.policy.vocabulary import LetterState, MessageState, NoticeState, ParticipationState
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
    """Decisions of the last year that no letter has told yet, the oldest first."""
    rows = db.session.execute(notices_query(today()))
    return [
        NoticeDue(row.id, row.name, row.decided_on, notice_of(row.decided_on, None, today())) for row in rows
    ]


def notices_query(on: date) -> Select[Any]:
    """The statement behind that list."""
    query: Any = (
        select(Application.id, Application.name, Decision.decided_on)
        .join(Application, Application.id == Decision.application_id)
        .where(Decision.decided_on.between(_looked_back(on), on), *_untold())
        .order_by(Decision.decided_on, Decision.id)
        .limit(MOST)
    )
    return query


def applications_to_tell(state: NoticeState, on: date) -> Select[Any]:
    """The applications with a decision of the last year that no letter has told and whose clock is amber, or has run out."""
    late = _decided(ran_out("decision_notice", on - timedelta(days=1)), on)
    amber = and_(_decided(ran_out("notice_turns_amber", on), on), ~late)
    return select(Decision.application_id).where(late if state is NoticeState.LATE else amber, *_untold())


def _decided(periods: Iterable[tuple[date, date]], on: date) -> ColumnElement[bool]:
    since = _looked_back(on)
    return or_(
        false(),
        *(Decision.decided_on.between(max(first, since), last) for first, last in periods if last >= since),
    )


def _looked_back(on: date) -> date:
    return on - timedelta(days=clock("notice_looked_back", on).amount)


def _untold() -> tuple[ColumnElement[bool], ...]:
    left = exists().where(
        Letter.application_id == Decision.application_id,
        Letter.kind.in_(NOTICES),
        Letter.written_on >= Decision.decided_on,
        Letter.state == LetterState.RENDERED,
        ~exists().where(OutboxMessage.letter_id == Letter.id, OutboxMessage.state != MessageState.SENT),
    )
    return Decision.outcome.in_(TOLD), ~left


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
