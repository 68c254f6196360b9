"""Five years of work by month: what is a gap, how long it is, and what explains it."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.policy.contract_form import problems
from onboarding.policy.deadlines import TABLE, clock
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType
from onboarding.policy.work_history import WRITTEN_AT_LEAST, Gap, find_gaps, gap_entries, window_start
from tests.policy.casefile import TODAY
from tests.support.people import ENTRIES, contract_answers

ROW = provider_type(ProviderType.LCSW)
NOW = TODAY.year * 12 + TODAY.month - 1
START = NOW - 60


def month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


JOBS = st.lists(
    st.tuples(st.integers(NOW - 150, NOW), st.integers(0, 90), st.booleans()).map(
        lambda job: (job[0], None if job[2] and job[1] > 60 else min(job[0] + job[1], NOW))
    ),
    max_size=7,
)


def found(jobs: list[tuple[int, int | None]], start: int = START) -> tuple[Gap, ...]:
    typed = [(month(began), None if ended is None else month(ended)) for began, ended in jobs]
    return find_gaps(typed, month(start), TODAY)


@given(JOBS)
def test_gaps_are_the_long_runs_of_months_without_a_job(jobs: list[tuple[int, int | None]]) -> None:
    """Counted month by month, apart from the program: the window's first month and this one bound the runs."""
    worked = {START, NOW}
    for began, ended in jobs:
        worked |= set(range(max(began, START), (NOW if ended is None else ended) + 1))
    marks = sorted(index for index in worked if START <= index <= NOW)
    runs = [(a, b) for a, b in pairwise(marks) if b - a > 6]
    assert [(gap.began, gap.ended, gap.months) for gap in found(jobs)] == [
        (month(a), month(b), b - a) for a, b in runs
    ]


@given(JOBS, st.randoms())
def test_the_order_of_the_jobs_does_not_matter(jobs: list[tuple[int, int | None]], draw) -> None:
    mixed = list(jobs)
    draw.shuffle(mixed)
    assert found(mixed) == found(jobs)


@given(JOBS, st.tuples(st.integers(START, NOW), st.integers(0, 60)))
def test_another_job_never_makes_more_months_without_one(jobs: list, more: tuple[int, int]) -> None:
    began, long = more
    added = [*jobs, (began, min(began + long, NOW))]
    assert sum(gap.months for gap in found(added)) <= sum(gap.months for gap in found(jobs))


@given(st.integers(1900 * 12, NOW))
def test_work_is_asked_for_since_the_first_license_and_five_years_at_most(first: int) -> None:
    assert window_start(TODAY, month(first)) == month(max(START, first))
    assert window_start(TODAY, None) == month(START)


@pytest.mark.parametrize(("months", "gaps"), [(6, 0), (7, 1), (12, 1), (13, 1)])
def test_more_than_six_months_are_a_gap_and_six_are_not(months: int, gaps: int) -> None:
    assert len(found([(START, NOW - 20 - months), (NOW - 20, None)])) == gaps
    assert len(found([(START, NOW - months)])) == gaps
    assert len(found([(START + months, None)])) == gaps


def test_the_limits_are_clocks_with_ncqa_as_their_source() -> None:
    limits = {row.name: row.amount for row in TABLE if row.name.startswith("work_") and "NCQA" in row.source}
    assert limits == {"work_history": 60, "work_gap_explained": 6, "work_gap_in_writing": 12}
    assert clock("work_gap_in_writing", TODAY).unit == "calendar months"


def answers(*jobs: dict, gaps: list | None = None) -> dict:
    entries = [{**ENTRIES["jobs"], "id": str(place), **job} for place, job in enumerate(jobs)]
    return contract_answers(ProviderType.LCSW, jobs=entries, gaps=gaps or [])


def job(began: str, ended: str) -> dict:
    return {"job_began": began, "job_ended": ended, "job_current": "no" if ended else "yes"}


def test_a_gap_is_told_in_words_and_must_be_explained() -> None:
    form = answers(job("2015-01", "2023-03"), job("2023-11", ""))
    (gap,) = gap_entries(form, TODAY)
    assert gap["gap"] == "Between March 2023 and November 2023 (8 months)"
    assert problems(ROW, form, TODAY) == {
        f"gaps-{gap['id']}": f"{gap['gap']}: Explain your answer in a few words."
    }
    explained = {**form, "gaps": [{**gap, "explained": "Parental leave."}]}
    assert problems(ROW, explained, TODAY) == {}


@pytest.mark.parametrize(
    ("length", "good"), [(10, False), (WRITTEN_AT_LEAST - 1, False), (WRITTEN_AT_LEAST, True)]
)
def test_more_than_twelve_months_are_explained_at_length(length: int, good: bool) -> None:
    form = answers(job("2015-01", "2022-03"), job("2023-04", ""))
    (gap,) = gap_entries(form, TODAY)
    wrong = problems(
        ROW, {**form, "gaps": [{**gap, "explained": f"{'a' * (length - 1)} ..... {'9' * 40} b"}]}, TODAY
    )
    assert (wrong == {}) == good
    assert good or "in at least 50 letters" in wrong[f"gaps-{gap['id']}"]


def test_twelve_months_are_explained_in_a_few_words() -> None:
    form = answers(job("2015-01", "2022-03"), job("2023-03", ""))
    (gap,) = gap_entries(form, TODAY)
    assert problems(ROW, {**form, "gaps": [{**gap, "explained": "Nursing school."}]}, TODAY) == {}
    for nothing in ("x", "." * 60, "12 months", "xxxxxxxxxx", "a b c"):
        wrong = problems(ROW, {**form, "gaps": [{**gap, "explained": nothing}]}, TODAY)
        assert "Say in words" in wrong[f"gaps-{gap['id']}"], nothing


def test_an_explanation_holds_while_the_gap_shrinks_and_not_when_it_grows() -> None:
    form = answers(job("2015-01", "2023-03"), job("2023-11", ""))
    (gap,) = gap_entries(form, TODAY)
    said = [{**gap, "explained": "Parental leave."}]
    shorter = answers(job("2015-01", "2023-03"), job("2023-10", ""), gaps=said)
    longer = answers(job("2015-01", "2023-03"), job("2023-12", ""), gaps=said)
    assert [entry["explained"] for entry in gap_entries(shorter, TODAY)] == ["Parental leave."]
    assert [entry["explained"] for entry in gap_entries(longer, TODAY)] == [""]


def test_a_gap_to_this_day_stays_explained_next_month() -> None:
    form = answers(job("2015-01", "2025-06"))
    (gap,) = gap_entries(form, TODAY)
    assert gap["gap"] == "Between June 2025 and now (9 months)"
    kept = {**form, "gaps": [{**gap, "explained": "Between two positions."}]}
    assert gap_entries(kept, date(2026, 4, 2))[0]["explained"] == "Between two positions."


def test_somebody_who_never_worked_explains_the_whole_time() -> None:
    form = {**answers(), "worked": "no", "first_licensed": "2024-06"}
    (gap,) = gap_entries(form, TODAY)
    assert gap["gap"] == "Between June 2024 and now (21 months)"
    fresh = {**form, "first_licensed": "2025-12"}
    assert gap_entries(fresh, TODAY) == [] and problems(ROW, fresh, TODAY) == {}


@pytest.mark.parametrize("typed", ["", "soon", "13/2020", None])
def test_a_month_that_cannot_be_read_is_no_work(typed: str | None) -> None:
    form = answers(job("2015-01", "2023-03"), {"job_began": typed, "job_current": "yes"})
    assert len(gap_entries(form, TODAY)) == 1
