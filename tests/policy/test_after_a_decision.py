"""What follows a decision, as rules: its notice, coming back after an end, appeals, what may have to be reported."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.policy.adverse import TABLE, adverse_kind, advice
from onboarding.policy.appeals import OUTCOMES, earliest_hearing, last_day_to_appeal
from onboarding.policy.deadlines import after, ran_out
from onboarding.policy.notices import TOLD, notice_of
from onboarding.policy.returning import credentialed_as
from onboarding.policy.vocabulary import (
    AdverseKind,
    ApplicationKind,
    DecisionOutcome,
    NoticeState,
    ProviderType,
)

DECIDED = date(2027, 2, 10)
INITIAL, RECREDENTIALING = ApplicationKind.INITIAL, ApplicationKind.RECREDENTIALING


@pytest.mark.parametrize(
    ("days", "state"),
    [(0, "waits"), (19, "waits"), (20, "amber"), (30, "amber"), (31, "late"), (400, "late")],
)
def test_a_notice_turns_amber_at_twenty_days_and_is_late_after_thirty(days: int, state: str) -> None:
    found = notice_of(DECIDED, None, DECIDED + timedelta(days=days))
    assert (found.state, found.due_on) == (state, date(2027, 3, 12))


@pytest.mark.parametrize(
    ("days", "state"), [(0, NoticeState.SENT), (30, NoticeState.SENT), (31, NoticeState.SENT_LATE)]
)
def test_a_notice_is_in_time_by_the_day_its_letter_left(days: int, state: NoticeState) -> None:
    left_on = DECIDED + timedelta(days=days)
    assert notice_of(DECIDED, left_on, left_on + timedelta(days=500)).state is state


def test_before_july_2025_a_notice_had_sixty_days() -> None:
    assert notice_of(date(2025, 6, 30), None, date(2025, 8, 29)).state is NoticeState.AMBER
    assert notice_of(date(2025, 7, 1), None, date(2025, 8, 1)).state is NoticeState.LATE


@pytest.mark.parametrize("name", ["decision_notice", "notice_turns_amber"])
def test_the_days_whose_clock_has_run_out_are_those_of_which_the_clock_says_so(name: str) -> None:
    """Across the change of the rule on July 1, 2025, when a later decision runs out before an earlier one."""
    for on in (date(2025, 7, 20) + timedelta(days=days) for days in range(60)):
        periods = ran_out(name, on)
        for start in (date(2025, 5, 1) + timedelta(days=days) for days in range(150)):
            assert any(first <= start <= last for first, last in periods) == (after(name, start) <= on), start


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(ApplicationKind), st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 2000))
def test_a_break_of_thirty_days_is_recredentialing_and_a_longer_one_initial(
    kind: ApplicationKind, ended_on: date, days: int
) -> None:
    """Whoever applies anew and whoever renews: the same rule, by the day of the decision."""
    how = credentialed_as(kind, ended_on + timedelta(days=days), ended_on=ended_on)
    assert how is (RECREDENTIALING if days <= 30 else INITIAL)


@settings(deadline=None, max_examples=200)
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-500, 500))
def test_a_renewal_more_than_thirty_days_late_is_initial(due_on: date, days: int) -> None:
    how = credentialed_as(RECREDENTIALING, due_on + timedelta(days=days), due_on=due_on)
    assert how is (RECREDENTIALING if days <= 30 else INITIAL)
    assert credentialed_as(INITIAL, due_on) is INITIAL


def test_an_appeal_can_be_asked_for_at_least_thirty_days_after_its_letter_left() -> None:
    written, promised = date(2027, 3, 1), date(2027, 3, 31)
    assert last_day_to_appeal(promised, written, None) == promised
    assert last_day_to_appeal(promised, written, date(2027, 3, 5)) == date(2027, 4, 4)
    assert last_day_to_appeal(None, written, written) == promised
    assert earliest_hearing(written) == promised


def test_each_decision_that_decides_makes_one_thing_of_an_appeal() -> None:
    assert set(OUTCOMES) == set(TOLD) == set(DecisionOutcome) - {DecisionOutcome.PENDED}
    assert len(set(OUTCOMES.values())) == len(OUTCOMES)


def test_a_denial_conditions_and_an_end_ask_whether_they_are_reported() -> None:
    assert {row.kind for row in TABLE} == set(AdverseKind)
    assert adverse_kind(DecisionOutcome.DENIED) is AdverseKind.DENIAL
    assert adverse_kind(DecisionOutcome.APPROVED_WITH_CONDITIONS) is AdverseKind.RESTRICTION
    assert adverse_kind(DecisionOutcome.APPROVED) is None and adverse_kind(DecisionOutcome.PENDED) is None


@pytest.mark.parametrize(
    ("code", "codes", "says"),
    [
        (ProviderType.MD, ["quality"], "against a physician must be reported. The coded reasons touch"),
        (ProviderType.MD, ["cover"], "an administrative one, such as missing papers, is not"),
        (ProviderType.LCSW, ["discipline"], "against other practitioners may be reported"),
        (ProviderType.HOSPITAL, ["quality"], "organizations are not reported"),
    ],
)
def test_policy_advises_on_the_report_and_a_person_answers(
    code: ProviderType, codes: list[str], says: str
) -> None:
    assert says in advice(code, codes)
