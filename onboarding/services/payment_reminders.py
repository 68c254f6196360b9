"""Reminding providers in the network who have not chosen how they are paid: one statement writes what is due."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Participation, PaymentEnrolment
from onboarding.policy.deadlines import PAYMENT_REMINDER_DAYS_AFTER, clock
from onboarding.policy.vocabulary import LetterKind, ParticipationState
from onboarding.policy.workflow import NETWORK_STATUSES
from onboarding.services.planned_letters import (
    bare_letter,
    planned_letters,
    told_already,
    turn_of,
    write_planned,
)


def write_due_reminders() -> int:
    """Write the reminder that is due today for each provider without a payment choice, once each; answers how many were
    new. After days off the latest one that fell due is sent, once; one that is very late is not sent any more."""
    return write_planned(reminder_statement(today(), db.engine.dialect.name))


def reminder_statement(on: date, dialect: str) -> Any:
    """INSERT .. SELECT under the unique key of a letter: its cycle is that of the application, its number the reminder
    (1 is the first). The days are counted from the day on which the provider joined: the welcome letter had left."""
    joined_on = Application.status_on
    days = PAYMENT_REMINDER_DAYS_AFTER
    number, fell_due = turn_of(joined_on, [-after for after in days], on, dialect)
    columns = bare_letter(
        LetterKind.PAYMENT_REMINDER,
        on,
        application_id=Application.id,
        participation_id=Participation.id,
        cycle=Application.cycle,
        number=number,
        due_on=fell_due,
    )
    oldest = on - timedelta(days=clock("payment_reminders_over", on).amount)
    chosen = exists().where(PaymentEnrolment.participation_id == Participation.id)
    rows = (
        select(*columns.values())
        .select_from(Application)
        .join(Participation, Participation.application_id == Application.id)
        .where(
            Application.status.in_(NETWORK_STATUSES),
            joined_on.between(oldest, on - timedelta(days=days[0])),
            Participation.state == ParticipationState.ACTIVE,
            ~chosen,
            ~told_already(LetterKind.PAYMENT_REMINDER, Application.cycle, number),
        )
    )
    return planned_letters(columns, rows, dialect)
