"""Letters that the calendar writes: one INSERT .. SELECT for all that are due, under the unique key of a letter."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, exists, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from onboarding.extensions import db
from onboarding.models import Application, Letter, Participation
from onboarding.policy.vocabulary import LetterKind, LetterState
from onboarding.queries.sweeps import days_before


def bare_letter(kind: LetterKind, on: date, **of_its_own: Any) -> dict[str, Any]:
    """The columns of a letter of this kind written on that day, to be rendered: what it says is fixed at the rendering.
    Its own are the application, the participation, cycle, number, due_on and, where it gives a day, respond_by."""
    return {
        **of_its_own,
        "kind": literal(kind, Letter.kind.type),
        "round": literal(0),
        "written_on": literal(on),
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


def turn_of(day: Any, series: Iterable[int], on: date, dialect: str) -> tuple[Any, Any]:
    """Of a series of letters, so many days before a date of the database (after it where they are negative): the number of
    the latest that has fallen due by this day (1 is the first), and the day on which it fell due."""
    numbered = list(enumerate(series, start=1))[::-1]
    due = [(day <= on + timedelta(days=days), number, days) for number, days in numbered]
    number = case(*((reached, literal(number)) for reached, number, _ in due))
    return number, case(*((reached, days_before(day, days, dialect)) for reached, _, days in due))


def told_already(kind: LetterKind, cycle: Any, number: Any) -> Any:
    """Was such a letter, or a later one of the same cycle, written to the participation: for whichever application?"""
    earlier, its = aliased(Letter), aliased(Application)
    return exists().where(
        its.participation_id == Participation.id,
        earlier.application_id == its.id,
        earlier.kind == literal(kind, Letter.kind.type),
        earlier.cycle == cycle,
        earlier.number >= number,
    )


def planned_letters(columns: dict[str, Any], rows: Select[Any], dialect: str) -> Any:
    """The statement that writes these rows, whose columns are the values of `columns`; none is written twice."""
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return (
        insert(Letter)
        .from_select(list(columns), rows)
        .on_conflict_do_nothing(index_elements=["application_id", "kind", "cycle", "number"])
    )


def write_planned(statement: Any) -> int:
    """Run it; answers how many letters were new."""
    done = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return max(0, done.rowcount)  # type: ignore[attr-defined]
