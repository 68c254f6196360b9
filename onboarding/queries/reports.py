"""The figures of the reports: each one statement, over open rows, one period or one index, never the whole network."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import AgendaItem, Application, AuditEvent, Decision, Meeting, Staff
from onboarding.policy.notices import TOLD
from onboarding.policy.vocabulary import Action, MeetingState, Status
from onboarding.policy.workflow import DRAFT_STATUSES, OPEN_STATUSES, STATUS_LABELS
from onboarding.queries.queue import count_open_work

FUNNEL_DAYS = 365
MOST_RECEIVED = 20_000  # the newest of the period
# Where an application can be that was sent.
SENT_STATUSES = tuple(status for status in Status if status not in (*DRAFT_STATUSES, Status.EXPIRED))
WEEKS_AHEAD = 12
MEETINGS = 8
MOST_PEOPLE = 30
AGES: tuple[tuple[int, str], ...] = (
    (7, "Up to 7 days"), (14, "8 to 14"), (30, "15 to 30"), (60, "31 to 60"), (90, "61 to 90"), (180, "91 to 180"),
)  # fmt: skip
OLDER = "More than 180"
_A = Application
_OPEN = _A.due_on.is_not(None)


@dataclass(frozen=True)
class Figures:
    """One table: its headings, and rows that begin with what they are about. Numbers or nothing stand in the others;
    `drawn` are the columns of the picture, by their place."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    drawn: tuple[int, ...] = (1,)


def count_funnel() -> Figures:
    """Of the applications received in the period: how many ever reached each stage and each end, and how many are there
    now. A file that was sent back has reached a stage once; "decided" counts those with any decision."""
    since = today() - timedelta(days=FUNNEL_DAYS)
    came = select(_A.id, _A.status).where(_A.status.in_(SENT_STATUSES), _A.received_on >= since)
    cohort = came.order_by(_A.received_on.desc(), _A.id.desc()).limit(MOST_RECEIVED).subquery()
    ids = select(cohort.c.id)
    to = AuditEvent.details["to"].as_string()
    steps = AuditEvent.action.in_([action.value for action in Action])
    reached = select(to, func.count(AuditEvent.application_id.distinct())).where(
        AuditEvent.application_id.in_(ids), steps
    )
    there = dict(read(reached.group_by(to)))
    here = dict(read(select(cohort.c.status, func.count()).group_by(cohort.c.status)))
    decided = select(func.count(Decision.application_id.distinct())).where(
        Decision.application_id.in_(ids), Decision.outcome.in_(TOLD)
    )
    rows: list[tuple[Any, ...]] = [
        (STATUS_LABELS[status], there.get(status.value, 0), here.get(status, 0)) for status in SENT_STATUSES
    ]
    rows.insert(SENT_STATUSES.index(Status.APPROVED), ("Decided", db.session.scalar(decided) or 0, None))
    return Figures(("Stage", "Reached this stage", "Here now"), tuple(rows), (1, 2))


def count_stages() -> Figures:
    """Open applications by stage, and how many have come at least as far."""
    counts = count_open_work()
    further = [sum(list(counts.values())[place:]) for place in range(len(OPEN_STATUSES))]
    rows = tuple(
        (STATUS_LABELS[status], number, beyond)
        for (status, number), beyond in zip(counts.items(), further, strict=True)
    )
    return Figures(("Stage", "Here now", "Reached this stage"), rows, (1, 2))


def count_ages() -> Figures:
    """Open applications by the days since they were received."""
    bands = [(_A.received_on >= today() - timedelta(days=days), words) for days, words in AGES]
    band = case(*bands, else_=OLDER)
    found = dict(read(select(band, func.count()).where(_OPEN).group_by(band)))
    return Figures(("Age", "Open applications"), tuple((words, found.get(words, 0)) for words in _bands()))


def _bands() -> list[str]:
    return [*(words for _, words in AGES), OLDER]


def forecast_stale() -> Figures:
    """Open files by the week in which something in them goes out of date."""
    last = today() + timedelta(days=7 * WEEKS_AHEAD - 1)
    query = (
        select(_A.stale_on, func.count())
        .where(_OPEN, _A.stale_on.is_not(None), _A.stale_on <= last)
        .group_by(_A.stale_on)
    )
    weeks: Counter[int] = Counter()
    for stale_on, number in read(query):
        weeks[max((stale_on - today()).days // 7, -1)] += number
    rows = [("Out of date", weeks[-1])]
    for week in range(WEEKS_AHEAD):
        rows.append((_said(today() + timedelta(days=7 * week)), weeks[week]))
    return Figures(("Week from", "Files that go stale"), tuple(rows))


def count_committee_load() -> Figures:
    """Files on the agenda of the newest meetings and those to come, each where it stayed, and how many were decided there:
    to ask for more decides nothing."""
    newest = (
        select(Meeting.id, Meeting.held_on)
        .where(Meeting.state != MeetingState.CANCELED)
        .order_by(Meeting.held_on.desc())
        .limit(MEETINGS)
        .subquery()
    )
    files, later = func.count(AgendaItem.application_id.distinct()), aliased(AgendaItem)
    moved = exists().where(later.application_id == AgendaItem.application_id, later.id > AgendaItem.id)
    counted = (
        select(
            AgendaItem.meeting_id,
            files.label("files"),
            files.filter(Decision.outcome.in_(TOLD)).label("decided"),
        )
        .outerjoin(Decision, Decision.id == AgendaItem.decision_id)
        .where(
            AgendaItem.meeting_id.in_(select(newest.c.id)), or_(AgendaItem.decision_id.is_not(None), ~moved)
        )
        .group_by(AgendaItem.meeting_id)
        .subquery()
    )
    query = (
        select(newest.c.held_on, func.coalesce(counted.c.files, 0), func.coalesce(counted.c.decided, 0))
        .outerjoin(counted, counted.c.meeting_id == newest.c.id)
        .order_by(newest.c.held_on)
    )
    rows = tuple(
        (_said(held_on), placed_there, decided_there) for held_on, placed_there, decided_there in read(query)
    )
    return Figures(("Meeting", "Files on the agenda", "Decided there"), rows, (1, 2))


def count_workload() -> Figures:
    """Open files by the person they are with, those with most first, and how many of them are late."""
    late = func.count().filter(_A.due_on < today())
    query = (
        select(_A.assignee_id, func.count().label("files"), late.label("late"))
        .where(_OPEN)
        .group_by(_A.assignee_id)
    )
    counted = query.order_by(func.count().desc(), _A.assignee_id).limit(MOST_PEOPLE).subquery()
    named = (
        select(Staff.name, counted.c.files, counted.c.late)
        .select_from(counted)
        .outerjoin(Staff, Staff.id == counted.c.assignee_id)
        .order_by(counted.c.files.desc(), Staff.name)
    )
    rows = tuple((name or "Nobody", files, overdue) for name, files, overdue in read(named))
    return Figures(("Person", "Open files", "Of them late"), rows, (1, 2))


def _said(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def read(statement: Any) -> Sequence[Any]:
    """The rows of one statement, as plain tuples."""
    return [tuple(row) for row in db.session.connection().execute(statement)]
