"""A lost Application ID: told to nobody but the e-mail on file."""

from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Letter
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import LetterKind
from onboarding.services.audit import record_event
from onboarding.services.letters import write_letter


def mail_application_id(application: Application) -> bool:
    """Write the mail that tells the Application ID to the e-mail on file, at most one a day. False where no address is
    on file or today's is written; whoever asked is told the same in every case."""
    written = select(Letter.id).where(
        Letter.application_id == application.id,
        Letter.kind == LetterKind.APPLICATION_ID,
        Letter.written_on == today(),
    )
    if not application.form.email_on_file or db.session.scalar(written.limit(1)):
        return False
    record_event(
        actor=applicant(""), application=application, action="ask_application_id",
        what="Application ID asked for with the NPI and tax ID; mailed to the e-mail on file",
    )  # fmt: skip
    write_letter(application, LetterKind.APPLICATION_ID)
    return True
