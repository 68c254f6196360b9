"""TABLE: from | action | to | who | only if | sends. The one description of how an application moves.

It draws the buttons, feeds the guards, derives the public stage, prints as Markdown and as a diagram
(`onboarding workflow`), and is what the tests walk: every (status, action, role).
"""

from dataclasses import dataclass

from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.guards import GUARDS
from onboarding.policy.vocabulary import Action, LetterKind, Role, Status


@dataclass(frozen=True)
class Step:
    """One row: this action leads from here to there, for these roles, if these guards hold, and sends these letters."""

    from_status: Status
    action: Action
    to_status: Status
    who: frozenset[Role]
    only_if: tuple[str, ...] = ()
    sends: tuple[LetterKind, ...] = ()


def _row(
    from_status: Status,
    action: Action,
    to_status: Status,
    who: tuple[Role, ...],
    only_if: str = "",
    sends: tuple[LetterKind, ...] = (),
) -> Step:
    return Step(from_status, action, to_status, frozenset(who), tuple(only_if.split()), sends)


_S, _A, _L = Status, Action, LetterKind
_APPLICANT, _CLOCK = (Role.APPLICANT,), (Role.CLOCK,)
_DESK = (Role.SPECIALIST, Role.COORDINATOR)
_LEAD = (Role.COORDINATOR,)
_DIRECTOR = (Role.MEDICAL_DIRECTOR,)
_COMMITTEE = (Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER)
_WITHDRAWERS = (Role.APPLICANT, Role.COORDINATOR)

_SENT = "form_complete attestation_signed only_open_application participation_goes_on"
_SILENCE = "letter_has_left response_time_over"
_FILE = "authorization_confirmed documents_accepted verifications_complete evidence_in_date license_in_force screening_done"
_DECIDE = f"{_FILE} matches_resolved verifier_is_not_decider nobody_concerned"
_TABLE_SAYS = "meeting_held quorum_met everybody_voted vote_carried reason_given verifier_is_not_decider nobody_concerned another_panel"
_TABLE_DECIDES = f"meeting_held quorum_met everybody_voted vote_carried reason_given {_DECIDE} another_panel"
# An appeal against conditions is no new credentialing: the provider is in the network, and stays with the evidence of then.
_ON_CONDITIONS = "meeting_held quorum_met everybody_voted vote_carried reason_given verifier_is_not_decider nobody_concerned another_panel not_excluded"
# The mail of a step that changes what the applicant sees and has no letter of its own to tell it.
_TELLS = (_L.STATUS_CHANGED,)

