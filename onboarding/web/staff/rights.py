"""Answering what applicants ask by right."""

from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries.rights import get_request_of
from onboarding.services.rights import answer_request
from onboarding.web.access import staff_who
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import text


@bp.post("/applications/<int:application_id>/rights/<int:request_id>")
@staff_who(Capability.ANSWER_RIGHTS)
def answer_rights(application_id: int, request_id: int) -> Answer:
    """Answer one request; the contact on file is told by mail."""

    def do(application: Application, actor: Actor) -> str:
        answer_request(application, get_request_of(application_id, request_id), actor, text("answer"))
        return "Answered. The contact on file is told by mail."

    return write(application_id, f"rights:{request_id}", do)
