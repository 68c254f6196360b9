"""Telling the applicant before the CAQH attestation lapses: one statement writes every reminder that is due."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, case, func, literal
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Authorization, Letter
from onboarding.policy.deadlines import REATTEST_DAYS_BEFORE, clock
from onboarding.policy.vocabulary import LetterKind, LetterState
from onboarding.queries.caqh import attested
from onboarding.queries.sweeps import day_as_number


def write_attestation_reminders() -> int:
    """Write the reminder that is due today for each attestation that lapses, once each; answers how many were new.

    After days off the latest one that fell due is sent, once. One that is very late is not sent any more.
    """
    statement = reminder_statement(today(), db.engine.dialect.name)
    done = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return max(0, done.rowcount)  # type: ignore[attr-defined]


def reminder_statement(on: date, dialect: str) -> Any:
    """INSERT .. SELECT under the unique key of a letter: its cycle is the day of the lapse (20260630), its number the
    reminder (1 is the first), so that each is written once for each application and lapse. `respond_by` is that day.
    """
    age, first, late = (
        clock("attestation_age", on).amount,
        REATTEST_DAYS_BEFORE[0],
        clock("caqh_told_late", on).amount,
    )
    last_told = [(days, on - timedelta(days=age - days)) for days in REATTEST_DAYS_BEFORE]
    numbered = list(enumerate(last_told, start=1))[::-1]
    column = Authorization.attested_on
    number = case(*((column <= day, literal(n)) for n, (_, day) in numbered))
    fell_due = case(*((column <= day, _days_on(column, age - days, dialect)) for _, (days, day) in numbered))
    lapses_on = _days_on(column, age, dialect)
    facts: dict[str, Any] = {
        "application_id": Application.id,
        "participation_id": Application.participation_id,
        "kind": literal(LetterKind.CAQH_REATTEST, Letter.kind.type),
        "cycle": day_as_number(lapses_on, dialect),
        "number": number,
        "round": Application.round,
        "written_on": literal(on),
        "due_on": fell_due,
        "respond_by": lapses_on,
        "facts": literal({}, Letter.facts.type),
        "state": literal(LetterState.QUEUED, Letter.state.type),
        "attempts": literal(0),
        "error": literal(""),
        "claimed_until": literal(0.0),
        "fence": literal(0),
        "storage_key": literal(""),
        "sha256": literal(""),
        "size": literal(0),
    }
    rows = attested(facts.values(), on - timedelta(days=age + late), on - timedelta(days=age - first))
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return (
        insert(Letter)
        .from_select(list(facts), rows)
        .on_conflict_do_nothing(index_elements=["application_id", "kind", "cycle", "number"])
    )


def _days_on(column: Any, days: int, dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.date(column, f"+{days} days", type_=Date)
    return column + days
