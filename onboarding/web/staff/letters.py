"""Letters from the desk: asking for documents now, settling what a machine cannot, having a failed letter made again."""

from flask import request

from onboarding.errors import BadInput
from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries.review import get_letter_of, get_message_of
from onboarding.services.letters import render_again
from onboarding.services.missing_documents import write_missing_document_letter
from onboarding.services.outbox import settle_by_person
from onboarding.web.access import staff_who
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import text

SHORTEST_REASON = 5


@bp.post("/applications/<int:application_id>/ask")
@staff_who(Capability.CLAIM_WORK)
def ask_now(application_id: int) -> Answer:
    """Write the missing-document letter without waiting for the clock."""

    def do(application: Application, actor: Actor) -> str:
        if write_missing_document_letter(application, actor) is None:
            raise BadInput("Nothing is missing from the applicant, so there is nothing to ask for.")
        return "The missing-document letter is written and leaves with the next run."

    return write(application_id, "letters", do)


@bp.post("/applications/<int:application_id>/messages/<int:message_id>")
@staff_who(Capability.SETTLE_LETTER)
def settle(application_id: int, message_id: int) -> Answer:
    """Settle a hand-over in doubt or failed: it did leave, or send it again."""

    def do(application: Application, actor: Actor) -> str:
        outcome, reason = request.form.get("outcome"), text("reason")
        if outcome not in ("sent", "again"):
            raise BadInput("Say what became of it.", {"outcome": "Choose one."})
        if len(reason) < SHORTEST_REASON:
            raise BadInput("Say how you know.", {"reason": "Say how you know, in a few words."})
        message = get_message_of(application_id, message_id)
        settle_by_person(message, actor, sent=outcome == "sent", reason=reason)
        return "Settled."

    return write(application_id, f"letters:{message_id}", do)


@bp.post("/applications/<int:application_id>/letters/<int:letter_id>")
@staff_who(Capability.SETTLE_LETTER)
def make_again(application_id: int, letter_id: int) -> Answer:
    """Have a letter that could not be made into a PDF made again."""

    def do(application: Application, actor: Actor) -> str:
        reason = text("reason")
        if len(reason) < SHORTEST_REASON:
            raise BadInput("Say what was fixed.", {"reason": "Say what was fixed, in a few words."})
        render_again(get_letter_of(application_id, letter_id), actor, reason)
        return "The letter is made again with the next run."

    return write(application_id, f"letters:again-{letter_id}", do)
