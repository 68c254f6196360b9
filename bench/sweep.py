"""c. The due-letter sweep as the clock runs it, beside its one statement sent by the bare driver."""

from flask import Flask
from sqlalchemy import delete, func, select

from bench.place import settle
from bench.result import NotMeasured, Result, alternate, compare, seconds_of
from bench.statements import bare_driver, only, overheard
from onboarding.extensions import committed, db
from onboarding.jobs.sweeps import write_reminders
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import LetterKind, LetterState

GOAL = 1.3


def measure(app: Flask, rounds: int = 7) -> Result:
    """Seconds to write every reminder that is due. Between the runs the letters are taken away again."""
    settings = app.extensions["settings"]
    take_away()
    with overheard() as heard:
        due = write_reminders(settings)["reminders"]
    statement = only(heard, "INSERT")[0]
    again = write_reminders(settings)["reminders"]
    if not due or again:
        raise NotMeasured(
            f"The sweep wrote {due} reminders, and {again} when run again: it should be many and none."
        )

    def ours() -> float:
        take_away()
        return seconds_of(lambda: write_reminders(settings))

    def bare() -> float:
        take_away()
        connection, close = bare_driver()
        try:
            return seconds_of(lambda: _send(connection, statement))
        finally:
            close()

    runs = alternate(ours, bare, rounds)
    written = db.session.scalar(select(func.count()).select_from(Letter).where(_REMINDERS))
    db.session.rollback()
    if written != due:
        raise NotMeasured(f"The bare statement wrote {written} reminders, the sweep {due}.")
    nothing = seconds_of(lambda: write_reminders(settings))
    take_away()
    notes = (f"{due:,} reminders due", f"a second run added 0 in {nothing:.3f} s")
    return compare("c", "due-letter sweep", "its one statement, bare driver", "s", GOAL, *runs,
                   more_is_better=False, notes=notes)  # fmt: skip


_REMINDERS = Letter.kind == LetterKind.RECREDENTIALING_REMINDER


def take_away() -> None:
    """Remove every reminder and its hand-overs, and whatever else waits to be rendered."""
    gone = _REMINDERS | (Letter.state == LetterState.QUEUED)
    with committed() as session:
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.letter_id.in_(select(Letter.id).where(gone)))
        )
        session.execute(delete(Letter).where(gone))
    settle()


def _send(connection, statement) -> None:  # type: ignore[no-untyped-def]
    """The statement in a transaction of its own, as durable as the program's."""
    sqlite = connection.__class__.__module__.startswith("sqlite3")
    cursor = connection.cursor()
    if sqlite:
        cursor.execute("PRAGMA query_only=OFF")
        cursor.execute("BEGIN IMMEDIATE")
    cursor.execute(*statement)
    connection.commit()
    cursor.close()
