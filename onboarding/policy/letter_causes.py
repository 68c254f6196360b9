"""TABLE: what must still hold when a letter leaves. It is asked before the letter is made and again before each hand-over.

A letter whose cause is gone is held back with the reason. A kind without a row tells what has been, and leaves anyway.
"""

from dataclasses import dataclass
from enum import StrEnum

from onboarding.policy.asking import DOCUMENT_LETTERS
from onboarding.policy.vocabulary import LetterKind


class Holds(StrEnum):
    """A question about a letter that waits: yes, and it may leave."""

    IN_NETWORK = "in_network"
    RENEWAL_NOT_SENT = "renewal_not_sent"
    DUE_DATE_STANDS = "due_date_stands"
    LAPSE_STANDS = "lapse_stands"
    WELCOMED = "welcomed"
    ASKABLE = "askable"
    STILL_OWED = "still_owed"
    STILL_RETURNED = "still_returned"
    STILL_DISCONTINUED = "still_discontinued"
    DRAFT_UNTOUCHED = "draft_untouched"
    NOTICE_UNANSWERED = "notice_unanswered"
    STILL_RUNS_OUT = "still_runs_out"
    PAYMENT_NOT_CHOSEN = "payment_not_chosen"
    CCVS_AWAITED = "ccvs_awaited"


@dataclass(frozen=True)
class Cause:
    """One thing that must hold, and what is said of the letter where it does not."""

    holds: Holds
    says: str


_L, _H = LetterKind, Holds
_ENDED = "Not sent: the participation had ended before this one left."

TABLE: dict[LetterKind, tuple[Cause, ...]] = {
    _L.RECREDENTIALING_REMINDER: (
        Cause(_H.IN_NETWORK, _ENDED),
        Cause(_H.RENEWAL_NOT_SENT, "Not sent: the renewal had been sent before this one left."),
        Cause(_H.DUE_DATE_STANDS, "Not sent: the due date moved; the reminders go on for the new date."),
    ),
    _L.CAQH_REATTEST: (
        Cause(_H.LAPSE_STANDS, "Not sent: CAQH was attested again, or is not needed any more."),
    ),
    _L.WELCOME: (Cause(_H.WELCOMED, "Not sent: the application was withdrawn before this one left."),),
    **dict.fromkeys(
        DOCUMENT_LETTERS,
        (
            Cause(_H.ASKABLE, "Not sent: the application had gone on or ended before this one left."),
            Cause(_H.STILL_OWED, "Not sent: everything it asks for had come before it left."),
        ),
    ),
    _L.RETURNED: (
        Cause(
            _H.STILL_RETURNED, "Not sent: the form had been sent again, or withdrawn, before this one left."
        ),
    ),
    _L.DISCONTINUATION: (
        Cause(_H.STILL_DISCONTINUED, "Not sent: the application was reopened before this one left."),
    ),
    _L.DRAFT_EXPIRES: (
        Cause(_H.DRAFT_UNTOUCHED, "Not sent: the form was worked on, sent or deleted before this one left."),
    ),
    _L.DISCREPANCY_REMINDER: (
        Cause(_H.NOTICE_UNANSWERED, "Not sent: the notice was answered, or settled, before this one left."),
    ),
    _L.DOCUMENT_EXPIRING: (
        Cause(_H.IN_NETWORK, _ENDED),
        Cause(_H.STILL_RUNS_OUT, "Not sent: a newer document was on file, or it is not asked for any more."),
    ),
    _L.PAYMENT_REMINDER: (
        Cause(_H.IN_NETWORK, _ENDED),
        Cause(_H.PAYMENT_NOT_CHOSEN, "Not sent: the way of payment had been chosen before this one left."),
    ),
    _L.ANNUAL_NOTICE: (Cause(_H.IN_NETWORK, _ENDED),),
    _L.CCVS_REQUEST: (
        Cause(_H.CCVS_AWAITED, "Not sent: the CCVS profile had come, or is not needed any more."),
    ),
}
