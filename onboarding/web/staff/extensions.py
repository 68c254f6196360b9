"""Letting a recredentialing wait, from the file of who is in the network."""

from onboarding.models import Application
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, ExtensionCause
from onboarding.services.evidence_files import NewFile
from onboarding.services.extensions import extend_recredentialing
from onboarding.web.access import staff_who
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import chosen, day, text
from onboarding.web.staff.verifications import write_with_file


@bp.post("/applications/<int:application_id>/extensions")
@staff_who(Capability.EXTEND_RECREDENTIALING)
def extend(application_id: int) -> Answer:
    """Extend the cycle for one of the causes of the policy, with its evidence."""

    def do(application: Application, actor: Actor, file: NewFile | None) -> str:
        row = extend_recredentialing(
            application,
            actor,
            cause=chosen(ExtensionCause, "cause"),
            returns_on=day("returns_on"),
            why=text("why"),
            file=file,
        )
        return f"Recredentialing is now due by {say(row.due_on)}."

    return write_with_file(application_id, "onboarding:extension", do)
