"""Discrepancy notices: what the applicant said, what the source says, and until when to answer (NCQA CR)."""

from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Letter, Verification
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.verifications import labels, names_barred_source, source_told
from onboarding.policy.vocabulary import LetterKind, VerificationResult
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.files import get_credentialing_file, list_verifications
from onboarding.queries.notices import list_ending_notices
from onboarding.queries.rights import list_notices
from onboarding.services.audit import record_event, refuse_ssn
from onboarding.services.letters import write_letter

# As much as a line of the letter shows.
LONGEST_SAID, LONGEST_FOUND = 160, 300


def send_notice(
    application: Application, verification: Verification, actor: Actor, *, said: str, found: str
) -> Letter:
    """Write the notice about one verification that differs from what the applicant said, once.

    Raises Conflict when this record does not differ, no longer counts or has its notice; BadInput for a text that is
    missing, too long, holds an SSN, or names a source that the law bars us from naming.
    """
    label = labels(get_credentialing_file(application)).get(verification.element)
    records = [one for one in list_verifications(application.id) if one.element == verification.element]
    if application.status not in EVIDENCE_STATUSES or verification.statement != application.statement:
        raise Conflict("At this stage no discrepancy notice is written.")
    if (
        label is None
        or records[-1] != verification
        or verification.result is not VerificationResult.DISCREPANCY
    ):
        raise Conflict("The latest record of this fact is no discrepancy, or another one.")
    if verification.id in {notice.facts["verification"] for notice in list_notices(application.id)}:
        raise Conflict("The notice about this discrepancy has been written already.")
    said, found = " ".join(said.split()), " ".join(found.split())
    refused = _problem("said", said, LONGEST_SAID) | _problem("found", found, LONGEST_FOUND)
    if refused:
        raise BadInput(" ".join(refused.values()), refused)
    refuse_ssn(said, "said", application)
    refuse_ssn(found, "found", application)
    record_event(
        actor=actor,
        application=application,
        action="send_discrepancy_notice",
        what=f"Discrepancy notice written: {label}",
        details={"verification": verification.id},
    )
    item = {"label": label, "state": said, "how": f"{source_told(verification.source)}: {found}"}
    return write_letter(
        application, LetterKind.DISCREPANCY, facts={"verification": verification.id, "items": [item]}
    )


def is_reminder_due(application: Application) -> bool:
    """Does the time of a notice end soon, with no answer and no reminder yet?"""
    return bool(list_ending_notices(application.id))


def write_due_reminders(application: Application) -> int:
    """Remind of each notice whose time ends soon, once; it is given no more time by that. Answers how many."""
    ending = list_ending_notices(application.id)
    for notice in ending:
        facts = {
            "notice": notice.id,
            "items": notice.facts["items"],
            "asked_on": notice.written_on.isoformat(),
        }
        letter = write_letter(application, LetterKind.DISCREPANCY_REMINDER, facts=facts, by=CLOCK)
        letter.respond_by = notice.respond_by
        db.session.flush()
    return len(ending)


def _problem(code: str, typed: str, longest: int) -> dict[str, str]:
    if len(typed) < 2:
        return {code: "Write it as the applicant will read it."}
    if len(typed) > longest:
        return {code: f"At most {longest} characters, please: this has {len(typed)}."}
    if names_barred_source(typed):
        return {code: "The law does not let us name this source to the applicant: say it without its name."}
    return {}
