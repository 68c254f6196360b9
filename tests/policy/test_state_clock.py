"""The State's clock, against a calendar walked day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.policy.state_clock import (
    Move,
    Order,
    Pause,
    days_paused,
    days_used,
    due_on,
    read_clock,
)
from onboarding.policy.vocabulary import ProviderType, Status

BEGAN = date(2026, 1, 5)
S = Status


def day(number: int) -> date:
    return BEGAN + timedelta(days=number)


CLOSED = st.builds(
    lambda first, length: Pause(day(first), day(first + length), "closed"),
    st.integers(-40, 150),
    st.integers(0, 60),
)
OPEN = st.builds(lambda first: Pause(day(first), None, "open"), st.integers(-40, 150))
PAUSES = st.lists(CLOSED | OPEN, max_size=6)


def stands_still(pauses: list[Pause], on: date) -> bool:
    return any(pause.began_on < on and (pause.ended_on is None or on <= pause.ended_on) for pause in pauses)


def walked(pauses: list[Pause], until: date) -> tuple[int, int]:
    """Days used and days paused, one day after the other."""
    days = [BEGAN + timedelta(days=n) for n in range(1, (until - BEGAN).days + 1)]
    paused = sum(stands_still(pauses, on) for on in days)
    return len(days) - paused, paused


@given(PAUSES, st.integers(0, 200))
def test_days_are_counted_as_one_walks_them(pauses: list[Pause], number: int) -> None:
    until = day(number)
    assert (days_used(pauses, BEGAN, until), days_paused(pauses, BEGAN, until)) == walked(pauses, until)


@given(PAUSES, st.integers(1, 120))
def test_the_last_day_is_the_first_on_which_all_days_are_used(pauses: list[Pause], limit: int) -> None:
    used, found = 0, None
    for number in range(1, 400):
        used += not stands_still(pauses, day(number))
        if used == limit:
            found = day(number)
            break
    assert due_on(pauses, BEGAN, limit) == found


@given(PAUSES, st.integers(0, 100), st.integers(0, 100))
def test_the_clock_never_runs_backward(pauses: list[Pause], earlier: int, more: int) -> None:
    assert days_used(pauses, BEGAN, day(earlier)) <= days_used(pauses, BEGAN, day(earlier + more))


SENT = Move(BEGAN, S.DRAFT, S.RECEIVED)
ACCEPTED = Move(day(2), S.RECEIVED, S.GATHERING)


@pytest.mark.parametrize(
    ("code", "limit"),
    [(ProviderType.MD, 90), (ProviderType.DO, 90), (ProviderType.LCSW, 180), (ProviderType.HOSPITAL, 180)],
)
def test_physicians_have_90_days_and_all_others_180(code: ProviderType, limit: int) -> None:
    found = read_clock(code, [SENT], [], day(10))
    assert (found.limit, found.used, found.left, found.due_on) == (limit, 10, limit - 10, day(limit))


def test_a_draft_has_no_clock() -> None:
    assert read_clock(ProviderType.MD, [], [], day(10)) is None


def test_it_stands_still_between_the_ccvs_order_and_its_arrival() -> None:
    moves = [SENT, ACCEPTED]
    waiting = read_clock(ProviderType.MD, moves, [Order(day(5), None)], day(25))
    assert (waiting.used, waiting.paused, waiting.due_on) == (5, 20, None)
    assert waiting.stands_still == ("The CCVS profile is ordered and has not been received",)
    orders = [Order(day(5), None), Order(day(5), day(30))]
    arrived = read_clock(ProviderType.MD, moves, orders, day(40))
    assert (arrived.used, arrived.paused, arrived.due_on) == (15, 25, day(115))
    assert arrived.stands_still == ()


def test_an_order_made_twice_is_one_pause_until_the_profile_comes() -> None:
    orders = [Order(day(5), None), Order(day(12), None), Order(day(12), day(20))]
    assert read_clock(ProviderType.MD, [SENT], orders, day(30)).paused == 15


def test_it_stands_still_while_the_application_is_with_the_provider() -> None:
    moves = [SENT, Move(day(3), S.RECEIVED, S.RETURNED)]
    assert read_clock(ProviderType.LCSW, moves, [], day(13)).stands_still
    moves.append(Move(day(13), S.RETURNED, S.RECEIVED))
    found = read_clock(ProviderType.LCSW, moves, [], day(20))
    assert (found.began_on, found.used, found.paused, found.stands_still) == (BEGAN, 10, 10, ())


def test_days_on_which_both_stand_still_count_once() -> None:
    moves = [SENT, ACCEPTED, Move(day(10), S.GATHERING, S.RETURNED), Move(day(20), S.RETURNED, S.RECEIVED)]
    found = read_clock(ProviderType.MD, moves, [Order(day(5), None), Order(day(5), day(15))], day(30))
    assert (found.paused, found.used) == (15, 15)


def test_it_ends_with_the_decision() -> None:
    moves = [SENT, ACCEPTED, Move(day(40), S.READY, S.APPROVED), Move(day(43), S.APPROVED, S.PARTICIPATING)]
    found = read_clock(ProviderType.LCSW, moves, [], day(300))
    assert (found.used, found.decided_on) == (40, day(40))


def test_an_application_sent_again_after_its_end_begins_anew() -> None:
    moves = [SENT, Move(day(50), S.RECEIVED, S.WITHDRAWN), Move(day(60), S.WITHDRAWN, S.RECEIVED)]
    found = read_clock(ProviderType.LCSW, moves, [], day(65))
    assert (found.began_on, found.used, found.decided_on) == (day(60), 5, None)
