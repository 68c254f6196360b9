"""TABLE: what each staff role may do beside the steps of the workflow (those carry their own roles).
APPLICANT_TABLE: what an applicant opens, by what was shown in the session."""

from onboarding.policy.vocabulary import STAFF_ROLES, Capability, Opening, Role, Shown

_C = Capability
_DESK = frozenset({Role.SPECIALIST, Role.COORDINATOR})
_TABLE = frozenset({Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER})
_READERS = _DESK | {Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER, Role.AUDITOR}

TABLE: dict[Capability, frozenset[Role]] = {
    _C.SEE_QUEUE: _READERS,  # names, matches and what is next: an administrator counts, and reads none of it
    _C.SEE_COUNTS: frozenset(STAFF_ROLES),
    _C.SEE_FILE: _READERS,
    _C.SEE_DOCUMENT: _READERS,
    _C.SEE_LETTER: _READERS,
    _C.CLAIM_WORK: _DESK,
    _C.DO_IN_BULK: _DESK
    | {Role.MEDICAL_DIRECTOR},  # each thing done so has its own say: the workflow table, or its capability
    _C.ASSIGN_WORK: frozenset({Role.COORDINATOR}),
    _C.REVIEW_DOCUMENT: _DESK,
    _C.RECORD_AUTHORIZATION: _DESK,
    _C.RECORD_VERIFICATION: _DESK,
    _C.RUN_SCREENING: _DESK,
    _C.RESOLVE_MATCH: _DESK,
    _C.SETTLE_LETTER: frozenset({Role.COORDINATOR}),
    _C.START_RECREDENTIALING: frozenset({Role.COORDINATOR}),
    _C.EXTEND_RECREDENTIALING: frozenset({Role.COORDINATOR}),
    _C.CONFIRM_ONBOARDING: _DESK,
    _C.ANSWER_RIGHTS: _DESK,
    _C.FOLLOW_INVITATIONS: _DESK,
    _C.SEE_PAST: _DESK | {Role.MEDICAL_DIRECTOR, Role.AUDITOR},
    _C.DRAW_SAMPLE: frozenset({Role.AUDITOR}),
    _C.SEE_SAMPLE: frozenset({Role.AUDITOR, Role.COORDINATOR, Role.MEDICAL_DIRECTOR}),
    _C.TAKE_PACKET: frozenset({Role.AUDITOR}),
    _C.SEE_INTEGRITY: frozenset({Role.AUDITOR, Role.COORDINATOR, Role.MEDICAL_DIRECTOR}),
    _C.SAVE_VIEW: _READERS - {Role.AUDITOR},
    _C.SHARE_VIEW: frozenset({Role.COORDINATOR}),
    _C.TAKE_QUEUE: frozenset({Role.COORDINATOR, Role.MEDICAL_DIRECTOR}),
    _C.SEE_REPORTS: frozenset({Role.COORDINATOR, Role.MEDICAL_DIRECTOR, Role.AUDITOR}),
    _C.SEE_JOBS: frozenset({Role.COORDINATOR, Role.AUDITOR, Role.ADMINISTRATOR}),
    _C.ASK_JOB: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    _C.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    _C.SEE_COMMITTEE: _TABLE | {Role.COORDINATOR, Role.AUDITOR},
    _C.MANAGE_COMMITTEE: frozenset({Role.COORDINATOR}),
    _C.VOTE: _TABLE
    | {Role.COORDINATOR},  # a member votes; the coordinator writes down what was said at the table
    _C.SIGN_STATEMENT: _TABLE,
    _C.SEE_PEER_REVIEW: _TABLE
    | {Role.COORDINATOR, Role.AUDITOR},  # packet and minutes: each opening is logged
    _C.WRITE_MINUTES: frozenset({Role.COORDINATOR}),
    _C.ATTEST_MINUTES: _TABLE,  # and then the chair alone
    _C.SIGN_CLEAN_FILES: frozenset({Role.MEDICAL_DIRECTOR}),
    _C.DECLARE_TIE: _DESK | _TABLE,
    _C.RECORD_APPEAL: frozenset({Role.COORDINATOR}),
    _C.MARK_ADVERSE_ACTION: frozenset({Role.COORDINATOR, Role.MEDICAL_DIRECTOR}),
    _C.SEE_FINDINGS: _READERS,
    _C.RECORD_FINDING: _DESK,  # who decides gathers no evidence
    _C.CONFIRM_STATE_ENROLMENT: frozenset({Role.COORDINATOR}),
    _C.CLOSE_FOLLOW_UP: frozenset({Role.COORDINATOR, Role.MEDICAL_DIRECTOR}),
}

# Roles that stand alone on an account: who runs the system reads no file, and who audits writes in none, whatever else
# the person may do elsewhere. Where an older account has one beside others, the first of these counts and nothing else.
ALONE = (Role.ADMINISTRATOR, Role.AUDITOR)


def roles_in_force(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles an account acts with, of those it was given."""
    alone = next((role for role in ALONE if role in roles), None)
    return roles if alone is None else frozenset({alone})


def may(roles: frozenset[Role], capability: Capability) -> bool:
    """May somebody with these roles do this?"""
    return bool(TABLE[capability] & roles)


_EITHER, _CODE, _ADDRESS = (
    frozenset(Shown),
    frozenset({Shown.CODE, Shown.ADDRESS}),
    frozenset({Shown.ADDRESS}),
)

# NPI and Application ID stand on papers that pass many hands: they open where it stands and take what is missing.
# SEE_DETAIL: answers, file names, what was wrong with a document, corrections asked, history with its dates, messages.
# CHOOSE_MAILS counts for all applications of an address, so it opens to who has shown that the address is theirs.
APPLICANT_TABLE: dict[Opening, frozenset[Shown]] = {
    Opening.SEE_STAGE: _EITHER,
    Opening.SEND_DOCUMENT: _EITHER,
    Opening.SEE_DETAIL: _CODE,
    Opening.CHANGE_FORM: _CODE,
    Opening.WITHDRAW: _CODE,
    Opening.FINISH_ONBOARDING: _CODE,
    Opening.CHOOSE_MAILS: _ADDRESS,
    Opening.ASK_APPEAL: _CODE,
}


def opens(shown: Shown, opening: Opening, *, email_on_file: bool = True) -> bool:
    """Does what was shown open this? A draft without an e-mail address, to which no code can go, opens by the pair."""
    return shown in APPLICANT_TABLE[opening] or not email_on_file
