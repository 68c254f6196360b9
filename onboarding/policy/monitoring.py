"""TABLES: what monitoring finds about a provider in the network between two decisions, how severe it is, what is done
about it, and how many findings bring the provider before the committee.

Sources: NCQA CR on ongoing monitoring (reference rules 1.3: complaints, adverse events, sanctions; a complaint is looked
into when it comes, the history at least every six months; the plan's policy sets when the committee reviews). NCQA names
no number of findings: each number below is the plan's own setting. Peer review: no applicant is ever shown a finding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.file import FindingFact
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState

_K, _W, _S = FindingKind, FindingSeverity, FindingState
_COUNTS = (_W.MINOR, _W.MODERATE, _W.SERIOUS)


@dataclass(frozen=True)
class KindRow:
    """One kind of finding: its name, and the severities it may have."""

    kind: FindingKind
    label: str
    severities: tuple[FindingSeverity, ...] = _COUNTS


KINDS: tuple[KindRow, ...] = (
    KindRow(_K.COMPLAINT, "Complaint"),
    KindRow(_K.ADVERSE_EVENT, "Adverse event"),
    KindRow(_K.QUALITY_RESULT, "Quality result", tuple(_W)),
    KindRow(_K.SITE_VISIT, "Site-visit finding", tuple(_W)),
    KindRow(_K.SANCTION, "Sanction found in monitoring", (_W.MODERATE, _W.SERIOUS)),
)


@dataclass(frozen=True)
class SeverityRow:
    """One severity: its name, and whether somebody has to act on such a finding."""

    severity: FindingSeverity
    label: str
    acts: bool = True


SEVERITIES: tuple[SeverityRow, ...] = (
    SeverityRow(_W.FOR_INFORMATION, "For information", acts=False),
    SeverityRow(_W.MINOR, "Minor"),
    SeverityRow(_W.MODERATE, "Moderate"),
    SeverityRow(_W.SERIOUS, "Serious: a member was or could have been harmed"),
)


@dataclass(frozen=True)
class StateRow:
    """One state: its name, what somebody does to bring a finding into it, and from where; from nowhere: it begins there."""

    state: FindingState
    label: str
    does: str
    comes_from: frozenset[FindingState] = frozenset()


# What is closed stays closed: something new is a new finding.
STATES: tuple[StateRow, ...] = (
    StateRow(_S.OPEN, "Open", ""),
    StateRow(
        _S.LOOKED_INTO, "Looked into", "Note what was looked into", frozenset({_S.OPEN, _S.LOOKED_INTO})
    ),
    StateRow(_S.CLOSED, "Closed", "Close it", frozenset({_S.OPEN, _S.LOOKED_INTO})),
)


@dataclass(frozen=True)
class ThresholdRow:
    """So many findings of one sort within six months are reviewed by the committee."""

    code: str
    number: int
    says: str
    counts: Callable[[FindingFact], bool]


# Plan settings, every one: NCQA asks for criteria and leaves them to the plan.
THRESHOLDS: tuple[ThresholdRow, ...] = (
    ThresholdRow("complaints", 3, "complaints", lambda finding: finding.kind is _K.COMPLAINT),
    ThresholdRow("adverse_events", 2, "adverse events", lambda finding: finding.kind is _K.ADVERSE_EVENT),
    ThresholdRow("quality", 2, "quality results below what is asked", lambda finding: finding.kind is _K.QUALITY_RESULT),
    ThresholdRow("sanction", 1, "sanction", lambda finding: finding.kind is _K.SANCTION),
    ThresholdRow("serious", 1, "serious finding", lambda finding: finding.severity is _W.SERIOUS),
)  # fmt: skip

# The severity of a quality result brought in from a file: of one that is as good as asked, and of one that is not.
MET, MISSED = _W.FOR_INFORMATION, _W.MODERATE


def kind_row(kind: FindingKind) -> KindRow:
    """The row of one kind."""
    return next(row for row in KINDS if row.kind is kind)


def severity_row(severity: FindingSeverity) -> SeverityRow:
    """The row of one severity."""
    return next(row for row in SEVERITIES if row.severity is severity)


def state_row(state: FindingState) -> StateRow:
    """The row of one state."""
    return next(row for row in STATES if row.state is state)


def next_states(state: FindingState) -> tuple[StateRow, ...]:
    """Where a finding in this state can be brought."""
    return tuple(row for row in STATES if state in row.comes_from)


def reached(findings: Iterable[FindingFact]) -> tuple[str, ...]:
    """The thresholds these findings reach, in words and the order of the table; what is for information does not count."""
    weighty = [finding for finding in findings if severity_row(finding.severity).acts]
    return tuple(said for row in THRESHOLDS if (said := _reached(row, weighty)))


def _reached(row: ThresholdRow, findings: list[FindingFact]) -> str:
    days = sorted(finding.received_on for finding in findings if row.counts(finding))
    most, until = 0, None
    for day in days:
        within = sum(one <= day <= after("finding_history", one) for one in days)
        if within >= most:
            most, until = within, day
    if until is None or most < row.number:
        return ""
    says = row.says if row.number > 1 or most == 1 else f"{row.says}s"
    return f"For the committee: {most} {says} within six months, up to {say(until)}."


def is_met(result: Decimal, threshold: Decimal, *, at_most: bool) -> bool:
    """Is a quality result as good as asked: at least the threshold, or at most?"""
    return result <= threshold if at_most else result >= threshold


def say_result(measure: str, period: str, result: Decimal, threshold: Decimal, *, at_most: bool) -> str:
    """A quality result as a sentence."""
    return f"{measure}, {period}: {result}, where at {'most' if at_most else 'least'} {threshold} is asked."
