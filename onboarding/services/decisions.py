"""Decisions: the medical director signs a clean file, the committee decides everything else; approval makes or
renews the participation."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import AgendaItem, Application, Decision, Meeting, Participation, Staff
from onboarding.policy.deadlines import recredentialing_due
from onboarding.policy.identifiers import new_provider_number
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Action, DecisionOutcome, ParticipationState, Role
from onboarding.queries.files import find_agenda_item
from onboarding.services.letters import state_terms
from onboarding.services.workflow import take_step

# What each decision of the committee does to the application.
COMMITTEE_ACTIONS: dict[DecisionOutcome, Action] = {
    DecisionOutcome.APPROVED: Action.APPROVE,
    DecisionOutcome.APPROVED_WITH_CONDITIONS: Action.APPROVE_WITH_CONDITIONS,
    DecisionOutcome.PENDED: Action.PEND,
    DecisionOutcome.DENIED: Action.DENY,
}
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
    return _join(application, decision.decided_on)


def place_on_agenda(
    application: Application, actor: Actor, meeting_on: date | None, *, expected_version: int | None = None
) -> AgendaItem:
    """Place a file on the agenda of the meeting of that day, which is made if need be."""
    take_step(
        application, Action.PLACE_ON_AGENDA, actor, expected_version=expected_version, meeting_on=meeting_on
    )
    assert meeting_on is not None, "the guard meeting_dated has seen the date"
    item = AgendaItem(
        meeting=_meeting(meeting_on),
        application_id=application.id,
        placed_on=today(),
        placed_by_id=actor.id,
    )
    db.session.add(item)
    return item


def _meeting(held_on: date) -> Meeting:
    """The meeting of that day; of two who make it at once, the second takes the first one's."""
    query = select(Meeting).where(Meeting.held_on == held_on)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        try:
            with db.session.begin_nested():
                found = Meeting(held_on=held_on)
                db.session.add(found)
        except IntegrityError:
            found = db.session.scalars(query).one()
    return found


def decide_in_committee(
    application: Application,
    actor: Actor,
    outcome: DecisionOutcome,
    *,
    decided_on: date | None,
    attendance: Iterable[int],
    reason: str,
    expected_version: int | None = None,
) -> Decision:
    """Record what the committee decided: date of the meeting, who attended, and why.

    Raises BadInput for attendance that are not members, else as take_step does.
    """
    members = _members(attendance)
    reasons = [line.strip() for line in reason.splitlines() if line.strip()]
    conditions = reason.strip() if outcome is DecisionOutcome.APPROVED_WITH_CONDITIONS else ""
    take_step(
        application,
        COMMITTEE_ACTIONS[outcome],
        actor,
        expected_version=expected_version,
        reason=reason,
        attendance=[member.id for member in members],
        decided_on=decided_on,
        letter_facts=_letter_facts(decided_on, reasons, conditions),
    )
    assert decided_on is not None, "the guard meeting_held has seen the date"
    decision = _record(application, actor, outcome, decided_on, reason.strip(), members)
    if outcome in _JOINS:
        _join(application, decided_on)
    joined = application.participation
    if outcome is DecisionOutcome.DENIED and joined and joined.state is ParticipationState.ACTIVE:
        _end(joined, decided_on)  # a denied renewal ends what it was to renew
    return decision


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
    if application.participation:
        _end(application.participation, today())


def _end(participation: Participation, on: date) -> None:
    participation.state, participation.ended_on = ParticipationState.TERMINATED, on


def _letter_facts(decided_on: date | None, reasons: list[str], conditions: str) -> dict[str, Any]:
    return {
        "decided_on": decided_on.isoformat() if decided_on else None,
        "reasons": reasons,
        "conditions": conditions,
    }


def _members(attendance: Iterable[int]) -> list[Staff]:
    wanted = set(attendance)
    found = list(db.session.scalars(select(Staff).where(Staff.id.in_(wanted), Staff.active)))
    seats = {Role.COMMITTEE_MEMBER, Role.MEDICAL_DIRECTOR}
    if len(found) != len(wanted) or any(not member.role_set & seats for member in found):
        says = "Only committee members and the medical director attend."
        raise BadInput(says, {"attendance": says})
    return found


def _record(
    application: Application,
    actor: Actor,
    outcome: DecisionOutcome,
    decided_on: date,
    reason: str,
    attendance: Iterable[Staff] = (),
) -> Decision:
    number = db.session.scalar(
        select(func.count()).select_from(Decision).where(Decision.application_id == application.id)
    )
    agenda = find_agenda_item(application.id) if attendance else None
    decision = Decision(
        application_id=application.id,
        number=(number or 0) + 1,
        outcome=outcome,
        decided_on=decided_on,
        recorded_at=now(),
        decided_by_id=actor.id,
        meeting_id=agenda.meeting_id if agenda else None,
        reason=reason[:2000],
        attendance=list(attendance),
    )
    db.session.add(decision)
    return decision


def _join(application: Application, decided_on: date) -> Participation:
    """Make the participation, or renew the one the provider has."""
    participation = (
        application.participation
        or db.session.scalars(
            select(Participation).where(
                Participation.npi == application.npi, Participation.tax_id_digest == application.tax_id_digest
            )
        ).one_or_none()
    )
    if participation is None:
        participation = Participation(
            provider_number=_free_provider_number(),
            cycle=application.cycle,
            npi=application.npi,
            tax_id_digest=application.tax_id_digest,
            effective_on=decided_on,
        )
        db.session.add(participation)
    else:
        came_back = participation.state is ParticipationState.TERMINATED
        if came_back:
            participation.effective_on, participation.ended_on = decided_on, None
        # a life in the network never counts its cycles, and so its reminders and renewals, as an earlier one did
        participation.cycle = max(application.cycle, participation.cycle + came_back)
    participation.state = ParticipationState.ACTIVE
    participation.application_id = application.id
    participation.credentialed_on = decided_on
    participation.recredentialing_due_on = recredentialing_due(decided_on)
    db.session.flush()
    application.participation = participation
    db.session.flush()
    state_terms(application)
    return participation


def _free_provider_number() -> str:
    while True:
        number = new_provider_number(PLAN.provider_number_prefix, PLAN.provider_number_digits)
        taken = db.session.scalar(select(Participation.id).where(Participation.provider_number == number))
        if taken is None:
            return number
