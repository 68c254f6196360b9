"""The yearly notice to every provider in the network: one statement writes what is due."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, column, extract, literal, select, values

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Participation
from onboarding.policy.deadlines import add_months, clock
from onboarding.policy.vocabulary import LetterKind, ParticipationState
from onboarding.policy.workflow import NETWORK_STATUSES
from onboarding.services.planned_letters import bare_letter, planned_letters, told_already, write_planned

# Not "is active": so said, SQLite finds it by the day on which it began, and not by its state.
_GOES_ON = Participation.state != ParticipationState.TERMINATED


def write_due_notices() -> int:
    """Write the notice of the year for each participation whose year is over, once each; answers how many were new. One
    that was missed for long is left to the next year."""
    began_on = select(Participation.effective_on).where(_GOES_ON).order_by(Participation.effective_on)
    first = db.session.scalar(began_on.limit(1))
    days = list(anniversaries(first, today())) if first else []
    return write_planned(notice_statement(days, today(), db.engine.dialect.name)) if days else 0


def anniversaries(first: date, on: date) -> Iterator[tuple[date, date]]:
    """(A day since `first` on which a participation may have begun, the day on which another year of it was over), for each
    such day up to `on` that is not too long ago. Who began on 29 February has the day on the 28th in other years."""
    months = clock("annual_notice", on).amount
    for late in range(clock("annual_notice_late", on).amount + 1):
        due_on = on - timedelta(days=late)
        for years in range(1, due_on.year - first.year + 1):
            began_on = add_months(due_on, -months * years)
            for day in (began_on, began_on + timedelta(days=1)):
                if day >= first and add_months(day, months * years) == due_on:
                    yield day, due_on


def notice_statement(days: list[tuple[date, date]], on: date, dialect: str) -> Any:
    """INSERT .. SELECT for participations that began on these days, under the unique key of a letter: its cycle is the year
    in which the notice fell due, and a renewal meanwhile brings no second one."""
    listed = values(column("began_on", Date), column("due_on", Date), name="listed").data(days)
    due = select(listed.cte("days", nesting=True)).subquery(
        "due"
    )  # inside: an INSERT is to begin with its word
    year = extract("year", due.c.due_on)
    columns = bare_letter(
        LetterKind.ANNUAL_NOTICE,
        on,
        application_id=Participation.application_id,
        participation_id=Participation.id,
        cycle=year,
        number=literal(1),
        due_on=due.c.due_on,
    )
    rows = (
        select(*columns.values())
        .select_from(due)
        .join(Participation, Participation.effective_on == due.c.began_on)
        .join(Application, Application.id == Participation.application_id)
        .where(
            _GOES_ON,
            Application.status.in_(NETWORK_STATUSES),
            ~told_already(LetterKind.ANNUAL_NOTICE, year, literal(1)),
        )
    )
    return planned_letters(columns, rows, dialect)
