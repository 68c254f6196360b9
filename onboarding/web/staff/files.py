"""The application page, and whose work it is."""

from flask import request

from onboarding.errors import BadInput
from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, OnboardingStep
from onboarding.queries.files import find_renewal
from onboarding.queries.review import find_staff
from onboarding.services.assignments import assign_application, claim_application
from onboarding.services.onboarding_list import finish_onboarding_step
from onboarding.services.recredentialing import open_recredentialing
from onboarding.web.access import staff_who
from onboarding.web.staff.page import show_file
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import chosen, number


@bp.get("/applications/<int:application_id>")
@staff_who(Capability.SEE_FILE)
def file(application_id: int) -> str:
    """One application: the checklist with the evidence beside each item."""
    return show_file(application_id)


@bp.post("/applications/<int:application_id>/claim")
@staff_who(Capability.CLAIM_WORK)
def claim(application_id: int) -> Answer:
    """Take the file."""

    def do(application: Application, actor: Actor) -> str:
        claim_application(application, actor)
        return "You have claimed this file."

    return write(application_id, "work", do)


@bp.post("/applications/<int:application_id>/assign")
@staff_who(Capability.ASSIGN_WORK)
def assign(application_id: int) -> Answer:
    """Give the file to a colleague, or back to nobody."""
    wanted = request.form.get("assignee", "")

    def do(application: Application, actor: Actor) -> str:
        assignee = find_staff(number(wanted))
        if wanted and assignee is None:
            raise BadInput(
                "Choose a colleague from the list.", {"assignee": "Choose a colleague from the list."}
            )
        assign_application(application, actor, assignee)
        return f"Assigned to {assignee.name}." if assignee else "The file is unassigned now."

    return write(application_id, "work", do)


@bp.post("/applications/<int:application_id>/onboarding")
@staff_who(Capability.CONFIRM_ONBOARDING)
def finish_onboarding(application_id: int) -> Answer:
    """Tick one item of the onboarding list off."""

    def do(application: Application, actor: Actor) -> str:
        if application.participation is None:
            raise BadInput("This provider is not in the network.")
        finish_onboarding_step(application.participation, chosen(OnboardingStep, "step"), actor)
        return "Marked as done."

    return write(application_id, "onboarding", do)


@bp.post("/applications/<int:application_id>/recredentialing")
@staff_who(Capability.START_RECREDENTIALING)
def start_recredentialing(application_id: int) -> Answer:
    """Open the application of the next cycle before the clock does."""

    def do(application: Application, actor: Actor) -> str:
        if application.participation is None:
            raise BadInput("This provider is not in the network.")
        open_recredentialing(application.participation, actor)
        renewal = find_renewal(application.participation)
        assert renewal is not None, "it was opened in this transaction"
        return f"Recredentialing opened: Application ID {renewal.public_id}."

    return write(application_id, "recredentialing", do)
