"""TABLES: how many members make a quorum, what carries, what each outcome needs, the coded reasons of a decision against a
provider, the statement that
members sign each year. Sources: plan policy; NCQA CR 2 (committee) and CR 1 (non-discrimination)."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Action, DecisionOutcome, MeetingState, QuorumRule, VoteChoice

# The meetings on whose agenda a file can be placed.
AGENDA_STATES: tuple[MeetingState, ...] = (MeetingState.PLANNED, MeetingState.HELD)


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
class MajorityRow:
    """What carries, for the meetings of these days: in words, how many of so many votes an outcome needs, and whether who
    abstains counts among them."""

    label: str
    needed: Callable[[int], int]
    abstentions_count: bool = False
    in_force_from: date = date.min
    in_force_to: date = date.max


MAJORITY: tuple[MajorityRow, ...] = (
    MajorityRow("More than half of the votes, abstentions left out", lambda votes: votes // 2 + 1),
)


def majority_row(on: date, rows: tuple[MajorityRow, ...] = MAJORITY) -> MajorityRow:
    """The rule in force for a meeting of that day."""
    return next(row for row in rows if row.in_force_from <= on <= row.in_force_to)


@dataclass(frozen=True)
class OutcomeRow:
    """What the committee can decide: the step it takes, the vote that asks for it, how the members say it, and what is
    recorded with it. It makes or renews a participation (`joins`), or ends the one that there is (`ends`): that of a
    renewal, or a provisional one."""

    outcome: DecisionOutcome
    action: Action
    choice: VoteChoice
    label: str
    reason_label: str
    reason_hint: str
    coded: bool = False
    followed_up: bool = False
    joins: bool = False
    ends: bool = False


OUTCOMES: tuple[OutcomeRow, ...] = (
    OutcomeRow(
        DecisionOutcome.APPROVED, Action.APPROVE, VoteChoice.APPROVE, "Approve", "Reason",
        "Kept in the file.", joins=True,
    ),
    OutcomeRow(
        DecisionOutcome.APPROVED_WITH_CONDITIONS, Action.APPROVE_WITH_CONDITIONS,
        VoteChoice.APPROVE_WITH_CONDITIONS, "Approve with conditions", "Conditions",
        "The provider reads these in the letter.", coded=True, followed_up=True, joins=True,
    ),
    OutcomeRow(
        DecisionOutcome.PENDED, Action.PEND, VoteChoice.PEND, "Pend with questions", "Questions",
        "One question a line. The applicant reads these in the letter; the file goes back to verification.",
    ),
    OutcomeRow(
        DecisionOutcome.DENIED, Action.DENY, VoteChoice.DENY, "Deny", "Reasons",
        "One reason a line. The applicant reads these in the letter.", coded=True, ends=True,
    ),
)  # fmt: skip
JOINING: frozenset[DecisionOutcome] = frozenset(row.outcome for row in OUTCOMES if row.joins)
# What weighs on no later application of the provider: approved, and nothing to be looked at again.
UNWEIGHED: frozenset[DecisionOutcome] = frozenset(
    row.outcome for row in OUTCOMES if row.joins and not row.followed_up
)

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


def carried(
    votes: Iterable[VoteChoice], on: date, rows: tuple[MajorityRow, ...] = MAJORITY
) -> VoteChoice | None:
    """What the votes of a meeting on that day carry, by the rule in force on it; None where they carry nothing, or more
    than one thing."""
    row = majority_row(on, rows)
    cast = Counter(vote for vote in votes if row.abstentions_count or vote is not VoteChoice.ABSTAIN)
    needed = row.needed(cast.total())
    won = [choice for choice, number in cast.items() if number >= needed and choice is not VoteChoice.ABSTAIN]
    return won[0] if len(won) == 1 else None


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

TIED_PAPER = (
    "This meeting took up, or takes up, a provider you have a tie to: its packet and minutes stay closed to you. Ask the "
    "coordinator, or somebody else at the desk, about the other files."
)

# What a tie does not keep anybody from: saying so.
OPEN_TO_THE_TIED = frozenset({"declare_tie", "recuse"})

TIED = (
    "You have a tie to this provider: the file bears your own NPI, or you declared family or an interest. Somebody else "
    "works on it."
)
