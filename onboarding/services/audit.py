"""The history: who, what, when and why, for each change (NCQA information integrity); and its chain of seals.

Events are sealed at the very end of the transaction that made them. On SQLite a writer is alone anyway; on PostgreSQL
the lock on the end of the chain is the last one taken, so that nobody waits for more than somebody else's commit, and
nobody can come to wait in a circle.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, event, func, insert, inspect, select
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.attributes import flag_modified

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotAllowed, NotReady
from onboarding.extensions import db, vault
from onboarding.models import Application, AuditEvent, AuditSeal
from onboarding.policy.audit_chain import COLUMNS, FIRST, seal
from onboarding.policy.changes import may_change, reason_missing
from onboarding.policy.committee import OPEN_TO_THE_TIED, TIED
from onboarding.policy.disclosures import own_numbers
from onboarding.policy.fields import SSN_SAYS
from onboarding.policy.identifiers import hide_number, hide_ssn, holds_number, looks_like_ssn, may_hold_ssn
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.vocabulary import Action
from onboarding.queries.committee import is_tied

AT_ONCE = 1_000
_END = "SELECT id, hash FROM audit_seal ORDER BY id DESC LIMIT 1"
_LOCKED_END = "SELECT * FROM end_of_chain()"  # made by the migration: the lock, then the same, in one answer
_STEPS = frozenset(Action)
_UNSEALED = "events to be sealed"
_EVENTS: Table = AuditEvent.__table__  # type: ignore[assignment]
_SEALS: Table = AuditSeal.__table__  # type: ignore[assignment]
_ROWS = select(*(_EVENTS.c[name] for name in COLUMNS)).order_by(_EVENTS.c.id)


def holds_ssn(text: str, application: Application | None = None) -> bool:
    """Does a text hold something like a social security number, or a tax ID or SSN of this application's form?"""
    if not may_hold_ssn(text):
        return False
    own = own_numbers(application.form.answers or {}) if application else frozenset[str]()
    return looks_like_ssn(text) or holds_number(text, own)


def refuse_ssn(text: str, field: str, application: Application | None = None) -> None:
    """Raises BadInput at this field for a text that holds a social security number, or the form's own tax ID."""
    if holds_ssn(text, application):
        raise BadInput(SSN_SAYS, {field: SSN_SAYS})


def hide_numbers(text: str, application: Application) -> str:
    """The text with an X for each digit of what `holds_ssn` finds in it."""
    if not may_hold_ssn(text):
        return text
    return hide_number(hide_ssn(text), own_numbers(application.form.answers or {}))


def refuse_tied(actor: Actor, npi: str) -> None:
    """Raises NotAllowed for a member of staff whose own NPI this is, or who declared a tie to the provider with it.
    The clock, the applicant and the operator are nobody's relatives: nothing is asked for them."""
    if actor.id is not None and npi:
        with db.session.no_autoflush:
            if is_tied(actor.id, npi):
                raise NotAllowed(TIED)


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
    says that somebody looked (`looked`). `changed_at` tells when a person, or a step of the workflow, last moved it: what
    the clock merely notes (a newer list, an answer that blocks as before) does not make a file that stands still look busy.

    `details` must carry no tax id, birth date or bank number; old and new values stand in its `changes`, each made by
    policy/changes.py. Raises NotReady where the policy asks why and nobody said, BadInput when a person gives a social
    security number for the reason; in what the clock found out, its digits are hidden. Raises NotAllowed, whatever door
    was forgotten, when the policy gives this change to other roles, or when the actor has a tie to the provider.
    """
    if not may_change(action, actor.roles):
        raise NotAllowed("Your role does not make this change.")
    if application is not None and action not in OPEN_TO_THE_TIED:
        refuse_tied(actor, application.npi)
    if reason_missing(action, why):
        raise NotReady(["Give the reason, in a few words at least."])
    by_clock = bool(CLOCK.roles & actor.roles)
    if by_clock:
        why = hide_ssn(why)
    else:
        refuse_ssn(why, "reason", application)
    moment = now()
    if application is not None and not looked:
        stays = by_clock and action not in _STEPS
        application.changed_at = application.changed_at if stays else moment
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
    db.session.info.setdefault(_UNSEALED, []).append(event)
    return event


@event.listens_for(Session, "before_commit")
def _seal_events(session: Session) -> None:
    """Seal what this transaction recorded, and nothing else: a row that came into the table some other way stays bare."""
    if session.in_nested_transaction():
        return
    recorded = session.info.pop(_UNSEALED, None)
    if recorded:
        session.flush()
        kept = [
            event for event in recorded if inspect(event).has_identity
        ]  # the others went with their savepoint
        _append(session.connection(), [_row(event) for event in sorted(kept, key=lambda event: event.id)])


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(_UNSEALED, None)


def _row(event: AuditEvent) -> dict[str, Any]:
    """The event as the database will answer it."""
    row = {name: getattr(event, name) for name in COLUMNS}
    return {**row, "details": json.loads(json.dumps(event.details))}


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


def _append(connection: Connection, rows: Sequence[Any]) -> None:
    if not rows:
        return
    postgresql = connection.dialect.name == "postgresql"
    end = connection.exec_driver_sql(_LOCKED_END if postgresql else _END).first()
    place, previous = end or (0, FIRST)
    connection.execute(insert(_SEALS), list(_sealed(rows, place, previous)))


def _sealed(rows: Sequence[Any], place: int, previous: str) -> Iterator[dict[str, Any]]:
    key = vault().audit_key
    for row in rows:
        place += 1
        made = seal(key, place, previous, row)
        yield {"id": place, "event_id": row["id"], "previous": previous, "hash": made}
        previous = made
