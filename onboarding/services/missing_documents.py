"""The missing-document letter: what it lists, asking for it, and discontinuing where no answer came."""

from typing import Any

from onboarding.errors import Conflict
from onboarding.letters.catalog import letter_row
from onboarding.models import Application, Letter
from onboarding.policy.asking import ASKING_LETTERS
from onboarding.policy.days import say
from onboarding.policy.document_letters import next_letter, owed_codes
from onboarding.policy.documents import Requirement, outstanding
from onboarding.policy.file import CredentialingFile
from onboarding.policy.guards import answer_until, authorization_owed
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Action, AskedBy, LetterKind, RequirementState
from onboarding.policy.workflow import ASKABLE_STATUSES
from onboarding.queries.files import get_credentialing_file
from onboarding.services.audit import record_event
from onboarding.services.ledger import open_requests
from onboarding.services.letters import write_letter
from onboarding.services.workflow import take_step

_CAQH_HOW = (
    f"Log on to CAQH, select the Authorization tab, make sure {PLAN.caqh_name} is listed as an authorized health plan, "
    "check the Authorized box if it is not, and attest again."
)


def write_missing_document_letter(application: Application, actor: Actor) -> Letter | None:
    """Write the letter that is due: the first, second or final one of this round, with everything the applicant still
    owes; None when nothing is owed (policy/document_letters.py says which letter, and when).

    Raises Conflict when none is due yet, or at a stage where nothing is asked.
    """
    if application.status not in ASKABLE_STATUSES:
        raise Conflict("At this stage nothing is asked of the applicant by this letter.")
    file = get_credentialing_file(application)
    items, due = missing_items(file), next_letter(file)
    if not items:
        return None
    if due is None or due.due_on > file.today:
        then = f" The next one is due on {say(due.due_on)}." if due else ""
        raise Conflict(f"The missing-document letter of this round has been written already.{then}")
    application.round += due.new_round
    record_event(
        actor=actor,
        application=application,
        action="ask_for_documents",
        what=f"{letter_row(due.kind).title}: letter written, {len(items)} item(s)",
        details={"items": [item["label"] for item in items]},
    )
    facts = {"items": items, "codes": owed_codes(file)}
    letter = write_letter(application, due.kind, facts=facts, by=actor)
    letter.due_on = due.due_on
    open_requests(application, outstanding(file), actor, AskedBy.LETTER, letter)
    return letter


def is_something_to_ask(application: Application) -> bool:
    """Would write_missing_document_letter write one now? Nothing is changed."""
    file = get_credentialing_file(application)
    due = next_letter(file)
    return application.status in ASKABLE_STATUSES and due is not None and due.due_on <= file.today


def discontinue_application(
    application: Application, actor: Actor, reason: str = "", *, expected_version: int | None = None
) -> None:
    """Discontinue because what was asked for did not come in time: the letter repeats what was asked and until when.

    Raises NotReady, NotAllowed or Conflict as take_step does: never without proof that the final letter has left, but for
    a person's `reason` in its place, which the history keeps.
    """
    file = get_credentialing_file(application)
    take_step(
        application,
        Action.DISCONTINUE,
        actor,
        expected_version=expected_version,
        reason=reason,
        letter_facts=_asked(application, file),
    )


def _asked(application: Application, file: CredentialingFile) -> dict[str, Any]:
    """What the last letter of this round asked for, of that what is still owed, and between which days."""
    asked = [
        letter for letter in file.letters if letter.kind in ASKING_LETTERS and letter.round == file.round
    ]
    if not asked:
        return {}
    left_on, until = asked[-1].left_on, answer_until(asked[-1])
    corrections = [line.strip() for line in application.return_reason.splitlines() if line.strip()]
    returned = asked[-1].kind is LetterKind.RETURNED
    return {
        "items": [] if returned else missing_items(file),
        "reasons": corrections if returned else [],
        "asked_on": left_on.isoformat() if left_on else None,
        "asked_until": until.isoformat() if until else None,
    }


def missing_items(file: CredentialingFile) -> list[dict[str, str]]:
    """Each thing the applicant owes: its name, what is wrong, how to mend it. What waits for staff is not here."""
    items = [
        {
            "label": item.row.label,
            "state": _state(item),
            "how": f"Send a copy that shows {item.row.shows}.",
        }
        for item in outstanding(file)
    ]
    owed = authorization_owed(file)
    if owed:
        items.append({"label": "CAQH authorization", "state": " ".join(owed), "how": _CAQH_HOW})
    return items


def _state(item: Requirement) -> str:
    document = item.document
    if item.state is RequirementState.EXPIRED and document and document.expires_on:
        return f"expired on {say(document.expires_on)}"
    if item.state is RequirementState.REJECTED and document:
        return f"not accepted: {document.reason}"
    return "not received"
