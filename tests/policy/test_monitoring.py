"""What brings a provider before the committee between two decisions, and what each finding may be."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from onboarding.policy.clean_file import flags
from onboarding.policy.deadlines import add_months
from onboarding.policy.file import FindingFact
from onboarding.policy.monitoring import (
    KINDS,
    MET,
    MISSED,
    SEVERITIES,
    STATES,
    THRESHOLDS,
    is_met,
    next_states,
    reached,
    say_result,
    severity_row,
)
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState
from tests.policy.casefile import complete_file

DAY = date(2026, 1, 31)
# Of which kind the findings are that one row of the table counts.
_OF_ROW = {
    "complaints": FindingKind.COMPLAINT, "adverse_events": FindingKind.ADVERSE_EVENT, "quality": FindingKind.QUALITY_RESULT,
    "sanction": FindingKind.SANCTION, "serious": FindingKind.SITE_VISIT,
}  # fmt: skip


def fact(
    kind: FindingKind,
    on: date = DAY,
    severity: FindingSeverity = FindingSeverity.MODERATE,
    *,
    is_open: bool = False,
) -> FindingFact:
    return FindingFact(kind, severity, on, is_open)


def test_every_word_has_its_row() -> None:
    assert {row.kind for row in KINDS} == set(FindingKind)
    assert {row.severity for row in SEVERITIES} == set(FindingSeverity)
    assert {row.state for row in STATES} == set(FindingState)
    assert {row.code for row in THRESHOLDS} == set(_OF_ROW)
    assert not next_states(FindingState.CLOSED)
    assert (severity_row(MET).acts, severity_row(MISSED).acts) == (False, True)


@pytest.mark.parametrize("row", THRESHOLDS, ids=lambda row: row.code)
def test_a_threshold_is_reached_by_so_many_findings_within_six_months_and_not_by_fewer(row) -> None:
    severity = FindingSeverity.SERIOUS if row.code == "serious" else FindingSeverity.MODERATE
    findings = [fact(_OF_ROW[row.code], DAY, severity)] * (row.number - 1)
    assert reached(findings) == ()
    last = add_months(DAY, 6)
    (said,) = reached([*findings, fact(_OF_ROW[row.code], last, severity)])
    assert said.startswith(f"For the committee: {row.number} ") and "July 31, 2026" in said
    beyond = last + timedelta(days=1)
    assert len(reached([*findings, fact(_OF_ROW[row.code], beyond, severity)])) == (row.number == 1)


def test_what_is_for_information_counts_for_nothing() -> None:
    assert reached([fact(FindingKind.QUALITY_RESULT, severity=FindingSeverity.FOR_INFORMATION)] * 9) == ()


def test_an_open_finding_or_a_threshold_makes_a_file_not_clean() -> None:
    complaint = FindingKind.COMPLAINT
    assert flags(complete_file(findings=(fact(complaint), fact(complaint)))) == []
    assert flags(complete_file(findings=(fact(complaint, is_open=True),))) == [
        "Monitoring findings that are not closed: 1."
    ]
    assert flags(complete_file(findings=(fact(complaint),) * 3)) == [
        "For the committee: 3 complaints within six months, up to January 31, 2026."
    ]


def test_a_quality_result_is_measured_from_below_or_from_above() -> None:
    asked = Decimal("75")
    assert is_met(asked, asked, at_most=False) and is_met(asked, asked, at_most=True)
    assert not is_met(Decimal("74.9"), asked, at_most=False) and not is_met(
        Decimal("75.1"), asked, at_most=True
    )
    assert say_result("Follow-up in 7 days", "2025", Decimal("51.64"), asked, at_most=False) == (
        "Follow-up in 7 days, 2025: 51.64, where at least 75 is asked."
    )
