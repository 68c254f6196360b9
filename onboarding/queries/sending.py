"""What keeps a form from being sent, known before anybody signs it."""

from dataclasses import replace

from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import db, vault
from onboarding.models import Application, Participation
from onboarding.policy.file import Request
from onboarding.policy.identifiers import digits_of
from onboarding.policy.vocabulary import Action, ParticipationState, Role
from onboarding.policy.workflow import UNIQUE_STATUSES, find_step, reasons_against
from onboarding.queries.files import get_credentialing_file


def read_pair(application: Application) -> tuple[str, str] | None:
    """The NPI and the tax id as they are answered, digits only; None until both are."""
    answers = application.form.answers
    npi, tax_id = (digits_of(str(answers.get(code) or "")) for code in ("npi", "tax_id"))
    return (npi, tax_id) if npi and tax_id else None


def find_same_provider(application: Application) -> int | None:
    """The id of another application on record for exactly the NPI and tax id answered here: an open one, or the one by
    which the provider is in the network. Not for a renewal, which is of that provider."""
    pair = read_pair(application)
    if pair is None:
        return None
    npi, digest = pair[0], vault().digest(pair[1])
    opened = select(Application.id).where(
        Application.npi == npi, Application.tax_id_digest == digest, Application.status.in_(UNIQUE_STATUSES)
    )
    joined = select(Participation.application_id).where(
        Participation.npi == npi,
        Participation.tax_id_digest == digest,
        Participation.state == ParticipationState.ACTIVE,
        Participation.id != (application.participation_id or 0),
    )
    found = [*db.session.scalars(opened), *db.session.scalars(joined)]
    return next((number for number in found if number != application.id), None)


def list_obstacles(application: Application) -> tuple[str, ...]:
    """What the workflow holds against sending this form, its answers and its signature apart."""
    action = Action.SUBMIT if find_step(application.status, Action.SUBMIT) else Action.RESUBMIT
    step = find_step(application.status, action)
    assert step, "asked of a form that may still be changed"
    file = replace(get_credentialing_file(application), signed_on=today())
    return reasons_against(step, file, Request(action, frozenset({Role.APPLICANT})))
