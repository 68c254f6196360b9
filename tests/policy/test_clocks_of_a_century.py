"""Each clock from every day of a hundred years, against an oracle of its own: a calendar that counts days one by one.

29 February, in words: days are counted, so 29 February is a day like any other. Months are counted by their name: what
begins on 29 February ends, so many months on, on the 29th of that month; where that month has no 29th (a February of a
common year), on its last day, 28 February. What begins on 28 February never ends on the 29th.
"""

from bisect import bisect_left, bisect_right
from datetime import date
from functools import cache
from itertools import accumulate, pairwise

import pytest

from onboarding.policy.deadlines import TABLE, Clock, Unit, add_months, after, in_date

FIRST, LAST = 2000, 2099
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def leap(year: int) -> bool:
    """The Gregorian rule, written out."""
    return year % 400 == 0 if year % 100 == 0 else year % 4 == 0


def length(year: int, month: int) -> int:
    return 29 if month == 2 and leap(year) else LENGTHS[month - 1]


# The oracle: every day of the century and of what lies behind it, in a row, made without any date arithmetic.
MONTHS = [(year, month) for year in range(FIRST, LAST + 15) for month in range(1, 13)]
ROW = [date(year, month, day) for year, month in MONTHS for day in range(1, length(year, month) + 1)]
STARTS = list(accumulate((length(*month) for month in MONTHS), initial=0))
CENTURY = STARTS[100 * 12]


def months_on(index: int, amount: int) -> date:
    """So many months on from the day at this place, by turning the leaves of the calendar."""
    leaf = bisect_left(STARTS, index + 1) - 1
    day = index - STARTS[leaf]
    return ROW[min(STARTS[leaf + amount] + day, STARTS[leaf + amount + 1] - 1)]


def test_the_calendar_of_the_oracle_is_the_one_on_the_wall() -> None:
    assert CENTURY == 36525
    assert all(later.toordinal() - earlier.toordinal() == 1 for earlier, later in pairwise(ROW))


NAMES = sorted({row.name for row in TABLE})


def days_in_force(row: Clock) -> slice:
    """The places in the row of the days of the century on which a row of the table is in force."""
    return slice(
        bisect_left(ROW, row.in_force_from, 0, CENTURY), bisect_right(ROW, row.in_force_to, 0, CENTURY)
    )


@cache
def ends_of(unit: Unit, amount: int) -> list[date]:
    """Where a clock of this length ends, from every day of the century."""
    if unit is Unit.MONTHS:
        return [months_on(index, amount) for index in range(CENTURY)]
    return ROW[amount : amount + CENTURY]


@pytest.mark.parametrize("name", NAMES)
def test_from_every_day_of_a_hundred_years_each_clock_ends_where_the_calendar_says(name: str) -> None:
    """36,525 days, or as many of them as the table has a row for, each by the row in force on it."""
    begun = 0
    for row in (row for row in TABLE if row.name == name):
        days = days_in_force(row)
        assert [after(name, start) for start in ROW[days]] == ends_of(row.unit, row.amount)[days]
        begun += len(ROW[days])
    assert 0 < begun <= CENTURY


@pytest.mark.parametrize(
    ("start", "months", "ends"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
        (date(2024, 2, 29), 1, date(2024, 3, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
    ],
)
def test_february_is_counted_as_the_words_above_say(start: date, months: int, ends: date) -> None:
    assert add_months(start, months) == ends


def test_a_clock_of_days_passes_over_the_twenty_ninth_as_over_any_day() -> None:
    assert after("npdb_report", date(2028, 2, 1)) == date(2028, 3, 2)
    assert after("npdb_report", date(2027, 2, 1)) == date(2027, 3, 3)
    assert after("provisional", date(2028, 2, 29)) == date(2028, 4, 29)


@pytest.mark.parametrize(
    "name", ["evidence_age", "cvo_evidence_age", "history_age", "application_age", "attestation_age"]
)
def test_evidence_is_good_through_its_last_day_and_not_a_day_longer_on_every_day_of_a_century(
    name: str,
) -> None:
    looked_at = 0
    for row in (row for row in TABLE if row.name == name):
        days = range(*days_in_force(row).indices(CENTURY))
        days = range(max(days.start, row.amount + 1), days.stop)  # the calendar of the oracle begins in 2000
        assert all(in_date(ROW[index - row.amount], ROW[index], name) for index in days)
        assert not any(in_date(ROW[index - row.amount - 1], ROW[index], name) for index in days)
        looked_at += len(days)
    assert looked_at > CENTURY - 200
