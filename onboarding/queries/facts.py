"""Rows as the policy sees them: each one of a file as the fact that it is."""

from typing import Any

from onboarding.clock import on_day
from onboarding.models import (
    Application,
    Authorization,
    Document,
    Letter,
    Screening,
)
from onboarding.policy.file import (
    AuthorizationFact,
    DocumentFact,
    LetterFact,
    ScreeningFact,
)
from onboarding.policy.licences import read_kept
from onboarding.policy.uploads import HELD_SCANS
from onboarding.policy.vocabulary import (
    MatchResolution,
    MessageState,
)

_TRAITS = (
    "status", "kind", "subject", "provider_type", "prescribes", "tests_on_site", "independent", "board_certified",
)  # fmt: skip


def traits_of(row: Any) -> dict[str, Any]:
    """What an application, or a row with its columns, says of itself: what the tables of policy ask first."""
    return {trait: getattr(row, trait) for trait in _TRAITS}


def licence_facts(application: Application) -> dict[str, Any]:
    """The license of the license page, and every further one."""
    person = application.practitioner
    stated = person or application.organization
    return {
        "licence": f"{person.licence_state} {person.licence_number}" if person else "",
        "licence_expires_on": stated.licence_expires_on if stated else None,
        "further_licences": read_kept(person.further_licences) if person else (),
    }


def document_fact(document: Document, *, on_file: bool = False) -> DocumentFact:
    """One uploaded file as the policy knows it."""
    return DocumentFact(
        document.kind,
        document.state,
        document.uploaded_on,
        document.expires_on,
        document.reviewed_by_id,
        document.reason,
        document.scan_state in HELD_SCANS,
        on_file,
        on_day(document.reviewed_at) if document.reviewed_at else None,
        document.id,
    )


def authorization_fact(found: Authorization | None) -> AuthorizationFact | None:
    if found is None:
        return None
    return AuthorizationFact(
        found.kind, found.plan_listed, found.attested_on, found.ordered_on, found.received_on, found.recorded_by_id,
        on_day(found.recorded_at), found.provider_status,
    )  # fmt: skip


def screening_fact(found: Screening | None) -> ScreeningFact | None:
    if found is None:
        return None
    return ScreeningFact(
        found.outcome,
        found.screened_on,
        found.exclusion_list.imported_on if found.exclusion_list else None,
        unresolved=sum(match.resolution is None for match in found.matches),
        confirmed=sum(match.resolution is MatchResolution.SAME for match in found.matches),
        superseded=found.exclusion_list is not None and not found.exclusion_list.current,
    )


def letter_fact(letter: Letter) -> LetterFact:
    """A letter as the policy sees it: it has left when every hand-over of it has."""
    messages = letter.messages
    left = bool(messages) and all(message.state is MessageState.SENT for message in messages)
    left_on = max(message.sent_on for message in messages if message.sent_on) if left else None
    asked = frozenset(letter.facts.get("codes", ()))
    return LetterFact(letter.kind, letter.number, letter.round, letter.respond_by, left_on, asked)
