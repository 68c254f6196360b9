"""Decisions: the medical director signs a clean file, the committee decides everything else; approval makes or
renews the participation."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import (
    AdverseAction,
    AgendaItem,
    Appeal,
    Application,
    Decision,
    Meeting,
    Participation,
    Staff,
)
from onboarding.policy.adverse import adverse_kind
from onboarding.policy.appeals import OUTCOME_LABELS, OUTCOMES, TOLD_INSTEAD
from onboarding.policy.clean_file import flags
from onboarding.policy.committee import REASON_CODES, outcome_row
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import (
    Action,
    AdverseKind,
    DecisionOutcome,
    LetterKind,
    MeetingState,
    ParticipationState,
)
from onboarding.queries.appeals import find_open_appeal
from onboarding.queries.committee import read_table
from onboarding.queries.files import find_agenda_item, find_renewal_due, get_credentialing_file
from onboarding.services.letters import write_letter
from onboarding.services.participations import end, join
from onboarding.services.workflow import take_step

_JOINS = frozenset({DecisionOutcome.APPROVED, DecisionOutcome.APPROVED_WITH_CONDITIONS})


def approve_clean_file(
    application: Application, actor: Actor, *, expected_version: int | None = None
) -> Participation:
    """The medical director approves a clean file; today is the decision date (NCQA: sign-off date is the decision).

    Raises NotReady, NotAllowed or Conflict as take_step does.
    """
    take_step(
        application, Action.APPROVE_CLEAN_FILE, actor, expected_version=expected_version, decided_on=today(),
        letter_facts=_letter_facts(today(), [], ""),
    )  # fmt: skip
    decision = _record(application, actor, DecisionOutcome.APPROVED, today(), "Clean file")
    return join(application, decision.decided_on, letter=LetterKind.WELCOME)


def place_on_agenda(
    application: Application,
    actor: Actor,
    meeting: Meeting | None,
    *,
    reason: str = "",
    expected_version: int | None = None,
) -> AgendaItem:
    """Place a file on the agenda of a meeting, last in its order, with the flags that bring it there and, where
    somebody says so, why."""
    why = flags(get_credentialing_file(application))
    take_step(
        application, Action.PLACE_ON_AGENDA, actor, expected_version=expected_version, reason=reason,
        meeting_on=meeting.held_on if meeting else None,
        meeting_closed=meeting is not None and meeting.state is MeetingState.CLOSED,
    )  # fmt: skip
    assert meeting is not None, "the guard meeting_dated has seen the meeting"
    last = select(func.coalesce(func.max(AgendaItem.place), 0)).where(AgendaItem.meeting_id == meeting.id)
    item = AgendaItem(
        meeting=meeting,
        application_id=application.id,
        placed_on=today(),
        placed_by_id=actor.id,
        place=(db.session.scalar(last) or 0) + 1,
        why=[*([reason.strip()[:200]] if reason.strip() else []), *why],
    )
    db.session.add(item)
    db.session.flush()
    return item


def decide_in_committee(
    application: Application,
    actor: Actor,
    outcome: DecisionOutcome,
    *,
    reason: str,
    codes: Iterable[str] = (),
    follow_up_on: date | None = None,
    expected_version: int | None = None,
) -> Decision:
    """Record what the committee decided: its meeting, who was at the table and what they voted is the record's.

    Raises BadInput for a denial without a coded reason and for conditions without a day to look at them again, else as
    take_step does.
    """
    row, chosen = outcome_row(outcome), _known(codes)
    item = find_agenda_item(application.id)
    table, met_on = read_table(item), item.meeting.held_on if item else None
    if row.coded and not chosen:
        raise BadInput("Choose at least one coded reason.", {"codes": "Choose at least one coded reason."})
    if row.followed_up and (follow_up_on is None or follow_up_on <= today()):
        says = "Give the day, after today, on which the conditions are looked at again."
        raise BadInput(says, {"follow_up_on": says})
    reasons = [line.strip() for line in reason.splitlines() if line.strip()]
    appeal = find_open_appeal(application.id)
    facts = _letter_facts(met_on, reasons, _conditions(reason, follow_up_on) if row.followed_up else "")
    if appeal:
        facts |= {"appeal_outcome": _made_of_it(outcome), "asked_on": appeal.asked_on.isoformat()}
    take_step(
        application,
        row.action,
        actor,
        expected_version=expected_version,
        reason=reason,
        attendance=table.attendance,
        votes=table.votes,
        decided_on=met_on,
        letter_facts=facts,
        told_instead=TOLD_INSTEAD if appeal else {},
    )
    assert item is not None and met_on is not None, "the guard meeting_held has seen the meeting"
    decision = _record(application, actor, outcome, met_on, reason.strip(), _staff(table.attendance), item)
    decision.reason_codes = chosen if row.coded else []
    decision.follow_up_on = follow_up_on if row.followed_up else None
    if outcome in _JOINS:
        join(application, met_on, letter=LetterKind.WELCOME)
    joined = application.participation
    if outcome is DecisionOutcome.DENIED and joined and joined.state is ParticipationState.ACTIVE:
        end(joined, met_on)  # a denied renewal ends what it was to renew
    against = adverse_kind(outcome)
    if against and not appeal:
        _note_adverse(application, against, met_on, decision.reason_codes)
    if appeal and outcome in OUTCOMES:
        _close(appeal, application, decision, facts)
    return decision


def _made_of_it(outcome: DecisionOutcome) -> str:
    return OUTCOME_LABELS[OUTCOMES[outcome]] if outcome in OUTCOMES else ""


def _close(appeal: Appeal, application: Application, decision: Decision, facts: dict[str, Any]) -> None:
    """The decision of the other panel is the outcome of the appeal, with its written reasons; where it lets the provider
    in, the letter on the appeal goes beside the welcome letter."""
    appeal.outcome, appeal.decided_on = OUTCOMES[decision.outcome], decision.decided_on
    appeal.outcome_reason = decision.reason
    if decision.outcome in _JOINS:
        write_letter(application, LetterKind.APPEAL_DECIDED, facts=facts)


def _note_adverse(application: Application, kind: AdverseKind, on: date, codes: list[str]) -> None:
    """A decision against the provider: a person answers whether it is reported."""
    report_by = after("npdb_report", on)
    db.session.add(
        AdverseAction(application_id=application.id, kind=kind, codes=codes, acted_on=on, report_by=report_by)
    )


def _known(codes: Iterable[str]) -> list[str]:
    chosen = set(codes)
    if chosen - REASON_CODES.keys():
        raise BadInput("Choose the coded reasons from the list.", {"codes": "Choose from the list."})
    return [code for code in REASON_CODES if code in chosen]


def _conditions(reason: str, follow_up_on: date | None) -> str:
    looks = f"\nWe look at this again on {say(follow_up_on)}." if follow_up_on else ""
    return reason.strip() + looks


def terminate_participation(
    application: Application, actor: Actor, reason: str, *, expected_version: int | None = None
) -> None:
    """End a participation, with reasons and the way to appeal."""
    reasons = [line.strip() for line in reason.splitlines() if line.strip()]
    take_step(
        application,
        Action.TERMINATE,
        actor,
        expected_version=expected_version,
        reason=reason,
        letter_facts=_letter_facts(today(), reasons, ""),
    )
    _note_adverse(application, AdverseKind.TERMINATION, today(), [])
    if application.participation:
        end(application.participation, today())


def _letter_facts(decided_on: date | None, reasons: list[str], conditions: str) -> dict[str, Any]:
    return {
        "decided_on": decided_on.isoformat() if decided_on else None,
        "reasons": reasons,
        "conditions": conditions,
    }


def _staff(ids: Iterable[int]) -> list[Staff]:
    return list(db.session.scalars(select(Staff).where(Staff.id.in_(list(ids)))))


def _record(
    application: Application,
    actor: Actor,
    outcome: DecisionOutcome,
    decided_on: date,
    reason: str,
    attendance: Iterable[Staff] = (),
    item: AgendaItem | None = None,
) -> Decision:
    number = db.session.scalar(
        select(func.count()).select_from(Decision).where(Decision.application_id == application.id)
    )
    decision = Decision(
        application_id=application.id,
        number=(number or 0) + 1,
        outcome=outcome,
        decided_on=decided_on,
        recorded_at=now(),
        decided_by_id=actor.id,
        meeting_id=item.meeting_id if item else None,
        reason=reason[:2000],
        attendance=list(attendance),
        reason_codes=[],
        renewal_due_on=find_renewal_due(application),
    )
    db.session.add(decision)
    return decision
