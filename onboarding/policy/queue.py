"""TABLE: the next thing to be done on a file, and by whom. The first row of its status that says something counts.

A row without a rule of its own says the same of every file that reaches it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from onboarding.policy.caqh import Standing, StatusRow, status_row
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.documents import requirements
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.guards import authorization_owed, file_is_clean, screening_done
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import latest, required
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    RequirementState,
    Status,
    VerificationResult,
)
from onboarding.policy.workflow import TABLE as STEPS
from onboarding.policy.workflow import reasons_against

DESK, APPLICANT, DIRECTOR, LEAD, COMMITTEE, CLOCK = (
    "Staff", "Applicant", "Medical director", "Coordinator", "Committee", "Mail room",
)  # fmt: skip
SCANNER = "Virus scanner"
_NOBODY = Request(Action.FINISH_VERIFICATION, frozenset())
_FINISH = next(step for step in STEPS if step.action is Action.FINISH_VERIFICATION)

Says = Callable[[CredentialingFile], str]


@dataclass(frozen=True)
class NextThing:
    """What is next on a file, in a few words, and who is awaited."""

    says: str
    who: str


@dataclass(frozen=True)
class Row:
    """In this status: who is awaited, and what it is. An empty answer passes on to the next row."""

    status: Status
    who: str
    says: Says


def _always(text: str) -> Says:
    return lambda file: text


def _documents_to_review(file: CredentialingFile) -> str:
    waiting = sum(item.state is RequirementState.RECEIVED for item in requirements(file))
    return f"Documents to review: {waiting}" if waiting else ""


def _documents_being_scanned(file: CredentialingFile) -> str:
    held = sum(item.state is RequirementState.BEING_SCANNED for item in requirements(file))
    return f"Held for the virus scanner: {held}" if held else ""


def _authorization_to_record(file: CredentialingFile) -> str:
    kind, given = provider_type(file.provider_type).authorization, file.authorization
    if kind is AuthorizationKind.CAQH:
        row = _caqh_row(file)
        if row and row.standing is Standing.NEEDS_STAFF:
            return row.short
        return "" if given and given.looked_up else "CAQH not recorded"
    if kind is AuthorizationKind.CCVS:
        if given is None or given.ordered_on is None:
            return "CCVS profile not ordered"
        return "" if given.received_on else "CCVS profile ordered, not received"
    return ""


def _caqh_row(file: CredentialingFile) -> StatusRow | None:
    given = file.authorization
    return status_row(given.provider_status) if given and given.provider_status else None


def _documents_awaited(file: CredentialingFile) -> str:
    names = [item.row.label.split(" (")[0] for item in requirements(file) if item.outstanding]
    return _shortened("Waits for", names)


def _attestation_awaited(file: CredentialingFile) -> str:
    if not authorization_owed(file):
        return ""
    row = _caqh_row(file)
    if row and row.short:
        return row.short
    listed = file.authorization and file.authorization.plan_listed
    return "CAQH attestation lapsed" if listed else "CAQH does not list the plan"


def _shortened(before: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f"{before}: {', '.join(names[:2])}{more}"


def _matches_to_resolve(file: CredentialingFile) -> str:
    unresolved = file.screening.unresolved if file.screening else 0
    return f"Possible exclusion matches to resolve: {unresolved}" if unresolved else ""


def _facts_to_verify(file: CredentialingFile) -> str:
    rows = required(file)
    found = [latest(file, row) for row in rows]
    done = sum(fact is not None and fact.result is not VerificationResult.NOT_CHECKED for fact in found)
    return f"Verifications: {done} of {len(rows)}" if done < len(rows) else ""


def _screening_to_run(file: CredentialingFile) -> str:
    return "Exclusion screening to run" if screening_done(file, _NOBODY) else ""


def _to_renew(file: CredentialingFile) -> str:
    """What a decision asks of the file and no longer holds; of a file on an agenda, on the day of the meeting."""
    on = file.meeting_on if file.status is Status.IN_COMMITTEE else None
    gone = reasons_against(_FINISH, file, replace(_NOBODY, decided_on=on))
    return f"To renew before a decision: {len(gone)}" if gone else ""


CLEAN_FILE = "Clean file: sign or send to committee"


def _clean(file: CredentialingFile) -> str:
    return "" if file_is_clean(file, _NOBODY) else CLEAN_FILE


def _meeting(file: CredentialingFile) -> str:
    if file.meeting_on is None or file.meeting_on <= file.today:
        return "Record the committee's decision"
    return f"On the agenda of {say(file.meeting_on)}"


def _letters_to_settle(file: CredentialingFile) -> str:
    return "Letter in doubt: settle it" if file.unsettled_letters else ""


def _renewal_to_send(file: CredentialingFile) -> str:
    return "Waits for the renewal to be sent" if file.kind is ApplicationKind.RECREDENTIALING else ""


def _recredentialing(file: CredentialingFile) -> str:
    if file.renew_by is None or file.renew_by > after("recredentialing_soon", file.today):
        return ""
    if file.renew_by < file.today:
        return f"Recredentialing overdue since {say(file.renew_by)}"
    return f"Recredentialing due {say(file.renew_by)}"


_S = Status

TABLE: tuple[Row, ...] = (
    Row(_S.DRAFT, APPLICANT, _renewal_to_send),
    Row(_S.RECEIVED, DESK, _always("Read the form")),
    Row(_S.RETURNED, APPLICANT, _always("Waits for corrections")),
    Row(_S.GATHERING, DESK, _documents_to_review),
    Row(_S.GATHERING, DESK, _authorization_to_record),
    Row(_S.GATHERING, APPLICANT, _documents_awaited),
    Row(_S.GATHERING, APPLICANT, _attestation_awaited),
    Row(_S.GATHERING, SCANNER, _documents_being_scanned),
    Row(_S.GATHERING, DESK, _always("Everything is here: start verification")),
    Row(_S.VERIFYING, DESK, _matches_to_resolve),
    Row(_S.VERIFYING, DESK, _facts_to_verify),
    Row(_S.VERIFYING, DESK, _screening_to_run),
    Row(_S.VERIFYING, DESK, _always("Everything checked: finish verification")),
    Row(_S.READY, DESK, _to_renew),
    Row(_S.READY, DIRECTOR, _clean),
    Row(_S.READY, LEAD, _always("Not a clean file: place on an agenda")),
    Row(_S.IN_COMMITTEE, DESK, _to_renew),
    Row(_S.IN_COMMITTEE, COMMITTEE, _meeting),
    Row(_S.APPROVED, LEAD, _letters_to_settle),
    Row(_S.APPROVED, CLOCK, _always("Welcome letter on its way")),
    Row(_S.PARTICIPATING, APPLICANT, _recredentialing),
    Row(_S.APPEAL_IN_COMMITTEE, COMMITTEE, _meeting),
)

_BY_STATUS: dict[Status, tuple[Row, ...]] = {
    status: tuple(row for row in TABLE if row.status is status) for status in Status
}


def next_thing(file: CredentialingFile) -> NextThing | None:
    """What is next on this file and who is awaited; None where the work is over."""
    for row in _BY_STATUS[file.status]:
        says = row.says(file)
        if says:
            return NextThing(says, row.who)
    return None
