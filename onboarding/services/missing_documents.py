"""The missing-document letter: what it lists, asking for it, and discontinuing where no answer came."""

from typing import Any

from onboarding.errors import Conflict
from onboarding.models import Application, Letter
from onboarding.policy.days import say
from onboarding.policy.documents import Requirement, outstanding
from onboarding.policy.file import CredentialingFile
from onboarding.policy.guards import ASKING_LETTERS, answer_until, authorization_owed
from onboarding.policy.letter_causes import owed_codes
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
    """Ask in writing for everything the applicant still owes, once in each round; None when nothing is owed. Something
    owed that the letter of this round did not name begins a new round, with its own letter and its full time.

    Raises Conflict when the letter of this round asks for all of it already, or at a stage where nothing is asked.
    """
    if application.status not in ASKABLE_STATUSES:
        raise Conflict("At this stage nothing is asked of the applicant by this letter.")
    file = get_credentialing_file(application)
    items, codes, asked = missing_items(file), owed_codes(file), _asked_in_round(file)
    if asked is not None and asked >= set(codes):
        raise Conflict("The missing-document letter of this round has been written already.")
    if not items:
        return None
    application.round += asked is not None
    record_event(
        actor=actor,
        application=application,
        action="ask_for_documents",
        what=f"Missing-document letter written: {len(items)} item(s)",
        details={"items": [item["label"] for item in items]},
    )
    letter = write_letter(
        application, LetterKind.MISSING_DOCUMENTS, facts={"items": items, "codes": codes}, by=actor
    )
    open_requests(application, outstanding(file), actor, AskedBy.LETTER, letter)
    return letter


def is_something_to_ask(application: Application) -> bool:
    """Would write_missing_document_letter write one now? Nothing is changed."""
    file = get_credentialing_file(application)
    owed = set(owed_codes(file))
    return application.status in ASKABLE_STATUSES and not owed <= (_asked_in_round(file) or frozenset())


def _asked_in_round(file: CredentialingFile) -> frozenset[str] | None:
    """The codes of what the last missing-document letter of this round asks for; None where there is none."""
    letters = [found for found in file.letters if found.kind is LetterKind.MISSING_DOCUMENTS]
    asked = [letter.asked for letter in letters if letter.round == file.round]
    return asked[-1] if asked else None


def discontinue_application(
    application: Application, actor: Actor, *, expected_version: int | None = None
) -> None:
    """Discontinue because what was asked for did not come in time: the letter repeats what was asked and until when.

    Raises NotReady, NotAllowed or Conflict as take_step does: never without proof that the letter which asked has left.
    """
    file = get_credentialing_file(application)
    take_step(
        application,
        Action.DISCONTINUE,
        actor,
        expected_version=expected_version,
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
