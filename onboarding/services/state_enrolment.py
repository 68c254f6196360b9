"""Enrollment with the State that was pending when the provider joined: confirmed in time, or participation ends."""

from onboarding.errors import BadInput, Conflict
from onboarding.models import Application, Participation
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.services.audit import record_event, refuse_ssn

LONGEST_REFERENCE = 200


def confirm_state_enrolment(application: Application, actor: Actor, reference: str) -> Participation:
    """Record that the State has confirmed the enrollment of a provider in the network, and where that stands. The clock of
    42 CFR 438.602(b)(2) stops.

    Raises Conflict where nothing is pending, BadInput without a reference.
    """
    found = application.participation
    since = found.state_pending_since if found and found.application_id == application.id else None
    if found is None or since is None:
        raise Conflict("No enrollment with the State is pending for this provider.")
    reference = reference.strip()
    if not 3 <= len(reference) <= LONGEST_REFERENCE:
        says = (
            "Give where it stands: the number of the enrollment, or the page of the State and what it shows."
        )
        raise BadInput(says, {"reference": says})
    refuse_ssn(reference, "reference", application)
    found.state_pending_since = None
    record_event(
        actor=actor,
        application=application,
        action="confirm_state_enrolment",
        what=f"Enrollment with the State confirmed, pending since {say(since)}: {reference}",
        details={"participation": found.id, "pending_since": since.isoformat()},
    )
    return found
