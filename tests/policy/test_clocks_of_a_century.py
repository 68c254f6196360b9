"""Each clock from every day of a hundred years, against an oracle of its own: a calendar that counts days one by one.

29 February, in words: days are counted, so 29 February is a day like any other. Months are counted by their name: what
begins on 29 February ends, so many months on, on the 29th of that month; where that month has no 29th (a February of a
common year), on its last day, 28 February. What begins on 28 February never ends on the 29th.
"""

from bisect import bisect_left
from datetime import date
from itertools import accumulate, pairwise

import pytest

from onboarding.policy.deadlines import TABLE, Clock, Unit, add_months, after, clock, in_date

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


def oracle(row: Clock, index: int) -> date:
    return months_on(index, row.amount) if row.unit is Unit.MONTHS else ROW[index + row.amount]


def test_the_calendar_of_the_oracle_is_the_one_on_the_wall() -> None:
    assert CENTURY == 36525
    assert all(later.toordinal() - earlier.toordinal() == 1 for earlier, later in pairwise(ROW))


LENGTHS_IN_USE = sorted(
    {(row.unit, row.amount): row for row in TABLE}.values(), key=lambda row: (row.unit, row.amount)
)


@pytest.mark.parametrize("name", sorted({row.name for row in TABLE}))
def test_each_clock_reads_the_length_in_force_on_its_first_day_and_on_its_last(name: str) -> None:
    """A clock of this name runs from any day as its row in force says: checked at every change of a row, both sides."""
    rows = [row for row in TABLE if row.name == name]
    for row in rows:
        for day in (row.in_force_from, row.in_force_to):
            on = min(max(day, ROW[0]), ROW[CENTURY - 1])
            assert clock(name, on) is next(one for one in rows if one.in_force_from <= on <= one.in_force_to)
            assert after(name, on) == oracle(clock(name, on), ROW.index(on))


@pytest.mark.parametrize("row", LENGTHS_IN_USE, ids=lambda row: f"{row.amount} {row.unit}")
def test_from_every_day_of_a_hundred_years_a_clock_ends_where_the_calendar_says(row: Clock) -> None:
    """Every length that a clock of the table has, from each of 36,525 days."""
    rows = [one for one in TABLE if (one.unit, one.amount) == (row.unit, row.amount)]
    for index in range(CENTURY):
        start = ROW[index]
        one = next((one for one in rows if one.in_force_from <= start <= one.in_force_to), None)
        assert one is None or after(one.name, start) == oracle(one, index), (one.name, start)


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
    for index in range(0, CENTURY, 5):
        decided_on = ROW[index + 200]
        limit = clock(name, decided_on).amount
        assert in_date(ROW[index + 200 - limit], decided_on, name)
        assert not in_date(ROW[index + 199 - limit], decided_on, name)
