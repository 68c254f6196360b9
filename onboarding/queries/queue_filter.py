"""What the queue can be asked for: a filter, an order, and the conditions of the database that they mean."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, union_all
from sqlalchemy.orm import aliased

from onboarding.clock import day_start, today
from onboarding.models import (
    AdverseAction,
    Application,
    Document,
    ExclusionMatch,
    Letter,
    OutboxMessage,
    RightsRequest,
    Screening,
)
from onboarding.policy.deadlines import clock
from onboarding.policy.identifiers import npi_problem, parse_application_id, sort_key
from onboarding.policy.vocabulary import (
    Action,
    DocumentState,
    LetterState,
    NoticeState,
    ProviderKind,
    RightsState,
    Status,
)
from onboarding.policy.workflow import OPEN_STATUSES, SIGNABLE_STATUSES, TABLE_STATUSES, statuses_with
from onboarding.queries import after_queue
from onboarding.queries.after_decisions import applications_to_tell
from onboarding.queries.files import UNSETTLED_MESSAGES

MOST_WORDS = 4  # of a name that is searched in every order of first and last
_LAST_LETTERS = "z" * 20
_A = Application


class Sort(StrEnum):
    """What the queue is ordered by."""

    DUE = "due"
    AGE = "age"
    NAME = "name"
    STALE = "stale"
    MOVED = "moved"


class Stale(StrEnum):
    """Files in which something is out of date today, at the next meeting of the committee, at the one after; those that
    could be decided today; and those in which nothing will be out of date at these meetings."""

    NOW = "now"
    NEXT = "next"
    SECOND = "second"
    READY = "ready"
    IN_NEXT = "in-next"
    IN_SECOND = "in-second"


class Due(StrEnum):
    """Which part of the open work by its date."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


class Why(StrEnum):
    """What makes somebody look at a file: something came in, somebody asks, or nothing has happened for too long."""

    UPLOADED = "uploaded"
    ANSWERED = "answered"
    MATCHED = "matched"
    RIGHTS = "rights"
    LETTERS = "letters"
    REPORTS = "reports"
    NOTICE_AMBER = "notice_amber"
    NOTICE_LATE = "notice_late"
    STATE_PENDING = "state_pending"
    STATE_LATE = "state_late"
    APPEALS = "appeals"
    PROVISIONAL = "provisional"
    FOLLOW_UPS = "follow_ups"
    VOTES = "votes"
    STALLED = "stalled"
    ESCALATED = "escalated"


IN_DATE = frozenset({Stale.READY, Stale.IN_NEXT, Stale.IN_SECOND})
_DECIDED_FROM = (*SIGNABLE_STATUSES, *TABLE_STATUSES)
_AFTER = {
    Why.STATE_PENDING: after_queue.state_pending, Why.STATE_LATE: after_queue.state_pending_too_long,
    Why.APPEALS: after_queue.appealing, Why.PROVISIONAL: after_queue.provisional_ending,
    Why.FOLLOW_UPS: after_queue.to_follow_up,
}  # fmt: skip
# Found on closed files too: a provider in the network is screened, asks by right and is written to.
OF_ANY_STATUS = frozenset(
    {Why.MATCHED, Why.RIGHTS, Why.LETTERS, Why.REPORTS, Why.NOTICE_AMBER, Why.NOTICE_LATE, Why.VOTES, *_AFTER}
)
# Each by its clock of policy/deadlines.py: so many days without anything recorded in the file.
STALL_CLOCKS = {Why.STALLED: "stalled", Why.ESCALATED: "stalled_escalated"}


ME, NOBODY = "me", "nobody"


@dataclass(frozen=True)
class QueueFilter:
    """Which rows, in which order. Empty means all open work, soonest due first. The whole of it stands in the URL."""

    status: Status | None = None
    kind: ProviderKind | None = None
    assignee: str = ""
    due: Due | None = None
    stale: Stale | None = None
    why: Why | None = None
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
    def by_moved(self) -> bool:
        """What does not move is answered the longest untouched first."""
        if self.by_name or self.by_stale:
            return False
        return self.why in STALL_CLOCKS or (self.sort is Sort.MOVED and self.open_work)

    @property
    def open_work(self) -> bool:
        """Only rows where work is awaited?"""
        dated = self.due is not None or self.stale is not None or self.why in STALL_CLOCKS
        anywhere = bool(self.text) or self.why in OF_ANY_STATUS
        return self.status in OPEN_STATUSES or (self.status is None and not anywhere) or dated


