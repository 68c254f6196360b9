"""TABLE: which changes of credentialing data the policy calls inappropriate, for the annual report on information
integrity (NCQA HPA CR 8). A flag asks a question of somebody; it is no verdict.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from onboarding.policy.changes import find_change, reason_missing, roles_of
from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import Action, Role

# More changes than this by one person in this time are more than one person reads (plan setting).
MANY, SHORT_TIME = 20, timedelta(minutes=10)
# What ends the work on a file, and what takes it up again.
DECIDING = (Action.APPROVE_CLEAN_FILE, Action.APPROVE, Action.APPROVE_WITH_CONDITIONS, Action.DENY)
REOPENING = (Action.ACCEPT_APPEAL, Action.REOPEN)


class Flag(StrEnum):
    """Why a change is looked into."""

    AFTER_DECISION = "after_decision"
    WITHOUT_ROLE = "without_role"
    BACK_DATED = "back_dated"
    MANY_AT_ONCE = "many_at_once"
    WITHOUT_REASON = "without_reason"
    REFERENCE_OF_ANOTHER = "reference_of_another"


@dataclass(frozen=True)
class Modification:
    """One change: who did what, when and why; `day` is the business date of the moment, `decided_on` what a decision
    says of its own date, `last_turn` the deciding or reopening step before it, `lately` how many changes the same person
    made within the short time up to it, `reference_of_another`: the reference it gives stands in another provider's file."""

    action: str
    actor_id: int | None
    roles: frozenset[Role]
    at: datetime
    on: date
    day: date
    why: str
    decided_on: date | None = None
    last_turn: str | None = None
    lately: int = 1
    reference_of_another: bool = False


@dataclass(frozen=True)
class FlagRow:
    """One reason to look into a change: its name, what it says, and the question that finds it."""

    flag: Flag
    label: str
    says: str
    raised: Callable[[Modification], bool]


def _after_decision(change: Modification) -> bool:
    row = find_change(change.action)
    evidence = row is not None and row.evidence and Role.CLOCK not in change.roles
    return evidence and change.last_turn in DECIDING


def _without_role(change: Modification) -> bool:
    row = find_change(change.action)
    return row is not None and not roles_of(row) & change.roles


def _back_dated(change: Modification) -> bool:
    late = change.decided_on is not None and change.on > after("decision_recorded", change.decided_on)
    return late or change.on != change.day


TABLE: tuple[FlagRow, ...] = (
    FlagRow(
        Flag.AFTER_DECISION,
        "Evidence changed after the decision",
        "Somebody changed what the decision rested on, and the file had not been reopened.",
        _after_decision,
    ),
    FlagRow(
        Flag.WITHOUT_ROLE,
        "Changed by somebody without the role",
        "No role of this person makes this change.",
        _without_role,
    ),
    FlagRow(
        Flag.BACK_DATED,
        "Back-dated",
        "The date kept is not the day it was recorded on, or a decision was recorded long after its date.",
        _back_dated,
    ),
    FlagRow(
        Flag.MANY_AT_ONCE,
        "Many changes in a short time",
        f"More than {MANY} changes by one person within {SHORT_TIME.seconds // 60} minutes.",
        lambda change: change.actor_id is not None and change.lately > MANY,
    ),
    FlagRow(
        Flag.WITHOUT_REASON,
        "Without the reason the policy asks for",
        "The policy asks why, and nobody said.",
        lambda change: reason_missing(change.action, change.why),
    ),
    FlagRow(
        Flag.REFERENCE_OF_ANOTHER,
        "Reference of another provider's file",
        "The same reference at the same source is evidence in the file of another provider.",
        lambda change: change.reference_of_another,
    ),
)


def flags_of(change: Modification) -> tuple[Flag, ...]:
    """Every flag this change raises, in the order of the table."""
    return tuple(row.flag for row in TABLE if row.raised(change))


def flag_row(flag: Flag) -> FlagRow:
    """The row of one flag."""
    return next(row for row in TABLE if row.flag is flag)


def roles_in(text: str) -> frozenset[Role]:
    """The roles as the history keeps them; a word that is no role is none."""
    known = set(Role)
    return frozenset(Role(name) for name in text.split(", ") if name in known)


class Pace:
    """How many changes each person made within the short time, as the history is read on."""

    def __init__(self) -> None:
        self._moments: dict[int, deque[datetime]] = defaultdict(deque)

    def count(self, actor_id: int | None, at: datetime) -> int:
        """Of this person up to this moment, this change included."""
        if actor_id is None:
            return 1
        moments = self._moments[actor_id]
        moments.append(at)
        while at - moments[0] > SHORT_TIME:
            moments.popleft()
        return len(moments)


def count_flags(flagged: Iterable[tuple[Flag, ...]]) -> Iterator[tuple[FlagRow, int]]:
    """Each row of the table with how often its flag was raised."""
    counts: dict[Flag, int] = dict.fromkeys(Flag, 0)
    for flags in flagged:
        for flag in flags:
            counts[flag] += 1
    yield from ((row, counts[row.flag]) for row in TABLE)
