"""Answering what applicants ask by right, and telling them of a difference we found."""

from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries.rights import get_request_of, get_verification_of
from onboarding.services.discrepancies import send_notice
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


@bp.post("/applications/<int:application_id>/verifications/<int:verification_id>/notice")
@staff_who(Capability.RECORD_VERIFICATION)
def send_discrepancy_notice(application_id: int, verification_id: int) -> Answer:
    """Tell the applicant what a source says otherwise, and until when to answer."""

    def do(application: Application, actor: Actor) -> str:
        verification = get_verification_of(application_id, verification_id)
        send_notice(application, verification, actor, said=text("said"), found=text("found"))
        return "Discrepancy notice written. It leaves by mail and print."

    return write(application_id, f"verifications:notice-{verification_id}", do)