def conditions(wanted: QueueFilter, staff_id: int, stale_by: date | None = None) -> list[ColumnElement[bool]]:
    """Which rows the filter means; `stale_by` is the day that its filter of what is stale means, today unless said."""
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
        found.append(_due(wanted.due))
    if wanted.by_stale:
        found.append(_A.stale_on.is_not(None))
    if wanted.stale is not None:
        by = stale_by or today()
        found.append(_A.stale_on > by if wanted.stale in IN_DATE else _A.stale_on <= by)
    if wanted.stale is Stale.READY:
        found.append(_A.status.in_(_DECIDED_FROM))
    if wanted.why is not None:
        found += _why(wanted.why, staff_id)
    if wanted.text:
        found.append(_described(wanted.text))
    return found


def _due(due: Due) -> ColumnElement[bool]:
    if due is Due.OVERDUE:
        return _A.due_on < today()
    return _A.due_on.between(today(), today() + timedelta(days=7 if due is Due.WEEK else 0))


def _why(why: Why, staff_id: int) -> list[ColumnElement[bool]]:
    if why in STALL_CLOCKS:
        return [_A.changed_at < untouched_since(STALL_CLOCKS[why])]
    if why is Why.ANSWERED:
        return [_A.status.in_(statuses_with(Action.ACCEPT)), _A.round > 0]
    if why is Why.VOTES:
        return [_A.id.in_(after_queue.to_vote_on(staff_id))]
    return [_A.id.in_(_OF_FILES[why]())]


def untouched_since(clock_name: str) -> datetime:
    """A file that has not changed since this moment has stood still for as long as this clock allows."""
    return day_start(today() - timedelta(days=clock(clock_name, today()).amount))


def _uploaded() -> Any:
    """Documents that came and wait for somebody to read them."""
    return select(Document.application_id).where(Document.state == DocumentState.RECEIVED)


def _matched() -> Any:
    """Possible matches of the latest screening that nobody has resolved."""
    later = aliased(Screening)
    overtaken = exists().where(later.application_id == Screening.application_id, later.id > Screening.id)
    return (
        select(Screening.application_id)
        .join(ExclusionMatch, ExclusionMatch.screening_id == Screening.id)
        .where(ExclusionMatch.resolution.is_(None), ~overtaken)
    )


def _asking() -> Any:
    return select(RightsRequest.application_id).where(RightsRequest.state == RightsState.ASKED)


def _in_doubt() -> Any:
    """Letters that could not be made, and those whose hand-over is in doubt or failed."""
    handed = (
        select(Letter.application_id)
        .join(OutboxMessage, OutboxMessage.letter_id == Letter.id)
        .where(OutboxMessage.state.in_(UNSETTLED_MESSAGES))
    )
    return union_all(handed, select(Letter.application_id).where(Letter.state == LetterState.FAILED))


def _to_report() -> Any:
    """Decisions against a provider that are to be marked or reported, and reports to amend after an appeal."""
    return select(AdverseAction.application_id).where(AdverseAction.due_on.is_not(None))


_OF_FILES: dict[Why, Callable[[], Any]] = {
    Why.UPLOADED: _uploaded, Why.MATCHED: _matched, Why.RIGHTS: _asking, Why.LETTERS: _in_doubt,
    Why.REPORTS: _to_report,
    Why.NOTICE_AMBER: lambda: applications_to_tell(NoticeState.AMBER, today()),
    Why.NOTICE_LATE: lambda: applications_to_tell(NoticeState.LATE, today()),
    **_AFTER,
}  # fmt: skip


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


def sort_column(wanted: QueueFilter) -> Any:
    """The column by which the rows are found and ordered; its ties go by id."""
    if wanted.by_name:
        return _A.name_key
    if wanted.by_stale:
        return _A.stale_on
    if wanted.by_moved:
        return _A.changed_at
    if not wanted.open_work:
        return _A.status_on
    return _A.received_on if wanted.sort is Sort.AGE else _A.due_on
