"""The review queue: one page of it, found by index whatever the filter, and the counts of open work.

Pages go by keyset: a cursor is the sort value and the id of the row it stands behind, never an offset. Counts on a page
stop at a number: what a page costs does not grow with the network.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, func, literal, select, tuple_

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Staff
from onboarding.policy.identifiers import sort_key
from onboarding.policy.vocabulary import Status
from onboarding.policy.workflow import OPEN_STATUSES
from onboarding.queries.meetings import find_next_meetings
from onboarding.queries.queue_filter import (
    ME,
    NOBODY,
    Due,
    QueueFilter,
    Stale,
    conditions,
    sort_column,
)

PAGE = 50
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class QueuePage:
    """One page: its rows, and the cursors of the pages before and after where there are any."""

    rows: list[Row[Any]]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class QueueCounts:
    """Open work: in each status, in all, and the parts somebody should look at first. MOST_COUNTED and one more means
    that there are more than MOST_COUNTED."""

    by_status: Mapping[Status, int]
    total: int
    overdue: int
    mine: int
    unassigned: int


_A = Application
COLUMNS = (
    _A.id, _A.public_id, _A.name, _A.name_key, _A.npi, _A.kind, _A.provider_kind, _A.provider_type, _A.subject,
    _A.status, _A.status_on, _A.due_on, _A.stale_on, _A.received_on, _A.created_on, _A.changed_at, _A.version, _A.round, _A.prescribes, _A.tests_on_site,
    _A.independent, _A.board_certified, _A.assignee_id, Staff.name.label("assignee"),
)  # fmt: skip

_OPEN = _A.due_on.is_not(None)
# Built once; a page adds its conditions.
_ROWS: Any = select(*COLUMNS).join(Staff, Staff.id == _A.assignee_id, isouter=True)
_BY_STATUS: Any = select(_A.status, func.count()).where(_OPEN).group_by(_A.status)
_PARTS = (QueueFilter(), QueueFilter(due=Due.OVERDUE), QueueFilter(assignee=ME), QueueFilter(assignee=NOBODY))
_STAGES = tuple(QueueFilter(status=status) for status in OPEN_STATUSES)
_WORKERS = select(Staff.id, Staff.name).where(Staff.active).order_by(Staff.name)


def find_queue_page(wanted: QueueFilter, staff_id: int, size: int = PAGE) -> QueuePage:
    """One page of the queue. A cursor that cannot be read gives the first page."""
    cursor, backwards = _read_cursor(wanted)
    stale_by = _stale_by(wanted.stale) if wanted.stale else None
    rows = _read(_page_query(wanted, staff_id, cursor, backwards, size + 1, today(), stale_by))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return QueuePage([])
    has_before = more if backwards else cursor is not None
    has_after = cursor is not None if backwards else more
    column = sort_column(wanted).key
    return QueuePage(
        rows,
        before=_cursor(rows[0], column) if has_before else "",
        after=_cursor(rows[-1], column) if has_after else "",
    )


@lru_cache(256)
def _page_query(
    wanted: QueueFilter,
    staff_id: int,
    cursor: tuple[Any, int] | None,
    backwards: bool,
    limit: int,
    _day: date,
    stale_by: date | None,
) -> Select[Any]:
    """The same page is asked for all day long: its statement is built, and its key in the compiler's cache, once."""
    return queue_query(wanted, staff_id, cursor, backwards, stale_by).limit(limit)


def _stale_by(stale: Stale) -> date:
    if stale in (Stale.NOW, Stale.READY):
        return today()
    first, second = find_next_meetings()
    return second if stale in (Stale.SECOND, Stale.IN_SECOND) else first


