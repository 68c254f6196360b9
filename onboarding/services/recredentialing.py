"""Opening the next cycle: a recredentialing application, filled with what the provider said last time."""

from typing import Any

from onboarding.clock import now
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.models import Application, ContractForm, Participation
from onboarding.policy.contract_form import attested_codes
from onboarding.policy.days import say
from onboarding.policy.identifiers import new_application_id
from onboarding.policy.people import Actor
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ApplicationKind, ParticipationState
from onboarding.queries.files import find_renewal
from onboarding.services.audit import record_event
from onboarding.services.workflow import new_application


def open_recredentialing(participation: Participation, actor: Actor) -> Application:
    """Open the application of the next cycle as a draft the provider reviews, signs and sends.

    The questions to attest are asked anew. A renewal that has ended does not stand in the way of another.

    Raises Conflict when it is open already or the participation has ended.
    """
    if participation.state is not ParticipationState.ACTIVE:
        raise Conflict("This participation has ended.")
    if find_renewal(participation) is not None:
        raise Conflict("The recredentialing application of this cycle is open already.")
    last = participation.application
    form = ContractForm(
        kind=last.provider_kind, subject=last.subject, answers=_carried_over(last), created_at=now(),
        contact_name=last.form.contact_name, contact_email=last.form.contact_email,
    )  # fmt: skip
    application = new_application(
        public_id=new_application_id(),
        form=form,
        participation_id=participation.id,
        kind=ApplicationKind.RECREDENTIALING,
        cycle=participation.cycle + 1,
        provider_kind=last.provider_kind,
        subject=last.subject,
        provider_type=last.provider_type,
        npi=last.npi,
        name=last.name,
        name_key=last.name_key,
        given_key=last.given_key,
    )
    db.session.flush()
    record_event(
        actor=actor,
        application=application,
        action="open_recredentialing",
        what=f"Recredentialing opened, due {say(participation.recredentialing_due_on)}",
    )
    return application


def _carried_over(last: Application) -> dict[str, Any]:
    """What was said last time, but for what is attested each time."""
    attested = attested_codes(provider_type(last.provider_type))
    return {code: answer for code, answer in last.form.answers.items() if code not in attested}
