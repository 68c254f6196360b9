"""Telling the applicant before the CAQH attestation lapses: one statement writes every reminder that is due."""

from datetime import date, timedelta
from typing import Any

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Authorization
from onboarding.policy.deadlines import REATTEST_DAYS_BEFORE, clock
from onboarding.policy.vocabulary import LetterKind
from onboarding.queries.caqh import attested
from onboarding.queries.sweeps import day_as_number, days_before
from onboarding.services.planned_letters import bare_letter, planned_letters, turn_of, write_planned


def write_attestation_reminders() -> int:
    """Write the reminder that is due today for each attestation that lapses, once each; answers how many were new.

    After days off the latest one that fell due is sent, once. One that is very late is not sent any more.
    """
    return write_planned(reminder_statement(today(), db.engine.dialect.name))


def reminder_statement(on: date, dialect: str) -> Any:
    """INSERT .. SELECT under the unique key of a letter: its cycle is the day of the lapse (20260630), its number the
    reminder (1 is the first), so that each is written once for each application and lapse. `respond_by` is that day.
    """
    age, first, late = (
        clock("attestation_age", on).amount,
        REATTEST_DAYS_BEFORE[0],
        clock("caqh_told_late", on).amount,
    )
    column = Authorization.attested_on
    number, fell_due = turn_of(column, [days - age for days in REATTEST_DAYS_BEFORE], on, dialect)
    lapses_on = days_before(column, -age, dialect)
    columns = bare_letter(
        LetterKind.CAQH_REATTEST,
        on,
        application_id=Application.id,
        participation_id=Application.participation_id,
        cycle=day_as_number(lapses_on, dialect),
        number=number,
        due_on=fell_due,
        respond_by=lapses_on,
    )
    columns["round"] = Application.round
    rows = attested(columns.values(), on - timedelta(days=age + late), on - timedelta(days=age - first))
    return planned_letters(columns, rows, dialect)
