"""What an applicant opens, asks and sends beside the form. Values are stored as text."""

from enum import StrEnum


class Shown(StrEnum):
    """What an applicant has shown in this session: NPI and Application ID; or beyond them the mailed code or link, or has
    begun the draft in it; or the code or link that was mailed to the very address that is on file now."""

    PAIR = "pair"
    CODE = "code"
    ADDRESS = "address"


class Opening(StrEnum):
    """What an applicant can open or do; policy/access.py says on what it opens."""

    SEE_STAGE = "see_stage"
    SEND_DOCUMENT = "send_document"
    SEE_DETAIL = "see_detail"
    CHANGE_FORM = "change_form"
    WITHDRAW = "withdraw"
    FINISH_ONBOARDING = "finish_onboarding"
    CHOOSE_MAILS = "choose_mails"
    ASK_APPEAL = "ask_appeal"


class CodePurpose(StrEnum):
    """How an applicant comes back with what was mailed: a link that is followed, or a code that is typed."""

    LINK = "link"
    CODE = "code"


class RosterState(StrEnum):
    """Where a roster stands. Checking and importing are begun by a person and done by the clock."""

    QUEUED = "queued"
    CHECKING = "checking"
    MAPPING_NEEDED = "mapping_needed"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class RosterRowState(StrEnum):
    """What became of one row of a roster."""

    REFUSED = "refused"
    VALID = "valid"
    IMPORTED = "imported"
    ALREADY_HERE = "already_here"


class RightsKind(StrEnum):
    """What an applicant may ask of us by right; each has a row in policy/rights.py."""

    REVIEW = "review"
    CORRECT = "correct"
    STATUS = "status"
    LEAVE = "leave"


class RightsState(StrEnum):
    """Where one such request stands."""

    ASKED = "asked"
    ANSWERED = "answered"


class InvitationState(StrEnum):
    """Where a provider somebody referred to us stands. Applied is never stored: an application with the NPI says it."""

    NEW = "new"
    INVITED = "invited"
    APPLIED = "applied"
    CLOSED = "closed"
