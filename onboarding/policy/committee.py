"""TABLES: how many members make a quorum, what each outcome needs, the coded reasons of a decision against a provider, the statement that
members sign each year. Sources: plan policy; NCQA CR 2 (committee) and CR 1 (non-discrimination)."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Action, DecisionOutcome, QuorumRule, VoteChoice


@dataclass(frozen=True)
class QuorumRow:
    """One rule: in words, and how many must be at the table of so many members in office."""

    rule: QuorumRule
    label: str
    needed: Callable[[int], int]


QUORUM: tuple[QuorumRow, ...] = (
    QuorumRow(
        QuorumRule.FIXED, f"At least {PLAN.committee_quorum} members", lambda members: PLAN.committee_quorum
    ),
    QuorumRow(
        QuorumRule.HALF_OF_MEMBERS,
        f"More than half of the members in office, at least {PLAN.committee_quorum}",
        lambda members: max(PLAN.committee_quorum, members // 2 + 1),
    ),
)


def quorum_row(rule: QuorumRule) -> QuorumRow:
    """The row of one rule."""
    return next(row for row in QUORUM if row.rule is rule)


@dataclass(frozen=True)
class OutcomeRow:
    """What the committee can decide: the step it takes, the vote that asks for it, how the members say it, and what is
    recorded with it."""

    outcome: DecisionOutcome
    action: Action
    choice: VoteChoice
    label: str
    reason_label: str
    reason_hint: str
    coded: bool = False
    followed_up: bool = False


OUTCOMES: tuple[OutcomeRow, ...] = (
    OutcomeRow(
        DecisionOutcome.APPROVED, Action.APPROVE, VoteChoice.APPROVE, "Approve", "Reason",
        "Kept in the file.",
    ),
    OutcomeRow(
        DecisionOutcome.APPROVED_WITH_CONDITIONS, Action.APPROVE_WITH_CONDITIONS,
        VoteChoice.APPROVE_WITH_CONDITIONS, "Approve with conditions", "Conditions",
        "The provider reads these in the welcome letter.", coded=True, followed_up=True,
    ),
    OutcomeRow(
        DecisionOutcome.PENDED, Action.PEND, VoteChoice.PEND, "Pend with questions", "Questions",
        "The file goes back to verification with these.",
    ),
    OutcomeRow(
        DecisionOutcome.DENIED, Action.DENY, VoteChoice.DENY, "Deny", "Reasons",
        "One reason a line. The applicant reads these in the letter.", coded=True,
    ),
)  # fmt: skip

CHOICE_LABELS: dict[VoteChoice, str] = {
    **{row.choice: row.label for row in OUTCOMES},
    VoteChoice.ABSTAIN: "Abstain",
}


def outcome_row(outcome: DecisionOutcome) -> OutcomeRow:
    """The row of one outcome."""
    return next(row for row in OUTCOMES if row.outcome is outcome)


def row_of_action(action: Action) -> OutcomeRow | None:
    """The outcome that this step records, or None for a step the committee does not take."""
    return next((row for row in OUTCOMES if row.action is action), None)


def carried(votes: Iterable[VoteChoice]) -> VoteChoice | None:
    """What more than half of the votes ask for, abstentions left out (plan policy); None without such a majority."""
    cast = Counter(vote for vote in votes if vote is not VoteChoice.ABSTAIN)
    most = cast.most_common(1)
    return most[0][0] if most and most[0][1] * 2 > cast.total() else None


# Why a file is denied or approved with conditions, as it is counted; the written reasons of the letter stand beside it.
REASON_CODES: dict[str, str] = {
    "license": "License or certification not in force, limited or sanctioned",
    "exclusion": "Excluded or sanctioned by Medicare or Medicaid",
    "cover": "Malpractice coverage missing or below what the plan asks",
    "claims": "Malpractice history",
    "discipline": "Discipline, loss or limit of privileges",
    "conviction": "Criminal conviction that bears on the care of members",
    "untrue": "Untrue or incomplete statement in the application",
    "education": "Education, training or board certification not as required",
    "quality": "Quality of care, complaints or adverse events",
    "standing": "Organization not in good standing, or without accreditation or survey",
}

# Why a participation is ended: for one of these, or for what has nothing to do with the care that was given.
ENDING_CODES: dict[str, str] = {
    **REASON_CODES,
    "enrollment": "Enrollment with the State not confirmed in time, or ended",
    "renewal": "Recredentialing not completed in time",
    "left": "Moved away, retired or stopped practicing",
    "contract": "Contract ended, or its terms not kept",
}

STATEMENT = (
    "I decide on each file by its credentials alone. I do not decide by the race, ethnicity, national origin, language, "
    "gender, age, sexual orientation or religion of a provider, nor by the kind of procedures a provider performs or the "
    "patients a provider sees. I keep what I learn in the committee to myself, and I step out where I have an interest."
)

# Answers of the contract form that those who decide never see (NCQA CR 1, non-discrimination).
UNSEEN_BY_DECIDERS = frozenset({"spoken"})

TIED = (
    "You have a tie to this provider: the file bears your own NPI, or you declared family or an interest. Somebody else "
    "works on it."
)
