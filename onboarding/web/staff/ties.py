"""Ties to providers: who has one does not open or touch the file."""

from flask import redirect, url_for

from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.services.votes import declare_tie
from onboarding.web.access import staff_who
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import text


@bp.post("/applications/<int:application_id>/tie")
@staff_who(Capability.DECLARE_TIE)
def declare(application_id: int) -> Answer:
    """Say that the provider is family, or that one has an interest: from now on the file is closed to oneself."""

    def do(application: Application, actor: Actor) -> str:
        declare_tie(application, actor, text("why"))
        return "Kept. The file is closed to you from now on."

    answer = write(application_id, "tie", do)
    return redirect(url_for("staff.queue"), 303) if not isinstance(answer, tuple) else answer
