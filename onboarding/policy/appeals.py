"""Appeals: which letters open one, until when, by whom it is decided, and what a decision makes of it.

Sources: 42 USC 11112 (at least 30 days to ask for a hearing, a hearing no sooner than 30 days after its notice, a
written decision); NCQA CR (notice of appeal rights); plan policy for the rest.
"""

from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import AppealOutcome, DecisionOutcome, LetterKind, Status

# The letters that tell a decision which can be appealed.
APPEALABLE: tuple[LetterKind, ...] = (LetterKind.DENIAL, LetterKind.TERMINATION)

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
    AppealOutcome.REFUSED: "The appeal came too late, and we do not take it",
    AppealOutcome.WITHDRAWN: "The file was closed before the appeal was decided",
}

# An open appeal is over when its application comes to this status.
CLOSED_WITH: dict[Status, AppealOutcome] = {
    Status.WITHDRAWN: AppealOutcome.WITHDRAWN,
    Status.DISCONTINUED: AppealOutcome.WITHDRAWN,
}


def last_day_to_appeal(respond_by: date | None, written_on: date, left_on: date | None) -> date:
    """The last day to ask: the date in the letter, or the full time after it left where that is later."""
    by_letter = respond_by or after("appeal", written_on)
    return max(by_letter, after("appeal", left_on)) if left_on else by_letter


def earliest_hearing(told_on: date) -> date:
    """The first day on which a hearing may be held whose notice is written on this day."""
    return after("hearing_after_notice", told_on)
