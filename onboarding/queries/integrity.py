"""The changes of credentialing data in a period, read as a stream, each with the flags it raises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from onboarding.clock import on_day
from onboarding.extensions import db
from onboarding.models import Application, AuditEvent, Decision
from onboarding.policy.changes import ACTIONS, changes_of, find_change
from onboarding.policy.integrity import DECIDING, REOPENING, Flag, Modification, Pace, flags_of, roles_in

AT_ONCE = 1_000


@dataclass(frozen=True)
class Changed:
    """One change as the report shows it; that of a committee's minutes is of no application."""

    event_id: int
    at: datetime
    application_id: int | None
    public_id: str
    name: str
    who: str
    role: str
    label: str
    what: str
    changes: list[dict[str, str]]
    why: str
    flags: tuple[Flag, ...]


def list_changes(from_on: date, to_on: date, closed: frozenset[str] = frozenset()) -> Iterator[Changed]:
    """Every change recorded in these days, oldest first, but for those in files with the NPIs that are `closed`."""
    turn = aliased(AuditEvent)
    last_turn = (
        select(turn.action)
        .where(
            turn.application_id == AuditEvent.application_id,
            turn.id < AuditEvent.id,
            turn.action.in_((*DECIDING, *REOPENING)),
        )
        .order_by(turn.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    decided_on = (
        select(Decision.decided_on)
        .where(Decision.application_id == AuditEvent.application_id, Decision.recorded_at >= AuditEvent.at)
        .order_by(Decision.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            AuditEvent.id, AuditEvent.at, AuditEvent.on, AuditEvent.actor_id, AuditEvent.actor, AuditEvent.role,
            AuditEvent.action, AuditEvent.what, AuditEvent.why, AuditEvent.details, AuditEvent.application_id,
            Application.public_id, Application.name, last_turn.label("last_turn"),
            case((AuditEvent.action.in_(DECIDING), decided_on)).label("decided_on"),
        )
        .join(Application, Application.id == AuditEvent.application_id, isouter=True)
        .where(
            AuditEvent.on.between(from_on, to_on),
            AuditEvent.action.in_(ACTIONS),
            func.coalesce(Application.npi, "").not_in(closed),
        )
        .order_by(AuditEvent.on, AuditEvent.id)
        .execution_options(yield_per=AT_ONCE)
    )  # fmt: skip
    pace = Pace()
    for row in db.session.execute(query):
        change = Modification(
            row.action, row.actor_id, roles_in(row.role), row.at, row.on, on_day(row.at), row.why, row.decided_on,
            row.last_turn, pace.count(row.actor_id, row.at), "reference_of_another" in row.details,
        )  # fmt: skip
        kind = find_change(row.action)
        yield Changed(
            row.id, row.at, row.application_id, row.public_id or "", row.name or "", row.actor, row.role, kind.label if kind else "",
            row.what, changes_of(row.details), row.why, flags_of(change),
        )  # fmt: skip
