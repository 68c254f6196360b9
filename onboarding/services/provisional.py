"""Provisional credentialing: once, at most 60 days, by the medical director; what is not finished by then ends."""

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Participation, ProvisionalCredentialing
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action, LetterKind, ParticipationState
from onboarding.policy.workflow import ENDED_STATUSES
from onboarding.services.audit import record_event
from onboarding.services.letters import write_letter
from onboarding.services.participations import end, join
from onboarding.services.workflow import take_step


def approve_provisionally(
    application: Application, actor: Actor, *, expected_version: int | None = None
) -> Participation:
    """Let a practitioner into the network through the last of 60 days, while the check goes on. The database keeps one such
    row an NPI, so that nobody is twice. Raises as take_step does."""
    until = after("provisional", today())
    take_step(
        application, Action.APPROVE_PROVISIONALLY, actor, expected_version=expected_version, decided_on=today(),
        letter_facts={"decided_on": today().isoformat(), "until": until.isoformat()},
    )  # fmt: skip
    db.session.add(
        ProvisionalCredentialing(
            npi=application.npi, application_id=application.id, approved_on=today(), until=until,
            approved_by_id=actor.id,
        )
    )  # fmt: skip
    return join(application, today(), actor, letter=LetterKind.PROVISIONAL, provisional_until=until)


def end_provisional(application: Application, actor: Actor) -> bool:
    """End a provisional participation whose time is over, or whose application has ended; False where it goes on.
    A letter tells it."""
    found = application.participation
    if found is None or found.provisional_until is None or found.state is not ParticipationState.ACTIVE:
        return False
    if found.provisional_until >= today() and application.status not in ENDED_STATUSES:
        return False
    end(application, found, min(found.provisional_until, today()), actor)
    record_event(
        actor=actor,
        application=application,
        action="end_provisional",
        what=f"Provisional participation ended, given through {say(found.provisional_until)}",
        details={"participation": found.id},
    )
    closed = application.status in ENDED_STATUSES
    write_letter(application, LetterKind.PROVISIONAL_ENDED, facts={"ended": closed}, by=actor)
    return True
