"""The chain of audit events: its head, and whether it holds. Read as a stream, never all at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, exists, func, select

from onboarding.extensions import db, vault
from onboarding.models import AuditEvent, AuditSeal
from onboarding.policy.audit_chain import COLUMNS, FIRST, seal

AT_ONCE = 2_000
Progress = Callable[[int], None]
_EVENT = [AuditEvent.__table__.c[name] for name in COLUMNS]


class Tampering(StrEnum):
    """What was done to the history."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "re-ordered"
    CUT_OFF = "cut off"
    REWRITTEN = "rewritten"


@dataclass(frozen=True)
class Head:
    """The last seal of a day, as it was written outside the database: its place is also how many events there were."""

    on: date
    place: int
    event_id: int
    hash: str


@dataclass(frozen=True)
class Broken:
    """The row where the chain does not hold, and what was done there. No event id where the row is gone with its seal."""

    what: Tampering
    place: int | None
    event_id: int | None


@dataclass(frozen=True)
class ChainReport:
    """How many events were checked, and the first bad row of the chain and beside it."""

    checked: int
    broken: tuple[Broken, ...]


Heads = dict[int, list[Head]]  # by place; two days without an event have one place


def find_head() -> AuditSeal | None:
    """The last seal, or None before the first event."""
    return db.session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()


def count_events() -> int:
    """How many events there are."""
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def check_chain(heads: Iterable[Head] = (), progress: Progress = lambda checked: None) -> ChainReport:
    """Check every event against its seal, every seal against the one before, and the heads kept outside against both."""
    kept: Heads = defaultdict(list)
    for head in heads:
        kept[head.place].append(head)
    checked = 0
    found: list[Broken] = []
    for checked, broken in _walk(kept):
        if checked % AT_ONCE == 0:
            progress(checked)
        if broken:
            found.append(broken)
            break
    else:
        ahead = [place for place in kept if place > checked]
        if ahead:
            lost = kept[min(ahead)][0]
            found.append(
                Broken(Tampering.CUT_OFF, checked + 1, lost.event_id if lost.place == checked + 1 else None)
            )
    progress(checked)
    unsealed = db.session.scalar(
        select(AuditEvent.id)
        .where(~exists().where(AuditSeal.event_id == AuditEvent.id))
        .order_by(AuditEvent.id)
        .limit(1)
    )
    if unsealed is not None:
        found.append(Broken(Tampering.INSERTED, None, unsealed))
    return ChainReport(checked, tuple(found))


def find_unkept(heads: Iterable[Head]) -> date | None:
    """The day of the first event that no head outside knows of; None where the last head knows of all."""
    last = max((head.place for head in heads), default=0)
    query = select(AuditEvent.on).join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
    return db.session.scalar(query.where(AuditSeal.id > last).order_by(AuditSeal.id).limit(1))


def _walk(kept: Heads) -> Iterator[tuple[int, Broken | None]]:
    """How many were looked at, and what is wrong with the last of them; ends with the first that is wrong."""
    key, previous = vault().audit_key, FIRST
    for place, row in enumerate(_stream(), 1):
        wrong = _wrong_with(row, place, previous, key)
        if wrong is None and any(head.hash != row.hash for head in kept.get(place, ())):
            wrong = Broken(Tampering.REWRITTEN, place, row.event_id)
        yield place, wrong
        if wrong:
            return
        previous = row.hash


def _wrong_with(row: Row[Any], place: int, previous: str, key: bytes) -> Broken | None:
    if row.place != place:  # the row is gone with its seal
        return Broken(Tampering.REMOVED, place, None)
    if row.id is None:
        return Broken(Tampering.REMOVED, place, row.event_id)
    if row.previous != previous:
        return Broken(Tampering.REORDERED, place, row.event_id)
    if seal(key, place, previous, dict(row._mapping)) != row.hash:
        return Broken(Tampering.CHANGED, place, row.event_id)
    return None


def _stream() -> Iterator[Row[Any]]:
    query = (
        select(AuditSeal.id.label("place"), AuditSeal.event_id, AuditSeal.previous, AuditSeal.hash, *_EVENT)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.id)
        .execution_options(yield_per=AT_ONCE)
    )
    yield from db.session.execute(query)


def find_seals(event_ids: list[int]) -> dict[int, AuditSeal]:
    """The seal of each of these events."""
    query = select(AuditSeal).where(AuditSeal.event_id.in_(event_ids))
    return {found.event_id: found for found in db.session.scalars(query)}