def queue_query(
    wanted: QueueFilter,
    staff_id: int,
    cursor: tuple[Any, int] | None = None,
    backwards: bool = False,
    stale_by: date | None = None,
) -> Select[Any]:
    """The statement behind a page, without its limit; `stale_by` is the day that its filter of what is stale means."""
    column = sort_column(wanted)
    descending = wanted.descending is not backwards
    query: Any = _ROWS.where(*conditions(wanted, staff_id, stale_by))
    if cursor is not None:
        here, there = tuple_(column, _A.id), tuple_(*cursor)
        query = query.where(here < there if descending else here > there)
    order = (column.desc(), _A.id.desc()) if descending else (column, _A.id)
    return query.order_by(*order)


def count_open_work() -> dict[Status, int]:
    """How much open work there is in each status, to the last file: by index, over open rows only."""
    found: dict[Status, int] = dict(_read(_BY_STATUS))
    return {status: found.get(status, 0) for status in OPEN_STATUSES}


def count_on_page(staff_id: int) -> QueueCounts:
    """The numbers above the queue, each counted to MOST_COUNTED and one more."""
    total, overdue, mine, unassigned, *stages = count_rows((*_PARTS, *_STAGES), staff_id)
    return QueueCounts(dict(zip(OPEN_STATUSES, stages, strict=True)), total, overdue, mine, unassigned)


def count_rows(filters: Sequence[QueueFilter], staff_id: int, most: int = MOST_COUNTED) -> list[int]:
    """How many rows each of these filters has, in one statement. Counting stops at one more than `most`, which says that
    there are more: it costs the same however large the network is."""
    meetings = (today(), *find_next_meetings()) if any(wanted.stale for wanted in filters) else None
    return list(_read(counts_query(tuple(filters), staff_id, most, today(), meetings))[0])


@lru_cache(64)
def counts_query(
    filters: tuple[QueueFilter, ...],
    staff_id: int,
    most: int,
    _day: date,
    meetings: tuple[date, date, date] | None,
) -> Select[Any]:
    """The statement behind the numbers of a page; `meetings` are today and the days of the next two."""
    return select(
        *(
            select(func.count())
            .select_from(rows_query(wanted, staff_id, meetings).limit(most + 1).subquery())
            .scalar_subquery()
            .label(f"number{place}")
            for place, wanted in enumerate(filters)
        )
    )


def rows_query(wanted: QueueFilter, staff_id: int, meetings: tuple[date, date, date] | None = None) -> Any:
    """What is counted of one filter: that a row is there, and nothing of it."""
    stale_by = meetings[list(Stale).index(wanted.stale)] if meetings and wanted.stale else None
    return select(literal(1).label("one")).select_from(_A).where(*conditions(wanted, staff_id, stale_by))


def list_all_rows(wanted: QueueFilter, staff_id: int, size: int) -> Iterator[Row[Any]]:
    """Every row of a filter in its order, read in pages of this size."""
    wanted = replace(wanted, after="", before="")
    while True:
        page = find_queue_page(wanted, staff_id, size)
        yield from page.rows
        if not page.after:
            return
        wanted = replace(wanted, after=page.after)


def list_workers() -> list[Row[Any]]:
    """Everybody who has an account, id and name, by name: who a file may be with."""
    return _read(_WORKERS)


def _read(statement: Any, **values: Any) -> list[Any]:
    """Rows, not objects: the session's own way of executing would take longer than the statement."""
    return list(db.session.connection().execute(statement, values))


def _cursor(row: Row[Any], column: str) -> str:
    return f"{getattr(row, column)}~{row.id}"


def _read_cursor(wanted: QueueFilter) -> tuple[tuple[Any, int] | None, bool]:
    backwards = bool(wanted.before and not wanted.after)
    value, _, number = (wanted.before if backwards else wanted.after).rpartition("~")
    if not re.fullmatch(r"[0-9]{1,18}", number, re.ASCII):
        return None, False
    column = sort_column(wanted)
    try:
        return (_READ[column.key](value), int(number)), backwards
    except ValueError:
        return None, False


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a moment without its zone")
    return found


_READ: dict[str, Callable[[str], Any]] = {
    "name_key": sort_key, "changed_at": _moment,
    **dict.fromkeys(("due_on", "stale_on", "status_on", "received_on"), date.fromisoformat),
}  # fmt: skip
