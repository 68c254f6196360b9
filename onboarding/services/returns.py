"""Sending a form back to the applicant, with what to fix."""

from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action
from onboarding.services.workflow import take_step


def return_to_applicant(
    application: Application, actor: Actor, reason: str, *, expected_version: int | None = None
) -> None:
    """Return the form with what to fix, one thing a line: the applicant reads it on the status page and in the letter.

    Raises NotReady, NotAllowed or Conflict as take_step does.
    """
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    take_step(
        application,
        Action.RETURN,
        actor,
        expected_version=expected_version,
        reason=reason,
        letter_facts={"reasons": lines},
    )
    application.return_reason = reason.strip()[:2000]
