"""How long files took to their first decision, by the calendar and by the State's clock, which stands still at times."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from onboarding.clock import today
from onboarding.models import Application, AuditEvent, Authorization, Decision
from onboarding.policy.promises import promises
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.state_clock import Move, Order, days_used, read_clock, state_limit
from onboarding.policy.turnaround import percentile
from onboarding.policy.vocabulary import Action, ProviderType, Status
from onboarding.queries.reports import Figures, read

TURNAROUND_DAYS = 180
MOST_DECISIONS = 20_000  # the newest of the period; a network that decides more is judged by these
_A = Application
# Without one of these, and without an order of the profile, the clock ran from receipt to decision.
_STOPPING = (Action.RETURN.value, Action.REOPEN.value)
_STEPS = tuple(action.value for action in Action)


def measure_turnaround() -> Figures:
    """Days from receipt to the first decision, by provider type, of the first decisions of the period; and what of them
    the State's clock counts."""
    decided = (
        select(_A.id, _A.provider_type, _A.received_on, Decision.decided_on)
        .join(_A, _A.id == Decision.application_id)
        .where(
            Decision.decided_on >= today() - timedelta(days=TURNAROUND_DAYS),
            Decision.number == 1,
            _A.received_on.is_not(None),
        )
        .order_by(Decision.decided_on.desc())
        .limit(MOST_DECISIONS)
    )
    moves, orders = _histories(decided.subquery())
    days: dict[Any, list[int]] = defaultdict(list)
    counted: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for application_id, code, received_on, decided_on in read(decided):
        days[code].append((decided_on - received_on).days)
        past = moves.get(application_id) or [Move(received_on, Status.DRAFT, Status.RECEIVED)]
        counted[code].append(by_state_clock(code, past, orders.get(application_id, []), decided_on))
    promised = sum(promise.days for promise in promises(today()))
    rows = []
    for row in PROVIDER_TYPES:
        if row.code in days:
            found, used = sorted(days[row.code]), sorted(one for one, _ in counted[row.code])
            late = sum(one > limit for one, limit in counted[row.code])
            rows.append((
                row.label.split(" (")[0], len(found), percentile(found, 50), percentile(found, 90), promised,
                state_limit(row.code, today()), percentile(used, 50), late,
            ))  # fmt: skip
    headings = (
        "Provider type",
        "Files",
        "Median days",
        "9 of 10 within (days)",
        "Promised",
        "State clock",
        "Median by the State clock",
        "Over the State clock",
    )
    return Figures(headings, tuple(rows), (2, 3, 4, 5))


def by_state_clock(
    code: ProviderType, moves: list[Move], orders: list[Order], decided_on: date
) -> tuple[int, int]:
    """The days to this decision that the State's clock counts, and the limit it gave when it began."""
    found = read_clock(code, moves, orders, decided_on)
    if found is None:
        return 0, state_limit(code, decided_on)
    return days_used(found.pauses, found.began_on, max(decided_on, found.began_on)), found.limit


def _histories(decided: Any) -> tuple[dict[int, list[Move]], dict[int, list[Order]]]:
    """Of the files whose clock stood still or began anew: their steps, and their orders of the profile, oldest first."""
    ids = select(decided.c.id)
    ordered = select(Authorization.application_id).where(
        Authorization.ordered_on.is_not(None), Authorization.application_id.in_(ids)
    )
    stopped = select(AuditEvent.application_id).where(
        AuditEvent.action.in_(_STOPPING), AuditEvent.application_id.in_(ids)
    )
    event = AuditEvent
    steps = (
        select(event.application_id, event.on, event.details)
        .where(
            event.action.in_(_STEPS),
            or_(event.application_id.in_(ordered), event.application_id.in_(stopped)),
        )
        .order_by(event.id)
    )
    profiles = (
        select(Authorization.application_id, Authorization.ordered_on, Authorization.received_on)
        .where(Authorization.application_id.in_(ids), Authorization.ordered_on.is_not(None))
        .order_by(Authorization.id)
    )
    moves: dict[int, list[Move]] = defaultdict(list)
    orders: dict[int, list[Order]] = defaultdict(list)
    for application_id, on, details in read(steps):
        if {"from", "to"} <= details.keys():
            moves[application_id].append(Move(on, Status(details["from"]), Status(details["to"])))
    for application_id, ordered_on, received_on in read(profiles):
        orders[application_id].append(Order(ordered_on, received_on))
    return moves, orders
