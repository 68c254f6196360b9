"""Appeals: which letters open one, until when, by whom it is decided, and what a decision makes of it.

Sources: 42 USC 11112 (at least 30 days to ask for a hearing, a hearing no sooner than 30 days after its notice, a
written decision); NCQA CR (notice of appeal rights); plan policy for the rest.
"""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import AdverseKind, AppealOutcome, DecisionOutcome, LetterKind, Status


@dataclass(frozen=True)
class AppealRow:
    """A letter that tells a decision which can be appealed, and what it did. `if_dated`: only where it gives a day until
    when (letters/catalog.py), as the welcome letter does with conditions."""

    letter: LetterKind
    against: AdverseKind
    if_dated: bool = False


TABLE: tuple[AppealRow, ...] = (
    AppealRow(LetterKind.DENIAL, AdverseKind.DENIAL),
    AppealRow(LetterKind.TERMINATION, AdverseKind.TERMINATION),
    AppealRow(LetterKind.WELCOME, AdverseKind.RESTRICTION, if_dated=True),
)
APPEALABLE: dict[LetterKind, AppealRow] = {row.letter: row for row in TABLE}

# What the decision of the other panel makes of the first one. To ask for more decides nothing.
OUTCOMES: dict[DecisionOutcome, AppealOutcome] = {
    DecisionOutcome.DENIED: AppealOutcome.UPHELD,
    DecisionOutcome.APPROVED: AppealOutcome.REVERSED,
    DecisionOutcome.APPROVED_WITH_CONDITIONS: AppealOutcome.MODIFIED,
}

# The decision on an appeal is final: it is told by its own letter, which opens no other appeal.
TOLD_INSTEAD: dict[LetterKind, LetterKind] = {LetterKind.DENIAL: LetterKind.APPEAL_DECIDED}

OUTCOME_LABELS: dict[AppealOutcome, str] = {
    AppealOutcome.UPHELD: "The first decision stands",
    AppealOutcome.REVERSED: "The first decision is reversed",
    AppealOutcome.MODIFIED: "The first decision is changed",
    AppealOutcome.OVERTAKEN: "Participation ended before it was decided",
    AppealOutcome.REFUSED: "The appeal came too late, and we do not take it",
    AppealOutcome.WITHDRAWN: "The file was closed before the appeal was decided",
}

# An open appeal is over when its application comes to this status.
CLOSED_WITH: dict[Status, AppealOutcome] = {
    Status.WITHDRAWN: AppealOutcome.WITHDRAWN,
    Status.DISCONTINUED: AppealOutcome.WITHDRAWN,
}


def opens_appeal(kind: LetterKind, respond_by: date | None) -> bool:
    """Does a letter of this kind, which gives this day or none, tell a decision that can be appealed?"""
    row = APPEALABLE.get(kind)
    return row is not None and (respond_by is not None or not row.if_dated)


def made_of(outcome: DecisionOutcome, *, repeats: bool = False) -> AppealOutcome | None:
    """What the second decision makes of the first; one that says the same once more lets it stand. None: it decides nothing."""
    return AppealOutcome.UPHELD if repeats and outcome in OUTCOMES else OUTCOMES.get(outcome)


def last_day_to_appeal(respond_by: date | None, written_on: date, left_on: date | None) -> date:
    """The last day to ask: the date in the letter, or the full time after it left where that is later."""
    by_letter = respond_by or after("appeal", written_on)
    return max(by_letter, after("appeal", left_on)) if left_on else by_letter


def earliest_hearing(told_on: date) -> date:
    """The first day on which a hearing may be held whose notice is written on this day."""
    return after("hearing_after_notice", told_on)
