"""The recredentialing sweep: one statement writes every reminder that is due."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Letter, OutboxMessage, Participation
from onboarding.policy.deadlines import REMINDER_DAYS_BEFORE
from onboarding.policy.vocabulary import LetterKind, LetterState, MessageState, ParticipationState
from onboarding.queries.sweeps import day_as_number, days_before

# Of these a reader has heard, or may have.
LEFT_MESSAGES = (MessageState.SENDING, MessageState.SENT, MessageState.IN_DOUBT)


def write_due_reminders() -> int:
    """Write the reminder that is due today for each active participation, once each; answers how many were new."""
    done = db.session.execute(
        reminder_statement(today(), db.engine.dialect.name), execution_options={"preserve_rowcount": True}
    )
    return max(0, done.rowcount)  # type: ignore[attr-defined]


def reminder_statement(on: date, dialect: str) -> Any:
    """INSERT .. SELECT under the unique key (application, kind, cycle, number): nothing is written twice. The cycle is the
    due date (20290302), so a date that moves begins a series of its own. Where it moved later, that series goes on after
    the last reminder that left: what the new date would have asked for before then is not sent behind it.

    Providers whose recredentialing application has been sent are left in peace.
    """
    due = Participation.recredentialing_due_on
    numbered = list(enumerate(REMINDER_DAYS_BEFORE, start=1))[::-1]
    number = case(*((due <= on + timedelta(days=days), literal(n)) for n, days in numbered))
    fell_due = case(
        *((due <= on + timedelta(days=days), days_before(due, days, dialect)) for _, days in numbered)
    )
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
    rows = select(
        Participation.application_id,
        Participation.id,
        literal(LetterKind.RECREDENTIALING_REMINDER, Letter.kind.type),
        cycle,
        number,
        literal(0),
        literal(on),
        fell_due,
        literal({}, Letter.facts.type),
        literal(LetterState.QUEUED, Letter.state.type),
        literal(0),
        literal(""),
        literal(0.0),
        literal(0),
        literal(""),
        literal(""),
        literal(0),
    ).where(
        Participation.state == ParticipationState.ACTIVE,
        due <= on + timedelta(days=REMINDER_DAYS_BEFORE[0]),
        ~renewal,
        ~told_since,
    )
    columns = ["application_id", "participation_id", "kind", "cycle", "number", "round", "written_on", "due_on",
               "facts", "state", "attempts", "error", "claimed_until", "fence", "storage_key", "sha256", "size"]  # fmt: skip
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return (
        insert(Letter)
        .from_select(columns, rows)
        .on_conflict_do_nothing(index_elements=["application_id", "kind", "cycle", "number"])
    )
