"""The State's clock: days to a decision from a completed application, with the days on which it stands still.

A.C.A. 23-99-411: 90 calendar days for physicians, 180 for all others; it stands still from the order of the CCVS
profile until CCVS says that the file is ready, and while more detail is needed from the provider. Whether it binds a
PASSE is not settled, so it is counted for information and only where the setting asks for it. Pure functions over
dates; nothing of it is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onboarding.policy.deadlines import clock
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType, Status

UNSETTLED = "Whether A.C.A. 23-99-411 binds a PASSE is not settled. This clock is for information."

# Coming here the clock is at its end: decided, or nothing more to decide.
_DECIDED = (Status.APPROVED, Status.DENIED, Status.WITHDRAWN, Status.DISCONTINUED)
_WAITS_FOR_PROVIDER = (Status.RETURNED,)
_CCVS = "The CCVS profile is ordered and has not been received"
_RETURNED = "The application is with the provider for more detail"


@dataclass(frozen=True)
class Pause:
    """Days on which the clock stands still: after `began_on`, through `ended_on`; still going on where that is empty."""

    began_on: date
    ended_on: date | None
    why: str


@dataclass(frozen=True)
class Move:
    """One step of the application: the day, from where, to where."""

    on: date
    from_status: Status
    to_status: Status


@dataclass(frozen=True)
class Order:
    """One record of the CCVS profile: ordered on, and received on where it was."""

    ordered_on: date
    received_on: date | None


@dataclass(frozen=True)
class StateClock:
    """Where the clock stands: days used of how many, days it stood still, when it runs out, why it stands still now."""

    began_on: date
    limit: int
    used: int
    paused: int
    due_on: date | None
    stands_still: tuple[str, ...]
    pauses: tuple[Pause, ...]
    decided_on: date | None = None

    @property
    def left(self) -> int:
        """Days left; fewer than none when it has run out."""
        return self.limit - self.used


def days_paused(pauses: Iterable[Pause], began_on: date, until: date) -> int:
    """The days after `began_on`, through `until`, on which the clock stands still; each day once."""
    spans = sorted((max(pause.began_on, began_on), min(pause.ended_on or until, until)) for pause in pauses)
    total, reached = 0, began_on
    for first, last in spans:
        first = max(first, reached)
        if last > first:
            total += (last - first).days
            reached = last
    return total


def days_used(pauses: Iterable[Pause], began_on: date, until: date) -> int:
    """The days after `began_on`, through `until`, on which the clock runs."""
    return (until - began_on).days - days_paused(pauses, began_on, until)


def due_on(pauses: Sequence[Pause], began_on: date, limit: int) -> date | None:
    """The day on which the clock has run `limit` days; None where a pause still going on comes before that day."""
    day = began_on + timedelta(days=limit)
    while True:
        if any(pause.ended_on is None and pause.began_on < day for pause in pauses):
            return None
        missing = limit - days_used(pauses, began_on, day)
        if missing <= 0:
            return day
        day += timedelta(days=missing)


def state_limit(code: ProviderType, began_on: date) -> int:
    """The days to a decision that the State gives for this provider type, by the clock in force on that day."""
    name = "state_decision_physician" if provider_type(code).physician else "state_decision_other"
    return clock(name, began_on).amount


def read_clock(
    code: ProviderType, moves: Sequence[Move], orders: Sequence[Order], today: date
) -> StateClock | None:
    """The clock of one application from its history, oldest first; None where it has not begun.

    It begins when the application is sent, anew when it is sent after an end, and ends with the decision.
    """
    began_on = decided_on = None
    for move in moves:
        fresh = move.to_status is Status.RECEIVED and move.from_status not in _WAITS_FOR_PROVIDER
        if fresh:
            began_on, decided_on = move.on, None
        elif began_on and decided_on is None and move.to_status in _DECIDED:
            decided_on = move.on
    if began_on is None:
        return None
    limit = state_limit(code, began_on)
    until = decided_on or today
    pauses = tuple(
        pause
        for pause in (*_with_the_provider(moves), *_with_ccvs(orders))
        if pause.began_on < until and (pause.ended_on is None or pause.ended_on > began_on)
    )
    return StateClock(
        began_on,
        limit,
        days_used(pauses, began_on, until),
        days_paused(pauses, began_on, until),
        due_on(pauses, began_on, limit),
        () if decided_on else tuple(dict.fromkeys(pause.why for pause in pauses if pause.ended_on is None)),
        pauses,
        decided_on,
    )


def _with_the_provider(moves: Sequence[Move]) -> list[Pause]:
    """From each return until the application moves on."""
    found = []
    for place, move in enumerate(moves):
        if move.to_status in _WAITS_FOR_PROVIDER:
            later = moves[place + 1 : place + 2]
            found.append(Pause(move.on, later[0].on if later else None, _RETURNED))
    return found


def _with_ccvs(orders: Sequence[Order]) -> list[Pause]:
    """From each order until the profile that came next."""
    found, waiting = [], None
    for order in orders:
        waiting = waiting or order.ordered_on
        if order.received_on:
            found.append(Pause(waiting, order.received_on, _CCVS))
            waiting = None
    if waiting:
        found.append(Pause(waiting, None, _CCVS))
    return found
