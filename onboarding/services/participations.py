"""Making, renewing and ending a participation: what decisions do to it, whoever decides."""

from datetime import date
from typing import Any

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Application, Participation
from onboarding.policy.changes import changed
from onboarding.policy.deadlines import recredentialing_due
from onboarding.policy.identifiers import new_provider_number
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.verifications import enrolment_pending_since
from onboarding.policy.vocabulary import LetterKind, ParticipationState
from onboarding.queries.files import get_credentialing_file
from onboarding.services.audit import record_event
from onboarding.services.letters import state_terms

# What the history tells of a participation, old and new.
TERMS = {
    "provider_number": "Provider number", "state": "Participation", "cycle": "Cycle", "effective_on": "Effective",
    "credentialed_on": "Credentialed", "recredentialing_due_on": "Recredentialing due", "ended_on": "Ended",
    "provisional_until": "Provisional until",
}  # fmt: skip


def join(
    application: Application,
    decided_on: date,
    actor: Actor,
    *,
    letter: LetterKind,
    provisional_until: date | None = None,
) -> Participation:
    """Make the participation, or renew the one the provider has; the letter just written says its terms. What the file says of
    the enrollment with the State is kept: the clock of a pending one goes on in the network."""
    participation = (
        application.participation
        or db.session.scalars(
            select(Participation).where(
                Participation.npi == application.npi, Participation.tax_id_digest == application.tax_id_digest
            )
        ).one_or_none()
    )
    before = _terms(participation)
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
    participation.provisional_until = provisional_until
    participation.state_pending_since = enrolment_pending_since(get_credentialing_file(application))
    db.session.flush()
    application.participation = participation
    db.session.flush()
    _tell(application, participation, actor, before)
    state_terms(application, letter)
    return participation


def end(application: Application, participation: Participation, on: date, actor: Actor) -> None:
    """End a participation with this day, by what was done to this application; nothing of it is pending any more."""
    before = _terms(participation)
    participation.state, participation.ended_on = ParticipationState.TERMINATED, on
    participation.state_pending_since = None
    _tell(application, participation, actor, before)


def _terms(participation: Participation | None) -> dict[str, Any]:
    return {code: getattr(participation, code, None) for code in TERMS}


def _tell(
    application: Application, participation: Participation, actor: Actor, before: dict[str, Any]
) -> None:
    told = [
        changed(code, TERMS[code], before[code], now)
        for code, now in _terms(participation).items()
        if now != before[code]
    ]
    record_event(
        actor=actor,
        application=application,
        action="change_participation",
        what=f"Participation {participation.provider_number}: {participation.state.value}",
        details={"participation": participation.id, "changes": told},
    )


def _free_provider_number() -> str:
    while True:
        number = new_provider_number(PLAN.provider_number_prefix, PLAN.provider_number_digits)
        taken = db.session.scalar(select(Participation.id).where(Participation.provider_number == number))
        if taken is None:
            return number
