"""What is signed after the password was asked again: each use is kept."""

from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.services.audit import record_event


def record_signing(actor: Actor, what: str, how: str, application: Application | None = None) -> None:
    """Write down that somebody signed, and how that person was made sure of."""
    record_event(actor=actor, application=application, action="sign", what=f"Signed: {what} ({how})")
