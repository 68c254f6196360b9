"""Who works on what: claiming and assigning."""

from onboarding.errors import BadInput, Conflict
from onboarding.models import Application, Staff
from onboarding.policy.access import may
from onboarding.policy.changes import changed
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries.committee import is_tied
from onboarding.services.audit import record_event, refuse_tied


def claim_application(application: Application, actor: Actor) -> None:
    """Take a file nobody works on. Raises Conflict when somebody else has it."""
    if application.assignee_id not in (None, actor.id):
        raise Conflict("Somebody else has claimed this file.")
    before = application.assignee
    application.assignee_id = actor.id
    record_event(
        actor=actor,
        application=application,
        action="claim",
        what=f"Claimed by {actor.name}",
        details={"changes": [changed("assignee", "With", before and before.name, actor.name)]},
    )


def assignee_problem(application: Application, assignee: Staff | None) -> str | None:
    """Why this colleague cannot work this file; None where nothing is in the way."""
    if assignee is None:
        return None
    if not (assignee.active and may(assignee.role_set, Capability.CLAIM_WORK)):
        return "Only specialists and coordinators work files."
    if application.npi and is_tied(assignee.id, application.npi):
        return f"{assignee.name} has a tie to this provider. Choose somebody else."
    return None


def assign_application(application: Application, actor: Actor, assignee: Staff | None) -> None:
    """Give a file to a colleague who can work it, or back to nobody. Raises BadInput."""
    refuse_tied(actor, application.npi)
    if problem := assignee_problem(application, assignee):
        raise BadInput(problem)
    before = application.assignee
    application.assignee_id = assignee.id if assignee else None
    record_event(
        actor=actor,
        application=application,
        action="assign",
        what=f"Assigned to {assignee.name if assignee else 'nobody'}",
        details={
            "changes": [changed("assignee", "With", before and before.name, assignee and assignee.name)]
        },
    )
