"""The notice of a decision: within 30 calendar days (NCQA CR 2025), measured to the letter that has left."""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import DecisionOutcome, LetterKind, NoticeState

# The letters that tell a decision, and the decisions that are told: to ask for more decides nothing.
NOTICES: tuple[LetterKind, ...] = (LetterKind.WELCOME, LetterKind.DENIAL, LetterKind.APPEAL_DECIDED)
TOLD: tuple[DecisionOutcome, ...] = (
    DecisionOutcome.APPROVED, DecisionOutcome.APPROVED_WITH_CONDITIONS, DecisionOutcome.DENIED,
)  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """Until when one decision must be told, when it was, and where that stands."""

    due_on: date
    left_on: date | None
    state: NoticeState


def notice_of(decided_on: date, left_on: date | None, today: date) -> Notice:
    """Where the notice of a decision stands today. `left_on`: the day its letter had left by every channel."""
    due_on, amber_on = after("decision_notice", decided_on), after("notice_turns_amber", decided_on)
    if left_on is not None:
        state = NoticeState.SENT if left_on <= due_on else NoticeState.SENT_LATE
    elif today > due_on:
        state = NoticeState.LATE
    else:
        state = NoticeState.AMBER if today >= amber_on else NoticeState.WAITS
    return Notice(due_on, left_on, state)
