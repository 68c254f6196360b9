"""Every clock of the manual, both sides of its last day, and months counted as the calendar counts them."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onboarding.policy.deadlines import (
    REMINDER_DAYS_BEFORE,
    STALE_SOON_DAYS,
    TABLE,
    Unit,
    add_months,
    after,
    clock,
    good_until,
    in_date,
    last_day,
    recredentialing_due,
    reminder_number,
    set_disputed,
)

LENGTHS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
STARTS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def last_day_of(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else LENGTHS[month]


def walked(start: date, months: int) -> date:
    """So many months on, one month at a time as one turns the leaves of a calendar."""
    year, month = start.year, start.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return date(year, month, min(start.day, last_day_of(year, month)))


MANUAL = {
    "attestation_age": (120, "calendar days"),
    "exclusion_list_age": (35, "calendar days"),
    "recredentialing_cycle": (36, "calendar months"),
    "draft_kept": (60, "calendar days"),
    "missing_documents_first": (0, "calendar days"),
    "missing_documents_second": (14, "calendar days"),
    "missing_documents_final": (30, "calendar days"),
    "missing_documents_over": (45, "calendar days"),
    "response_time": (30, "calendar days"),
    "recredentialing_opens": (180, "calendar days"),
    "document_expiring": (30, "calendar days"),
}


@pytest.mark.parametrize(("name", "value"), MANUAL.items())
def test_a_clock_runs_as_long_as_the_manual_says(name: str, value: tuple[int, str]) -> None:
    row = clock(name, date(2026, 3, 2))
    assert (row.amount, row.unit) == value


def test_every_clock_names_its_source_and_runs_forward() -> None:
    assert all(row.source and row.amount >= 0 for row in TABLE)


def test_the_clocks_of_one_name_follow_each_other_without_gap_or_overlap() -> None:
    rows = defaultdict(list)
    for row in TABLE:
        rows[row.name].append(row)
    for name, found in rows.items():
        found.sort(key=lambda row: row.in_force_from)
        assert found[0].in_force_from == date.min, name
        assert found[-1].in_force_to == date.max, name
        for earlier, later in pairwise(found):
            assert later.in_force_from == earlier.in_force_to + timedelta(days=1), name


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        (date.min, 180),
        (date(2025, 6, 30), 180),
        (date(2025, 7, 1), 120),
        (date(2026, 3, 2), 120),
        (date.max, 120),
    ],
)
def test_the_clock_in_force_on_the_day_counts(on: date, amount: int) -> None:
    assert clock("evidence_age", on).amount == amount


def test_a_clock_the_manual_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError, match="no clock 'gratis'"):
        clock("gratis", date(2026, 3, 2))


@settings(deadline=None, max_examples=400)
@given(STARTS, st.integers(0, 600))
@example(date(2024, 2, 29), 12)
@example(date(2024, 2, 29), 48)
@example(date(2000, 2, 29), 1200 - 600)
def test_months_are_added_as_a_calendar_is_turned(start: date, months: int) -> None:
    assert add_months(start, months) == walked(start, months)


def test_thirty_six_months_from_every_fifth_day_of_a_century() -> None:
    day = date(1990, 1, 1)
    while day.year < 2091:
        due = recredentialing_due(day)
        assert due == walked(day, 36)
        assert due.day in (day.day, last_day_of(due.year, due.month))
        day += timedelta(days=5)


@pytest.mark.parametrize(
    ("decided_on", "to_the_day", "to_the_month"),
    [
        (date(2024, 2, 29), date(2027, 2, 28), date(2027, 2, 28)),
        (date(2025, 2, 28), date(2028, 2, 28), date(2028, 2, 29)),
        (date(2026, 3, 2), date(2029, 3, 2), date(2029, 3, 31)),
        (date(2026, 12, 31), date(2029, 12, 31), date(2029, 12, 31)),
    ],
)
def test_the_cycle_ends_on_the_day_or_by_a_setting_with_the_month(
    decided_on: date, to_the_day: date, to_the_month: date
) -> None:
    assert recredentialing_due(decided_on, to_the_month=False) == to_the_day
    assert recredentialing_due(decided_on, to_the_month=True) == to_the_month


@pytest.mark.parametrize("year", range(1990, 2091))
def test_thirty_six_months_from_every_month_end_of_a_century(year: int) -> None:
    for month in range(1, 13):
        end = date(year, month, last_day_of(year, month))
        assert recredentialing_due(end) == walked(end, 36)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
        (date(2023, 2, 28), 36, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(9996, 12, 31), 36, date(9999, 12, 31)),
    ],
)
def test_a_month_that_is_shorter_ends_the_count_on_its_last_day(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@settings(deadline=None, max_examples=200)
@given(STARTS, STARTS)
def test_who_was_credentialed_later_is_never_due_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert recredentialing_due(first) <= recredentialing_due(second)


def test_the_calendar_ends_with_the_year_9999() -> None:
    with pytest.raises(ValueError, match="year"):
        add_months(date(9997, 1, 1), 36)
    with pytest.raises(OverflowError):
        after("response_time", date(9999, 12, 15))


def test_a_clock_in_days_counts_calendar_days() -> None:
    assert after("response_time", date(2026, 2, 27)) == date(2026, 3, 29)
    assert clock("response_time", date(2026, 3, 2)).unit is Unit.DAYS


@settings(deadline=None, max_examples=300)
@given(STARTS, st.integers(-5, 400))
def test_evidence_is_in_date_from_its_day_to_the_last_day_of_the_limit(checked_on: date, age: int) -> None:
    decided_on = checked_on + timedelta(days=age)
    limit = 180 if decided_on < date(2025, 7, 1) else 120
    assert in_date(checked_on, decided_on) == (0 <= age <= limit)
    assert good_until(checked_on, decided_on) == checked_on + timedelta(days=limit)


DUE = date(2029, 3, 2)


@pytest.mark.parametrize(
    ("left", "number"),
    [
        (400, 0), (121, 0), (120, 1), (119, 1), (91, 1), (90, 2), (89, 2), (61, 2), (60, 3), (59, 3), (31, 3), (30, 4),
        (29, 4), (16, 4), (15, 5), (14, 5), (1, 5), (0, 5), (-1, 6), (-30, 6), (-4000, 6),
    ],
)  # fmt: skip
def test_the_reminder_is_the_latest_that_fell_due(left: int, number: int) -> None:
    assert reminder_number(DUE, DUE - timedelta(days=left)) == number


def test_reminders_go_from_the_earliest_to_the_day_after_the_due_date() -> None:
    assert REMINDER_DAYS_BEFORE == (120, 90, 60, 30, 15, -1)
    assert clock("recredentialing_opens", date(2026, 3, 2)).amount == 180
    assert 0 < STALE_SOON_DAYS < clock("attestation_age", date(2026, 3, 2)).amount


@settings(deadline=None, max_examples=200)
@given(st.integers(-100, 300))
def test_no_reminder_is_ever_followed_by_an_earlier_one(left: int) -> None:
    today, tomorrow = (
        reminder_number(DUE, DUE - timedelta(days=left)),
        reminder_number(DUE, DUE - timedelta(days=left - 1)),
    )
    assert 0 <= today <= tomorrow <= today + 1


def test_the_limits_that_sources_dispute_are_settings_and_no_other_limit_is() -> None:
    decided = date(2026, 3, 2)
    set_disputed(history_age=365)
    try:
        for days, good in ((364, True), (365, True), (366, False)):
            assert in_date(decided - timedelta(days=days), decided, "history_age") is good
        assert last_day(decided, "history_age") == decided + timedelta(days=365)
        assert clock("history_age", date(2025, 6, 30)).amount == 180
    finally:
        set_disputed(history_age=120)
    with pytest.raises(KeyError):
        set_disputed(evidence_age=365)
