"""The history: who, what, when and why, for each change (NCQA information integrity); and its chain of seals.

Events are sealed at the very end of the transaction that made them. On SQLite a writer is alone anyway; on PostgreSQL
the lock on the end of the chain is the last one taken, so that nobody waits for more than somebody else's commit, and
nobody can come to wait in a circle.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, event, func, insert, select, text
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.attributes import flag_modified

from onboarding.clock import now, today
from onboarding.errors import Conflict, NotReady
from onboarding.extensions import db, vault
from onboarding.models import Application, AuditEvent, AuditSeal
from onboarding.policy.audit_chain import COLUMNS, FIRST, seal
from onboarding.policy.changes import reason_missing
from onboarding.policy.people import Actor

AT_ONCE = 1_000
_CHAIN_END = 4_712_2026  # the advisory lock of whoever puts a seal at the end of the chain
_UNSEALED = "events without a seal"
_EVENTS: Table = AuditEvent.__table__  # type: ignore[assignment]
_SEALS: Table = AuditSeal.__table__  # type: ignore[assignment]
_ROWS = select(*(_EVENTS.c[name] for name in COLUMNS)).order_by(_EVENTS.c.id)


def record_event(
    *,
    actor: Actor,
    action: str,
    what: str,
    why: str = "",
    application: Application | None = None,
    details: dict[str, Any] | None = None,
    looked: bool = False,
) -> AuditEvent:
    """Append one event, dated by the system. An event on an application raises its version, but for one that only
    says that somebody looked (`looked`).

    `details` must carry no tax id, birth date or bank number; old and new values stand in its `changes`, each made by
    policy/changes.py. Raises NotReady where the policy asks why and nobody said.
    """
    if reason_missing(action, why):
        raise NotReady(["Give the reason, in a few words at least."])
    moment = now()
    if application is not None and not looked:
        application.changed_at = moment
        flag_modified(application, "changed_at")  # two events in one second are two changes
    event = AuditEvent(
        at=moment,
        on=today(),
        application_id=application.id if application else None,
        actor_id=actor.id,
        actor=actor.name[:120],
        role=actor.role_text[:120],
        action=action,
        what=what[:500],
        why=why,
        details=details or {},
    )
    db.session.add(event)
    return event


@event.listens_for(Session, "after_flush")
def _remember(session: Session, _context: object) -> None:
    ids = [new.id for new in session.new if isinstance(new, AuditEvent)]
    if ids:
        session.info.setdefault(_UNSEALED, set()).update(ids)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:  # of a savepoint, what is gone is not found when it is to be sealed
        session.info.pop(_UNSEALED, None)


@event.listens_for(Session, "before_commit")
def _seal_events(session: Session) -> None:
    """Seal what this transaction recorded, and nothing else: a row that came into the table some other way stays bare."""
    if session.in_nested_transaction():
        return
    session.flush()
    ids = session.info.pop(_UNSEALED, None)
    if ids:
        connection = session.connection()
        _append(connection, connection.execute(_ROWS.where(_EVENTS.c.id.in_(ids))).mappings())


def seal_history(connection: Connection) -> int:
    """Begin the chain of a database with the events it has: how many. Raises Conflict where a chain has begun."""
    if connection.scalar(select(func.count()).select_from(_SEALS)):
        raise Conflict(
            "The history is sealed already. What has no seal in it was not written by this program."
        )
    last = sealed = 0
    while rows := connection.execute(_ROWS.where(_EVENTS.c.id > last).limit(AT_ONCE)).mappings().all():
        _append(connection, rows)
        last, sealed = rows[-1]["id"], sealed + len(rows)
    return sealed


def _append(connection: Connection, rows: Iterable[Any]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_END})
    end = connection.execute(select(_SEALS.c.id, _SEALS.c.hash).order_by(_SEALS.c.id.desc()).limit(1)).first()
    place, previous = end or (0, FIRST)
    seals = list(_sealed(rows, place, previous))
    if seals:
        connection.execute(insert(_SEALS), seals)


def _sealed(rows: Iterable[Any], place: int, previous: str) -> Iterator[dict[str, Any]]:
    key = vault().audit_key
    for row in rows:
        place += 1
        made = seal(key, place, previous, row)
        yield {"id": place, "event_id": row["id"], "previous": previous, "hash": made}
        previous = made
