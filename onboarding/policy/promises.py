"""What an applicant is told about time: the promise of each stage, and how long recent files took.

A range is given from real files or not at all: the middle 80 in a hundred of those decided in the last 180 days (plan
setting), when there are at least five.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import clock
from onboarding.policy.stages import JOURNEY, STAGES
from onboarding.policy.vocabulary import Status
from onboarding.policy.workflow import WORK_CLOCKS

RANGE_DAYS = 180
LEAST_FILES = 5
_LEFT_OUT_EACH_SIDE = 0.1

# A step of the journey that is two stages: what the second is called.
_TITLES = {Status.IN_COMMITTEE: "We decide at a committee meeting, if your file needs one"}


@dataclass(frozen=True)
class Promise:
    """One stage: its status, its name, and within how many days it should be done."""

    status: Status
    title: str
    days: int
    waits_for: str


def promises(on: date) -> tuple[Promise, ...]:
    """The promised time of each stage on the way, by the clocks in force that day."""
    way = [status for status in WORK_CLOCKS if status is not Status.RETURNED]
    return tuple(
        Promise(status, _TITLES.get(status, JOURNEY[STAGES[status].step - 1]), clock(WORK_CLOCKS[status], on).amount,
                STAGES[status].waits_for)
        for status in way
    )  # fmt: skip


def middle_range(days: Sequence[int]) -> tuple[int, int] | None:
    """The shortest and the longest time among the middle 80 in a hundred; None where there are too few files."""
    if len(days) < LEAST_FILES:
        return None
    left_out = int(len(days) * _LEFT_OUT_EACH_SIDE)
    ordered = sorted(days)
    return ordered[left_out], ordered[-1 - left_out]
