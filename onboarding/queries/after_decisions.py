"""What is due after decisions: notices not sent, appeals, reports to the data bank, provisional participations, pending
enrollment with the State, conditions to look at again. By index, the soonest due first."""

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
    FollowUp,
    Letter,
    OutboxMessage,
    Participation,
)
from onboarding.policy.deadlines import after, clock, ran_out
from onboarding.policy.notices import NOTICES, TOLD, Notice, notice_of
from onboarding.policy.vocabulary import LetterState, MessageState, NoticeState, ParticipationState
from onboarding.queries.after_queue import follow_up_open
from onboarding.queries.facts import letter_fact

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


def list_follow_ups() -> list[Row[Any]]:
    """Conditions that nobody has looked at again yet, the next first: (decision, application)."""
    query: Any = (
        select(Decision, Application)
        .join(Application, Application.id == Decision.application_id)
        .where(*follow_up_open())
        .order_by(Decision.follow_up_on, Decision.id)
        .limit(MOST)
    )
    return list(db.session.execute(query).unique())


def is_follow_up_open(decision: Decision) -> bool:
    """Are the conditions of this decision to be looked at again?"""
    query = select(Decision.id).where(Decision.id == decision.id, *follow_up_open())
    return db.session.scalar(query) is not None


def find_follow_ups(decisions: list[Decision]) -> dict[int, FollowUp]:
    """What was found when the conditions of these decisions were looked at again, by the decision's id."""
    ids = [one.id for one in decisions if one.follow_up_on]
    if not ids:
        return {}
    found = db.session.scalars(select(FollowUp).where(FollowUp.decision_id.in_(ids)))
    return {one.decision_id: one for one in found}


@dataclass(frozen=True)
class StatePending:
    """How long the State has been asked: which day today is, of how many, and the last of them."""

    day: int
    of: int
    last_day: date


def state_clock_of(since: date) -> StatePending:
    """Where the clock of an enrollment stands that has been pending since this day."""
    days = clock("state_enrolment_pending", since).amount
    return StatePending((today() - since).days, days, after("state_enrolment_pending", since))


def list_state_pending() -> list[Row[Any]]:
    """Who is in the network while the State has not confirmed the enrollment: (participation, application)."""
    query: Any = (
        select(Participation, Application)
        .join(Application, Application.id == Participation.application_id)
        .where(Participation.state_pending_since.is_not(None))
        .order_by(Participation.state_pending_since, Participation.id)
        .limit(MOST)
    )
    return list(db.session.execute(query).unique())


def is_amber(due_on: date) -> bool:
    """Are at most ten days left?"""
    return after("amber_before", today()) >= due_on
