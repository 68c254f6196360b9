"""What a measure answers: our figure, the limit's figure, the ratio and its goal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Result:
    """One ratio of one run. Rates: more is better and the goal is a least; times: less is better, the goal a most."""

    letter: str
    what: str
    limit_what: str
    unit: str
    ours: float
    limit: float
    goal: float
    more_is_better: bool = True
    notes: tuple[str, ...] = ()
    runs: dict[str, list[float]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.limit

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal


class NotMeasured(Exception):
    """A measure cannot run here; the message says why."""


def alternate(
    first: Callable[[], float], second: Callable[[], float], rounds: int
) -> tuple[list[float], list[float]]:
    """Both in turn, so that what disturbs the machine disturbs both; every other round begins with the second."""
    ours, limits = [], []
    for number in range(rounds):
        if number % 2:
            limits.append(second())
            ours.append(first())
        else:
            ours.append(first())
            limits.append(second())
    return ours, limits


def seconds_of(work: Callable[[], object]) -> float:
    """How long this takes, in seconds."""
    began = perf_counter()
    work()
    return perf_counter() - began


def compare(
    letter: str, what: str, limit_what: str, unit: str, goal: float, ours: list[float], limits: list[float],
    *, more_is_better: bool = True, notes: tuple[str, ...] = (),
) -> Result:  # fmt: skip
    """The medians of the runs of both, as one result."""
    return Result(
        letter, what, limit_what, unit, median(ours), median(limits), goal, more_is_better, notes,
        {"ours": ours, "limit": limits},
    )  # fmt: skip
