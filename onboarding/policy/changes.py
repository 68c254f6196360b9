"""TABLE: what is a change of credentialing data, who may make it, and which changes need a reason (NCQA information
integrity: when, what, why, who). CHANGES of the workflow stand in its own table: here is what is done beside its steps.

What the history tells of old and new values: of what stands open in a table of the file, both; of everything else
(tax id, birth date, bank numbers, disclosures, entries about other people) only that it changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from onboarding.policy import workflow
from onboarding.policy.access import TABLE as ACCESS
from onboarding.policy.identifiers import looks_like_ssn
from onboarding.policy.vocabulary import Action, Capability, Role

SHORTEST_REASON = 5
LONGEST_VALUE = 160
HIDDEN_OLD, HIDDEN_NEW = "(not shown)", "(changed)"


@dataclass(frozen=True)
class ChangeRow:
    """One kind of change: its name, whose capability it takes, who else makes it, whether it needs a reason, and whether
    it changes evidence, which a decision rests on."""

    action: str
    label: str
    capability: Capability | None = None
    also: frozenset[Role] = frozenset()
    reason: bool = False
    evidence: bool = False


_C = Capability
_APPLICANT, _CLOCK = frozenset({Role.APPLICANT}), frozenset({Role.CLOCK})
_DECIDERS = frozenset({Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER})
_ENDERS = frozenset(
    {Role.APPLICANT, Role.COORDINATOR, Role.CLOCK}
)  # by a withdrawal, or when the provisional time is over
_TABLE = frozenset({Role.COMMITTEE_MEMBER})

TABLE: tuple[ChangeRow, ...] = (
    ChangeRow("correct", "Form corrected", also=_APPLICANT, evidence=True),
    ChangeRow("begin_anew", "Identity changed, evidence made anew", also=_APPLICANT, evidence=True),
    ChangeRow("receive_document", "Document received", also=_APPLICANT, evidence=True),
    ChangeRow("accepted_document", "Document accepted", _C.REVIEW_DOCUMENT, evidence=True),
    ChangeRow("rejected_document", "Document rejected", _C.REVIEW_DOCUMENT, _CLOCK, reason=True, evidence=True),
    ChangeRow("record_authorization", "Authorization recorded", _C.RECORD_AUTHORIZATION, _CLOCK, evidence=True),
    ChangeRow("caqh_withdrawn", "Authorization withdrawn", _C.RECORD_AUTHORIZATION, _CLOCK, evidence=True),
    ChangeRow("record_verification", "Verification recorded", _C.RECORD_VERIFICATION, evidence=True),
    ChangeRow("correct_verification", "Verification corrected", _C.RECORD_VERIFICATION, reason=True, evidence=True),
    ChangeRow("screen", "Exclusion screening", _C.RUN_SCREENING, _CLOCK, evidence=True),
    ChangeRow("resolve_match", "Possible match resolved", _C.RESOLVE_MATCH, reason=True, evidence=True),
    ChangeRow("answer_rights", "Correction answered", _C.ANSWER_RIGHTS, reason=True),
    ChangeRow("settle_letter", "Letter settled by hand", _C.SETTLE_LETTER, reason=True),
    ChangeRow("hold_letter", "Letter held", _C.SETTLE_LETTER, reason=True),
    ChangeRow("release_letter", "Held letter released", _C.SETTLE_LETTER, reason=True),
    ChangeRow("drop_letter", "Held letter dropped", _C.SETTLE_LETTER, reason=True),
    ChangeRow("ask_appeal", "Appeal asked for", _C.RECORD_APPEAL, _APPLICANT),
    ChangeRow("refuse_appeal", "Late appeal not let in", _C.RECORD_APPEAL, reason=True),
    ChangeRow("set_hearing", "Hearing set", _C.RECORD_APPEAL),
    ChangeRow("mark_adverse_action", "Adverse action marked", _C.MARK_ADVERSE_ACTION),
    ChangeRow("record_report", "Adverse action reported", _C.MARK_ADVERSE_ACTION),
    ChangeRow("record_finding", "Monitoring finding recorded", _C.RECORD_FINDING, frozenset({Role.ADMINISTRATOR})),
    ChangeRow("correct_finding", "Monitoring finding corrected", _C.RECORD_FINDING, reason=True),
    ChangeRow("act_on_finding", "Monitoring finding acted on", _C.RECORD_FINDING),
    ChangeRow("overturn_report", "Report overtaken by an appeal", _C.MARK_ADVERSE_ACTION, _TABLE),
    ChangeRow("amend_report", "Report of an adverse action amended", _C.MARK_ADVERSE_ACTION),
    ChangeRow("confirm_state_enrolment", "State enrollment confirmed", _C.CONFIRM_STATE_ENROLMENT),
    ChangeRow("close_follow_up", "Conditions looked at again", _C.CLOSE_FOLLOW_UP),
    ChangeRow("end_provisional", "Provisional participation ended", also=_CLOCK),
    ChangeRow("extend_recredentialing", "Recredentialing extended", _C.EXTEND_RECREDENTIALING, reason=True, evidence=True),
    ChangeRow("open_recredentialing", "Recredentialing opened", _C.START_RECREDENTIALING, _CLOCK),
    ChangeRow("choose_payment", "Payment choice", also=_APPLICANT),
    ChangeRow("change_participation", "Participation changed", also=_DECIDERS | _ENDERS),
    ChangeRow("record_votes", "Vote recorded", _C.VOTE),
    ChangeRow("recuse", "Conflict of interest recorded", _C.VOTE),
    ChangeRow("draft_minutes", "Minutes drafted", _C.WRITE_MINUTES),
    ChangeRow("edit_minutes", "Minutes edited", _C.WRITE_MINUTES),
    ChangeRow("attest_minutes", "Minutes attested", _C.ATTEST_MINUTES),
)  # fmt: skip

# Codes of values that stand open in a table of the file.
OPEN_VALUES: frozenset[str] = frozenset({
    "status", "state", "assignee", "expires_on", "result", "outcome", "resolution", "plan_listed", "attested_on", "ordered_on",
    "received_on", "choice", "account",
    "source", "method", "reference", "note", "found", "good_until", "as_of", "evidence_file",
    "provider_number", "cycle", "effective_on", "credentialed_on", "recredentialing_due_on", "ended_on", "provisional_until",
    "reportable", "reported_on", "hearing_on", "recused",
    "provider_type", "npi", "first_name", "middle_name", "last_name", "suffix", "organization_name", "trade_name", "legal_name",
    "specialty", "taxonomy", "licence_number", "licence_state", "licence_expires_on", "caqh_number", "board_certified",
    "board_certification", "prescribes", "tests_on_site", "independent", "contact_name", "contact_email", "contact_phone",
    "address", "city", "zip_code", "county", "lines", "signer_name", "signer_title",
    "meeting_date", "meeting_time", "meeting_place",
})  # fmt: skip

# Every action of the history that changes credentialing data.
ACTIONS: tuple[str, ...] = (*(row.action for row in TABLE), *(action.value for action in Action))

# What evidence was gathered by: whoever did one of these has a hand in the file.
GATHERING: tuple[str, ...] = tuple(row.action for row in TABLE if row.evidence)

_BY_ACTION = {row.action: row for row in TABLE}


@cache
def find_change(action: str) -> ChangeRow | None:
    """The row of a change of credentialing data, also of a step of the workflow; None for what is none."""
    if action in _BY_ACTION:
        return _BY_ACTION[action]
    steps = [step for step in workflow.TABLE if step.action == action]
    if not steps:
        return None
    roles = frozenset(role for step in steps for role in step.who)
    asked = all("reason_given" in step.only_if for step in steps)
    return ChangeRow(action, workflow.ACTION_LABELS[Action(action)], also=roles, reason=asked)


def roles_of(row: ChangeRow) -> frozenset[Role]:
    """Every role that may make this change."""
    return row.also | (ACCESS[row.capability] if row.capability else frozenset())


def may_change(action: str, roles: frozenset[Role]) -> bool:
    """May somebody with these roles do this? What is no change of credentialing data is left to its own door."""
    row = find_change(action)
    return row is None or bool(roles_of(row) & roles)


def reason_missing(action: str, why: str) -> bool:
    """Does the policy ask why this was done, and nobody said?"""
    row = find_change(action)
    return row is not None and row.reason and len(why.strip()) < SHORTEST_REASON


def changed(code: str, label: str, old: Any, new: Any) -> dict[str, str]:
    """One value before and after, as the history may tell it."""
    before, after = _read(old), _read(new)
    if code not in OPEN_VALUES or looks_like_ssn(before) or looks_like_ssn(after):
        before, after = HIDDEN_OLD if before else "", HIDDEN_NEW if after else ""
    return {"code": code, "what": label, "old": before[:LONGEST_VALUE], "new": after[:LONGEST_VALUE]}


def changes_of(details: Mapping[str, Any]) -> list[dict[str, str]]:
    """The old and new values an event tells: its own, or the two statuses of a step."""
    if "changes" in details:
        return list(details["changes"])
    if {"from", "to"} <= details.keys():
        return [changed("status", "Status", details["from"], details["to"])]
    return []


def say_change(change: Mapping[str, str]) -> str:
    """One value before and after on one line."""
    return f"{change['what']}: {change['old'] or '(none)'} → {change['new'] or '(none)'}"


def _read(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)
