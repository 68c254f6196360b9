"""The recredentialing sweep: one statement writes every reminder that is due."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Letter, OutboxMessage, Participation
from onboarding.policy.deadlines import REMINDER_DAYS_BEFORE
from onboarding.policy.vocabulary import LetterKind, MessageState, ParticipationState
from onboarding.queries.sweeps import day_as_number
from onboarding.services.planned_letters import bare_letter, planned_letters, turn_of, write_planned

# Of these a reader has heard, or may have.
LEFT_MESSAGES = (MessageState.SENDING, MessageState.SENT, MessageState.IN_DOUBT)


def write_due_reminders() -> int:
    """Write the reminder that is due today for each active participation, once each; answers how many were new."""
    return write_planned(reminder_statement(today(), db.engine.dialect.name))


def reminder_statement(on: date, dialect: str) -> Any:
    """INSERT .. SELECT under the unique key (application, kind, cycle, number): nothing is written twice. The cycle is the
    due date (20290302), so a date that moves begins a series of its own. Where it moved later, that series goes on after
    the last reminder that left: what the new date would have asked for before then is not sent behind it.

    Providers whose recredentialing application has been sent are left in peace.
    """
    due = Participation.recredentialing_due_on
    number, fell_due = turn_of(due, REMINDER_DAYS_BEFORE, on, dialect)
    renewal = exists().where(Application.participation_id == Participation.id, Application.due_on.is_not(None),
                             Application.id != Participation.application_id)  # fmt: skip
    cycle = day_as_number(due, dialect)
    earlier = aliased(Letter)
    told_since = exists().where(
        earlier.application_id == Participation.application_id,
        earlier.kind == literal(LetterKind.RECREDENTIALING_REMINDER, Letter.kind.type),
        earlier.cycle < cycle,
        earlier.written_on >= fell_due,
        OutboxMessage.letter_id == earlier.id,
        OutboxMessage.state.in_(LEFT_MESSAGES),
    )
    columns = bare_letter(
        LetterKind.RECREDENTIALING_REMINDER,
        on,
        application_id=Participation.application_id,
        participation_id=Participation.id,
        cycle=cycle,
        number=number,
        due_on=fell_due,
    )
    rows = select(*columns.values()).where(
        Participation.state == ParticipationState.ACTIVE,
        due <= on + timedelta(days=REMINDER_DAYS_BEFORE[0]),
        ~renewal,
        ~told_since,
    )
    return planned_letters(columns, rows, dialect)
