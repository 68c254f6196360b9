"""Decisions: the medical director signs a clean file, the committee decides everything else; approval makes or
renews the participation."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import (
    AgendaItem,
    Appeal,
    Application,
    Decision,
    Meeting,
    Participation,
    Recusal,
    Staff,
)
from onboarding.policy.adverse import adverse_kind
from onboarding.policy.appeals import APPEALABLE, OUTCOME_LABELS, TOLD_INSTEAD, made_of
from onboarding.policy.clean_file import flags
from onboarding.policy.committee import AGENDA_STATES, ENDING_CODES, JOINING, REASON_CODES, outcome_row
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import (
    Action,
    AdverseKind,
    AppealOutcome,
    DecisionOutcome,
    LetterKind,
    ParticipationState,
)
from onboarding.queries.appeals import find_last_decision, find_open_appeal
from onboarding.queries.committee import list_recusals, read_table
from onboarding.queries.files import find_agenda_item, find_renewal_due, get_credentialing_file
from onboarding.services.adverse import note_adverse, overturn
from onboarding.services.letters import write_letter
from onboarding.services.participations import end, join
from onboarding.services.workflow import take_step


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
    return join(application, decision.decided_on, actor, letter=LetterKind.WELCOME)


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
    why, before = flags(get_credentialing_file(application)), find_agenda_item(application.id)
    take_step(
        application, Action.PLACE_ON_AGENDA, actor, expected_version=expected_version, reason=reason,
        meeting_on=meeting.held_on if meeting else None,
        meeting_closed=meeting is not None and meeting.state not in AGENDA_STATES,
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
    for one in list_recusals([before.id]) if before else ():  # who stepped out of the file stays out of it
        db.session.add(
            Recusal(item_id=item.id, staff_id=one.staff_id, reason=one.reason, recorded_at=one.recorded_at)
        )
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

    Raises BadInput for a decision against the provider without a coded reason and for conditions without a day to look at
    them again, else as take_step does.
    """
    row = outcome_row(outcome)
    chosen = _known(codes, REASON_CODES, asked=row.coded)
    item = find_agenda_item(application.id)
    table, met_on = read_table(item), item.meeting.held_on if item else None
    if row.followed_up and (follow_up_on is None or follow_up_on <= today()):
        says = "Give the day, after today, on which the conditions are looked at again."
        raise BadInput(says, {"follow_up_on": says})
    reasons = [line.strip() for line in reason.splitlines() if line.strip()]
    appeal, first = find_open_appeal(application.id), find_last_decision(application.id)
    facts = _letter_facts(met_on, reasons, _conditions(reason, follow_up_on) if row.followed_up else "")
    joined = application.participation
    ends = row.ends and joined is not None and joined.state is ParticipationState.ACTIVE
    if ends and met_on:
        facts |= {"ended_on": met_on.isoformat()}
    made = made_of(
        outcome, repeats=first is not None and _says(first) == (outcome, reason.strip(), follow_up_on)
    )
    if appeal:
        facts |= {
            "appeal_outcome": OUTCOME_LABELS[made] if made else "",
            "asked_on": appeal.asked_on.isoformat(),
            "ended": outcome not in JOINING,
        }
    facts["appealable"] = row.followed_up and not appeal
    step = take_step(
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
    joins = LetterKind.WELCOME in step.sends
    if joins:
        join(application, met_on, actor, letter=LetterKind.WELCOME)
    if ends and joined:
        end(application, joined, met_on, actor)
    against = adverse_kind(outcome)
    if against and not appeal:
        note_adverse(application, against, met_on, decision.reason_codes)
    if appeal and made:
        _close(appeal, made, met_on, decision.reason)
        overturn(application, actor, APPEALABLE[appeal.letter.kind].against, made, met_on)
        if joins:  # the letter on the appeal goes beside the welcome letter
            write_letter(application, LetterKind.APPEAL_DECIDED, facts=facts)
    return decision


def _says(decision: Decision) -> tuple[DecisionOutcome, str, date | None]:
    return decision.outcome, decision.reason, decision.follow_up_on


def _close(appeal: Appeal, outcome: AppealOutcome, on: date, reason: str) -> None:
    """What becomes of an appeal, with the written reasons."""
    appeal.outcome, appeal.decided_on, appeal.outcome_reason = outcome, on, reason


def _known(codes: Iterable[str], table: Mapping[str, str], *, asked: bool) -> list[str]:
    chosen = set(codes)
    if chosen - table.keys():
        raise BadInput("Choose the coded reasons from the list.", {"codes": "Choose from the list."})
    if asked and not chosen:
        raise BadInput("Choose at least one coded reason.", {"codes": "Choose at least one coded reason."})
    return [code for code in table if code in chosen]


def _conditions(reason: str, follow_up_on: date | None) -> str:
    looks = f"\nWe look at this again on {say(follow_up_on)}." if follow_up_on else ""
    return reason.strip() + looks


def terminate_participation(
    application: Application,
    actor: Actor,
    reason: str,
    codes: Iterable[str],
    *,
    expected_version: int | None = None,
) -> None:
    """End a participation, with reasons and the way to appeal; an appeal against its conditions is over with it. Raises
    BadInput without a coded reason, else as take_step."""
    chosen = _known(codes, ENDING_CODES, asked=True)
    reasons = [line.strip() for line in reason.splitlines() if line.strip()]
    take_step(
        application,
        Action.TERMINATE,
        actor,
        expected_version=expected_version,
        reason=reason,
        letter_facts=_letter_facts(today(), reasons, ""),
    )
    note_adverse(application, AdverseKind.TERMINATION, today(), chosen)
    overtaken = find_open_appeal(application.id)
    if overtaken:
        _close(overtaken, AppealOutcome.OVERTAKEN, today(), OUTCOME_LABELS[AppealOutcome.OVERTAKEN])
    if application.participation:
        end(application, application.participation, today(), actor)


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
    if item:
        item.decision = decision
    return decision
