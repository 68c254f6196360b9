"""The figures of the reports: each one statement, over open rows, one period or one index, never the whole network."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import AgendaItem, Application, Decision, Meeting, Staff
from onboarding.policy.notices import TOLD
from onboarding.policy.promises import promises
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.state_clock import state_limit
from onboarding.policy.turnaround import percentile
from onboarding.policy.workflow import OPEN_STATUSES, STATUS_LABELS
from onboarding.queries.queue import count_open_work

TURNAROUND_DAYS = 180
MOST_DECISIONS = 20_000  # the newest of the period; a network that decides more is judged by these
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
    """Open applications by stage, and how many have come at least as far."""
    counts = count_open_work()
    further = [sum(list(counts.values())[place:]) for place in range(len(OPEN_STATUSES))]
    rows = tuple(
        (STATUS_LABELS[status], number, beyond)
        for (status, number), beyond in zip(counts.items(), further, strict=True)
    )
    return Figures(("Stage", "Here now", "Reached this stage"), rows, (1, 2))


def measure_turnaround() -> Figures:
    """Days from receipt to the first decision, by provider type, of the first decisions of the period."""
    query = (
        select(_A.provider_type, _A.received_on, Decision.decided_on)
        .join(_A, _A.id == Decision.application_id)
        .where(
            Decision.decided_on >= today() - timedelta(days=TURNAROUND_DAYS),
            Decision.number == 1,
            _A.received_on.is_not(None),
        )
        .order_by(Decision.decided_on.desc())
        .limit(MOST_DECISIONS)
    )
    days: dict[Any, list[int]] = defaultdict(list)
    for code, received_on, decided_on in _read(query):
        days[code].append((decided_on - received_on).days)
    promised = sum(promise.days for promise in promises(today()))
    rows = []
    for row in PROVIDER_TYPES:
        if row.code in days:
            found, limit = sorted(days[row.code]), state_limit(row.code, today())
            late = sum(one > limit for one in found)
            rows.append((
                row.label.split(" (")[0], len(found), percentile(found, 50), percentile(found, 90), promised, limit, late,
            ))  # fmt: skip
    headings = (
        "Provider type",
        "Files",
        "Median days",
        "9 of 10 within (days)",
        "Promised",
        "State clock",
        "Over the State clock",
    )
    return Figures(headings, tuple(rows), (2, 3, 4, 5))


def count_ages() -> Figures:
    """Open applications by the days since they were received."""
    bands = [(_A.received_on >= today() - timedelta(days=days), words) for days, words in AGES]
    band = case(*bands, else_=OLDER)
    found = dict(_read(select(band, func.count()).where(_OPEN).group_by(band)))
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
    for stale_on, number in _read(query):
        weeks[max((stale_on - today()).days // 7, -1)] += number
    rows = [("Out of date", weeks[-1])]
    for week in range(WEEKS_AHEAD):
        rows.append((_said(today() + timedelta(days=7 * week)), weeks[week]))
    return Figures(("Week from", "Files that go stale"), tuple(rows))


def count_committee_load() -> Figures:
    """Files on the agenda of the newest meetings and those to come, each where it stayed, and how many were decided there:
    to ask for more decides nothing."""
    newest = select(Meeting.id, Meeting.held_on).order_by(Meeting.held_on.desc()).limit(MEETINGS).subquery()
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
        (_said(held_on), placed_there, decided_there) for held_on, placed_there, decided_there in _read(query)
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
    rows = tuple((name or "Nobody", files, overdue) for name, files, overdue in _read(named))
    return Figures(("Person", "Open files", "Of them late"), rows, (1, 2))


def _said(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def _read(statement: Any) -> Sequence[Any]:
    return [tuple(row) for row in db.session.connection().execute(statement)]
