"""TABLE: how many letters of one kind leave on one day, and how late one may be, before a person is asked. A job that was
mended after a week releases no storm: what is beyond waits on the list of held letters, and is never lost.

All numbers are plan settings. A network of 50,000 providers writes some 280 reminders on an ordinary day.
"""

from dataclasses import dataclass

from onboarding.policy.asking import DOCUMENT_LETTERS
from onboarding.policy.vocabulary import HoldCause, LetterKind


@dataclass(frozen=True)
class Limit:
    """The limits of one kind: letters a day, days since it fell due, and whether a person may drop one that is held. What
    tells a decision, an appeal right or a change of standing is released, never dropped."""

    daily: int = 1_000
    oldest: int = 14
    droppable: bool = True


_L = LetterKind
_MUST_LEAVE = Limit(droppable=False)
_DEFAULT = Limit()

TABLE: dict[LetterKind, Limit] = {
    _L.CONFIRMATION: Limit(3_000, 30),
    _L.STATUS_CHANGED: Limit(3_000),
    _L.RECREDENTIALING_REMINDER: Limit(1_500),
    _L.CAQH_REATTEST: Limit(1_500),
    **dict.fromkeys(DOCUMENT_LETTERS, Limit(500)),
    _L.DRAFT_EXPIRES: Limit(500, 3),
    _L.DRAFTS_EXPIRE: Limit(500, 3),
    _L.DISCONTINUATION: Limit(200, droppable=False),
    _L.ACCESS_CODE: Limit(3_000, 1),
    _L.RETURNED: _MUST_LEAVE,
    _L.WELCOME: _MUST_LEAVE,
    _L.DENIAL: _MUST_LEAVE,
    _L.TERMINATION: _MUST_LEAVE,
    _L.PROVISIONAL: _MUST_LEAVE,
    _L.PROVISIONAL_ENDED: _MUST_LEAVE,
    _L.DISCREPANCY: _MUST_LEAVE,
    _L.APPEAL_RECEIVED: _MUST_LEAVE,
    _L.APPEAL_DECIDED: _MUST_LEAVE,
    _L.RIGHTS_ANSWER: _MUST_LEAVE,
    _L.PENDED: _MUST_LEAVE,
    _L.DOCUMENT_EXPIRING: Limit(500, 30),
    _L.PAYMENT_REMINDER: Limit(500, 30),
    _L.ANNUAL_NOTICE: Limit(1_500, 60),
}

CAUSE_LABELS: dict[HoldCause, str] = {
    HoldCause.PERSON: "Held by a person",
    HoldCause.RATE: "Over the daily limit",
    HoldCause.AGE: "Late",
}


def limit_of(kind: LetterKind) -> Limit:
    """The limits of this kind of letter."""
    return TABLE.get(kind, _DEFAULT)


def held_because(cause: HoldCause, kind: LetterKind, daily: int) -> str:
    """Why the clock holds a letter of this kind, in a sentence."""
    if cause is HoldCause.AGE:
        return f"It fell due more than {limit_of(kind).oldest} days before it would have left."
    letters = "letter" if daily == 1 else "letters"
    return f"More than {daily:,} {letters} of this kind would have left on one day."
