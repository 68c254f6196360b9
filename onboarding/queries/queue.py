"""The review queue: one page of it, found by index whatever the filter, and the counts of open work.

Pages go by keyset: a cursor is the sort value and the id of the row it stands behind, never an offset.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, bindparam, false, func, or_, select, tuple_

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Staff
from onboarding.policy.identifiers import npi_problem, parse_application_id, sort_key
from onboarding.policy.vocabulary import ProviderKind, Status
from onboarding.policy.workflow import OPEN_STATUSES
from onboarding.queries.meetings import find_next_meetings

PAGE = 50
MOST_WORDS = 4  # of a name that is searched in every order of first and last
_LAST_LETTERS = "z" * 20


class Sort(StrEnum):
    """What the queue is ordered by."""

    DUE = "due"
    AGE = "age"
    NAME = "name"
    STALE = "stale"


class Stale(StrEnum):
    """Files in which something is out of date: today, at the next meeting of the committee, at the one after."""

    NOW = "now"
    NEXT = "next"
    SECOND = "second"


class Due(StrEnum):
    """Which part of the open work by its date."""

    OVERDUE = "overdue"
    WEEK = "week"


ME, NOBODY = "me", "nobody"


@dataclass(frozen=True)
class QueueFilter:
    """Which rows, in which order. Empty means all open work, soonest due first. The whole of it stands in the URL."""

    status: Status | None = None
    kind: ProviderKind | None = None
    assignee: str = ""
    due: Due | None = None
    stale: Stale | None = None
    text: str = ""
    sort: Sort = Sort.DUE
    descending: bool = False
    after: str = ""
    before: str = ""

    @property
    def by_name(self) -> bool:
        """A search by name is answered in the order of names."""
        return bool(self.text) or self.sort is Sort.NAME

    @property
    def by_stale(self) -> bool:
        """What goes stale is answered in the order in which it does; only open work can."""
        if self.by_name or (self.status is not None and self.status not in OPEN_STATUSES):
            return False
        return self.stale is not None or self.sort is Sort.STALE

    @property
    def open_work(self) -> bool:
        """Only rows where work is awaited?"""
        dated = self.due is not None or self.stale is not None
        return self.status in OPEN_STATUSES or (self.status is None and not self.text) or dated


@dataclass(frozen=True)
class QueuePage:
    """One page: its rows, and the cursors of the pages before and after where there are any."""

    rows: list[Row[Any]]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class QueueCounts:
    """Open work: in each status, in all, and the parts somebody should look at first."""

    by_status: Mapping[Status, int]
    total: int
    overdue: int
    mine: int
    unassigned: int


_A = Application
COLUMNS = (
    _A.id, _A.public_id, _A.name, _A.name_key, _A.npi, _A.kind, _A.provider_kind, _A.provider_type, _A.subject,
    _A.status, _A.status_on, _A.due_on, _A.stale_on, _A.received_on, _A.created_on, _A.round, _A.prescribes, _A.tests_on_site,
    _A.independent, _A.board_certified, _A.assignee_id, Staff.name.label("assignee"),
)  # fmt: skip

_OPEN = _A.due_on.is_not(None)
# Built once; a page adds its conditions.
_ROWS: Any = select(*COLUMNS).join(Staff, Staff.id == _A.assignee_id, isouter=True)
_BY_STATUS: Any = select(_A.status, func.count(), func.count(_A.assignee_id)).where(_OPEN).group_by(_A.status)
_OVERDUE_AND_MINE: Any = select(
    select(func.count()).select_from(_A).where(_OPEN, _A.due_on < bindparam("today", type_=Date)).scalar_subquery(),
    select(func.count()).select_from(_A).where(_OPEN, _A.assignee_id == bindparam("staff_id")).scalar_subquery(),
)  # fmt: skip
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
    column = _sort_column(wanted).key
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
    first, second = find_next_meetings() if stale is not Stale.NOW else (today(), today())
    return second if stale is Stale.SECOND else first


def queue_query(
    wanted: QueueFilter,
    staff_id: int,
    cursor: tuple[Any, int] | None = None,
    backwards: bool = False,
    stale_by: date | None = None,
) -> Select[Any]:
    """The statement behind a page, without its limit; `stale_by` is the day that its filter of what is stale means."""
    column = _sort_column(wanted)
    descending = wanted.descending is not backwards
    query: Any = _ROWS.where(*_conditions(wanted, staff_id))
    if wanted.by_stale:
        query = query.where(_A.stale_on.is_not(None))
    if wanted.stale is not None:
        query = query.where(_A.stale_on <= (stale_by or today()))
    if cursor is not None:
        here, there = tuple_(column, _A.id), tuple_(*cursor)
        query = query.where(here < there if descending else here > there)
    order = (column.desc(), _A.id.desc()) if descending else (column, _A.id)
    return query.order_by(*order)


def count_open_work(staff_id: int) -> QueueCounts:
    """How much open work there is: by index, over open rows only."""
    grouped = _read(_BY_STATUS)
    by_status = {status: total for status, total, _ in grouped}
    total = sum(by_status.values())
    overdue, mine = _read(_OVERDUE_AND_MINE, today=today(), staff_id=staff_id)[0]
    return QueueCounts(
        {status: by_status.get(status, 0) for status in OPEN_STATUSES},
        total,
        overdue,
        mine,
        total - sum(assigned for *_, assigned in grouped),
    )


def list_workers() -> list[Row[Any]]:
    """Everybody who has an account, id and name, by name: who a file may be with."""
    return _read(_WORKERS)


def _read(statement: Any, **values: Any) -> list[Any]:
    """Rows, not objects: the session's own way of executing would take longer than the statement."""
    return list(db.session.connection().execute(statement, values))