TABLE: tuple[Step, ...] = (
    _row(_S.DRAFT, _A.SUBMIT, _S.RECEIVED, _APPLICANT, _SENT, (_L.CONFIRMATION,)),
    _row(_S.DRAFT, _A.EXPIRE, _S.EXPIRED, _CLOCK, "draft_too_old"),
    _row(_S.DRAFT, _A.DISCARD, _S.EXPIRED, _APPLICANT, "not_a_renewal"),
    _row(_S.RECEIVED, _A.ACCEPT, _S.GATHERING, _DESK, sends=_TELLS),
    _row(_S.RECEIVED, _A.RETURN, _S.RETURNED, _DESK, "reason_given", (_L.RETURNED,)),
    _row(_S.RECEIVED, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given", _TELLS),
    _row(_S.RETURNED, _A.RESUBMIT, _S.RECEIVED, _APPLICANT, _SENT, (_L.CONFIRMATION,)),
    _row(_S.RETURNED, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given", _TELLS),
    _row(_S.RETURNED, _A.DISCONTINUE, _S.DISCONTINUED, _LEAD + _CLOCK, _SILENCE, (_L.DISCONTINUATION,)),
    _row(
        _S.GATHERING,
        _A.COMPLETE_FILE,
        _S.VERIFYING,
        _DESK,
        "verification_opened authorization_confirmed documents_accepted",
        _TELLS,
    ),
    _row(_S.GATHERING, _A.RETURN, _S.RETURNED, _DESK, "reason_given", (_L.RETURNED,)),
    _row(
        _S.GATHERING,
        _A.DISCONTINUE,
        _S.DISCONTINUED,
        _LEAD + _CLOCK,
        f"something_missing {_SILENCE}",
        (_L.DISCONTINUATION,),
    ),
    _row(_S.GATHERING, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given", _TELLS),
    _row(_S.VERIFYING, _A.FINISH_VERIFICATION, _S.READY, _DESK, f"{_FILE} matches_resolved", _TELLS),
    _row(
        _S.VERIFYING,
        _A.APPROVE_PROVISIONALLY,
        _S.VERIFYING,
        _DIRECTOR,
        "conditions_of_provisional never_provisional_before screening_done matches_resolved not_excluded "
        "state_enrolment_settled verifier_is_not_decider nobody_concerned",
        (_L.PROVISIONAL,),
    ),
    _row(_S.VERIFYING, _A.BACK_TO_GATHERING, _S.GATHERING, _DESK, "reason_given", _TELLS),
    _row(_S.VERIFYING, _A.RETURN, _S.RETURNED, _DESK, "reason_given", (_L.RETURNED,)),
    _row(
        _S.VERIFYING,
        _A.DISCONTINUE,
        _S.DISCONTINUED,
        _LEAD + _CLOCK,
        f"something_missing {_SILENCE}",
        (_L.DISCONTINUATION,),
    ),
    _row(_S.VERIFYING, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given", _TELLS),
    _row(
        _S.READY,
        _A.APPROVE_CLEAN_FILE,
        _S.APPROVED,
        _DIRECTOR,
        f"{_DECIDE} not_excluded state_enrolment_settled file_is_clean",
        (_L.WELCOME,),
    ),
    _row(_S.READY, _A.PLACE_ON_AGENDA, _S.IN_COMMITTEE, _LEAD + _DIRECTOR, "meeting_dated", _TELLS),
    _row(
        _S.READY,
        _A.BACK_TO_VERIFYING,
        _S.VERIFYING,
        (*_DESK, Role.MEDICAL_DIRECTOR),
        "reason_given",
        _TELLS,
    ),
    _row(
        _S.READY,
        _A.DISCONTINUE,
        _S.DISCONTINUED,
        _LEAD + _CLOCK,
        f"something_missing {_SILENCE}",
        (_L.DISCONTINUATION,),
    ),
    _row(_S.READY, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given", _TELLS),
    _row(
        _S.IN_COMMITTEE,
        _A.APPROVE,
        _S.APPROVED,
        _COMMITTEE,
        f"{_TABLE_DECIDES} not_excluded state_enrolment_settled",
        (_L.WELCOME,),
    ),
    _row(
        _S.IN_COMMITTEE,
        _A.APPROVE_WITH_CONDITIONS,
        _S.APPROVED,
        _COMMITTEE,
        f"{_TABLE_DECIDES} not_excluded state_enrolment_settled",
        (_L.WELCOME,),
    ),
    _row(
        _S.IN_COMMITTEE,
        _A.PEND,
        _S.VERIFYING,
        _COMMITTEE,
        _TABLE_SAYS,
        (_L.PENDED,),
    ),
    _row(_S.IN_COMMITTEE, _A.DENY, _S.DENIED, _COMMITTEE, f"{_TABLE_SAYS} denied_on_evidence", (_L.DENIAL,)),
    _row(_S.IN_COMMITTEE, _A.PLACE_ON_AGENDA, _S.IN_COMMITTEE, _LEAD + _DIRECTOR, "meeting_dated"),
    _row(_S.IN_COMMITTEE, _A.TAKE_OFF_AGENDA, _S.READY, _LEAD + _DIRECTOR, "reason_given", _TELLS),
    _row(_S.IN_COMMITTEE, _A.BACK_TO_VERIFYING, _S.VERIFYING, _LEAD + _DIRECTOR, "reason_given", _TELLS),
    _row(_S.IN_COMMITTEE, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given", _TELLS),
    _row(_S.APPROVED, _A.WITHDRAW, _S.WITHDRAWN, _WITHDRAWERS, "reason_given not_a_renewal", _TELLS),
    _row(_S.APPROVED, _A.CONFIRM_WELCOME, _S.PARTICIPATING, _CLOCK, "welcome_letter_left"),
    _row(
        _S.PARTICIPATING,
        _A.TERMINATE,
        _S.TERMINATED,
        _DIRECTOR,
        "reason_given not_renewed_since verifier_is_not_decider",
        (_L.TERMINATION,),
    ),
    _row(
        _S.PARTICIPATING,
        _A.ACCEPT_APPEAL,
        _S.PARTICIPATING,
        _LEAD,
        "appeal_asked reason_given not_renewed_since",
    ),
    _row(
        _S.PARTICIPATING,
        _A.PLACE_ON_AGENDA,
        _S.APPEAL_IN_COMMITTEE,
        _LEAD + _DIRECTOR,
        "appeal_accepted meeting_dated",
        _TELLS,
    ),
    _row(
        _S.APPEAL_IN_COMMITTEE,
        _A.APPROVE,
        _S.PARTICIPATING,
        _COMMITTEE,
        _ON_CONDITIONS,
        (_L.APPEAL_DECIDED,),
    ),
    _row(
        _S.APPEAL_IN_COMMITTEE,
        _A.APPROVE_WITH_CONDITIONS,
        _S.PARTICIPATING,
        _COMMITTEE,
        _ON_CONDITIONS,
        (_L.APPEAL_DECIDED,),
    ),
    _row(
        _S.APPEAL_IN_COMMITTEE,
        _A.PLACE_ON_AGENDA,
        _S.APPEAL_IN_COMMITTEE,
        _LEAD + _DIRECTOR,
        "meeting_dated",
    ),
    _row(
        _S.APPEAL_IN_COMMITTEE,
        _A.TERMINATE,
        _S.TERMINATED,
        _DIRECTOR,
        "reason_given not_renewed_since verifier_is_not_decider",
        (_L.TERMINATION,),
    ),
    _row(
        _S.TERMINATED,
        _A.ACCEPT_APPEAL,
        _S.READY,
        _LEAD,
        "appeal_asked reason_given only_open_application",
        _TELLS,
    ),
    _row(
        _S.DENIED,
        _A.ACCEPT_APPEAL,
        _S.READY,
        _LEAD,
        "appeal_asked reason_given only_open_application",
        _TELLS,
    ),
    _row(_S.DISCONTINUED, _A.REOPEN, _S.RECEIVED, _LEAD, "reason_given only_open_application", _TELLS),
    _row(_S.WITHDRAWN, _A.REOPEN, _S.RECEIVED, _LEAD, "reason_given only_open_application", _TELLS),
)

ACTION_LABELS: dict[Action, str] = {
    _A.SUBMIT: "Send application",
    _A.EXPIRE: "Let draft expire",
    _A.DISCARD: "Delete draft",
    _A.ACCEPT: "Accept for credentialing",
    _A.RETURN: "Return to applicant",
    _A.RESUBMIT: "Send corrected application",
    _A.WITHDRAW: "Withdraw",
    _A.DISCONTINUE: "Discontinue",
    _A.COMPLETE_FILE: "File complete: start verification",
    _A.FINISH_VERIFICATION: "Verification finished: ready for decision",
    _A.BACK_TO_GATHERING: "Back to gathering documents",
    _A.BACK_TO_VERIFYING: "Back to verification",
    _A.APPROVE_CLEAN_FILE: "Approve clean file",
    _A.APPROVE_PROVISIONALLY: "Approve provisionally",
    _A.PLACE_ON_AGENDA: "Place on committee agenda",
    _A.TAKE_OFF_AGENDA: "Take off the agenda",
    _A.APPROVE: "Record: committee approved",
    _A.APPROVE_WITH_CONDITIONS: "Record: committee approved with conditions",
    _A.PEND: "Record: committee asked for more",
    _A.DENY: "Record: committee denied",
    _A.CONFIRM_WELCOME: "Welcome letter left",
    _A.TERMINATE: "Terminate participation",
    _A.ACCEPT_APPEAL: "Accept appeal",
    _A.REOPEN: "Reopen",
}

STATUS_LABELS: dict[Status, str] = {
    _S.DRAFT: "Draft",
    _S.RECEIVED: "Received",
    _S.RETURNED: "Returned",
    _S.GATHERING: "Gathering",
    _S.VERIFYING: "Verifying",
    _S.READY: "Ready for decision",
    _S.IN_COMMITTEE: "In committee",
    _S.APPROVED: "Approved",
    _S.PARTICIPATING: "Participating",
    _S.APPEAL_IN_COMMITTEE: "Appeal in committee",
    _S.DENIED: "Denied",
    _S.DISCONTINUED: "Discontinued",
    _S.WITHDRAWN: "Withdrawn",
    _S.EXPIRED: "Draft expired",
    _S.TERMINATED: "Terminated",
}

# Where work is to be done or awaited: what the queue shows, in the order of the journey.
OPEN_STATUSES: tuple[Status, ...] = (
    _S.RECEIVED, _S.RETURNED, _S.GATHERING, _S.VERIFYING, _S.READY, _S.IN_COMMITTEE, _S.APPROVED,
)  # fmt: skip

# An application in one of these keeps its (NPI, tax id) to itself.
UNIQUE_STATUSES: tuple[Status, ...] = OPEN_STATUSES

# Where the provider is in the network by this application.
NETWORK_STATUSES: tuple[Status, ...] = (_S.PARTICIPATING, _S.APPEAL_IN_COMMITTEE)

# Where an application has come to its end without making or keeping a participation.
ENDED_STATUSES: tuple[Status, ...] = (_S.DENIED, _S.DISCONTINUED, _S.WITHDRAWN, _S.EXPIRED)


def statuses_with(action: Action) -> tuple[Status, ...]:
    """Where this action can be taken, as the table says."""
    return tuple(dict.fromkeys(step.from_status for step in TABLE if step.action is action))


# Saved and not sent; at the committee's table; decided and not yet welcomed; signed alone by the medical director.
DRAFT_STATUSES = statuses_with(_A.EXPIRE)
TABLE_STATUSES = statuses_with(_A.APPROVE)
WELCOMING_STATUSES = statuses_with(_A.CONFIRM_WELCOME)
SIGNABLE_STATUSES = statuses_with(_A.APPROVE_CLEAN_FILE)

# Where the applicant may still change the form, and where documents may still be sent.
EDITABLE_STATUSES: tuple[Status, ...] = (_S.DRAFT, _S.RETURNED)
UPLOAD_STATUSES: tuple[Status, ...] = (_S.RECEIVED, _S.RETURNED, _S.GATHERING, _S.VERIFYING, _S.READY)
EVIDENCE_STATUSES: tuple[Status, ...] = (_S.RECEIVED, _S.GATHERING, _S.VERIFYING, _S.READY, _S.IN_COMMITTEE)

# Entering one of these asks the applicant anew: a new round of letters and answers begins.
ASKING_STATUSES: tuple[Status, ...] = (_S.RETURNED, _S.GATHERING)

# Where the applicant can be asked in writing for documents.
ASKABLE_STATUSES: tuple[Status, ...] = (_S.GATHERING, _S.VERIFYING, _S.READY)

# The clock of policy/deadlines.py that tells by when the desk should have moved a file on.
WORK_CLOCKS: dict[Status, str] = {status: f"work_{status.value}" for status in OPEN_STATUSES}


def find_step(status: Status, action: Action) -> Step | None:
    """The row for this action in this status, or None: then nobody may do it here."""
    for step in TABLE:
        if step.from_status is status and step.action is action:
            return step
    return None


def steps_for(status: Status, roles: frozenset[Role]) -> tuple[Step, ...]:
    """The rows open to these roles in this status, guards aside: the buttons of a page."""
    return tuple(step for step in TABLE if step.from_status is status and step.who & roles)


def reasons_against(step: Step, file: CredentialingFile, request: Request) -> tuple[str, ...]:
    """What stands in the way of a step, in plain English, each reason once. Empty: nothing does."""
    reasons = [reason for name in step.only_if for reason in GUARDS[name](file, request)]
    return tuple(dict.fromkeys(reasons))


def as_markdown() -> str:
    """The table as it stands, for the README and for auditors."""
    lines = ["| from | action | to | who | only if | sends |", "|---|---|---|---|---|---|"]
    for step in TABLE:
        who = ", ".join(role.value for role in Role if role in step.who)
        only_if = ", ".join(step.only_if)
        sends = ", ".join(step.sends)
        lines.append(
            f"| {step.from_status} | {step.action} | {step.to_status} | {who} | {only_if} | {sends} |"
        )
    return "\n".join(line.replace("_", " ") for line in lines) + "\n"


def as_mermaid() -> str:
    """The table as a state diagram in Mermaid, which repository pages draw."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for step in TABLE:
        label = step.action.value.replace("_", " ")
        lines.append(f"    {step.from_status} --> {step.to_status}: {label}")
    return "\n".join(lines) + "\n"