def _conditions(wanted: QueueFilter, staff_id: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.open_work:
        found.append(_A.due_on.is_not(None))
    if wanted.status is not None:
        found.append(_A.status == wanted.status)
    if wanted.kind is not None:
        found.append(_A.provider_kind == wanted.kind)
    if wanted.assignee:
        found.append(_assigned(wanted.assignee, staff_id))
    if wanted.due is not None:
        week = _A.due_on.between(today(), today() + timedelta(days=7))
        found.append(_A.due_on < today() if wanted.due is Due.OVERDUE else week)
    if wanted.text:
        found.append(_described(wanted.text))
    return found


def _assigned(assignee: str, staff_id: int) -> ColumnElement[bool]:
    if assignee == NOBODY:
        return _A.assignee_id.is_(None)
    return _A.assignee_id == (staff_id if assignee == ME else int(assignee))


def _described(text: str) -> ColumnElement[bool]:
    """An Application ID or an NPI is looked for whole; anything else is the beginning of a name, in either order."""
    public_id = parse_application_id(text)
    if public_id is not None:
        return _A.public_id == public_id
    digits = re.sub(r"[\s.\-]", "", text)
    if npi_problem(digits) is None:
        return _A.npi == digits
    said = sort_key(text)
    as_said = and_(_A.given_key >= said, _A.given_key <= said + _LAST_LETTERS) if said else false()
    return or_(as_said, *(_named(family, given) for family, given in name_beginnings(text)))


def _named(family: str, given: str) -> ColumnElement[bool]:
    """Names are stored last name first: the range is found by index, what comes before the last name is looked for in it."""
    begins = and_(_A.name_key >= family, _A.name_key <= family + _LAST_LETTERS)
    return and_(begins, _A.name_key.contains(f" {given}")) if given else begins


def name_beginnings(text: str) -> list[tuple[str, str]]:
    """The ways to read what was typed: as it stands (last name first), and with its first words moved behind."""
    words = sort_key(text).split()
    turns = range(min(len(words), MOST_WORDS))
    return [(" ".join(words[turn:]), " ".join(words[:turn])) for turn in turns]


def _sort_column(wanted: QueueFilter) -> Any:
    if wanted.by_name:
        return _A.name_key
    if wanted.by_stale:
        return _A.stale_on
    if not wanted.open_work:
        return _A.status_on
    return _A.received_on if wanted.sort is Sort.AGE else _A.due_on


def _cursor(row: Row[Any], column: str) -> str:
    return f"{getattr(row, column)}~{row.id}"


def _read_cursor(wanted: QueueFilter) -> tuple[tuple[Any, int] | None, bool]:
    backwards = bool(wanted.before and not wanted.after)
    value, _, number = (wanted.before if backwards else wanted.after).rpartition("~")
    if not re.fullmatch(r"[0-9]{1,18}", number, re.ASCII):
        return None, False
    if _sort_column(wanted) is _A.name_key:
        return (sort_key(value), int(number)), backwards
    try:
        return (date.fromisoformat(value), int(number)), backwards
    except ValueError:
        return None, False
