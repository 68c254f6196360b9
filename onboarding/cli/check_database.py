"""The checks of the doctor that open the database: its version and settings, and what lies in it."""

import sqlite3

from sqlalchemy import make_url, select, text

from onboarding.cli.findings import Finding, Findings, note, ok, problem
from onboarding.clock import today
from onboarding.config import ROOT, Keys, Settings
from onboarding.extensions import Vault, db
from onboarding.jobs.runner import SchedulerRunning, leadership
from onboarding.models import ContractForm
from onboarding.policy.days import say
from onboarding.policy.deadlines import good_until
from onboarding.queries.append_only import find_missing_guards
from onboarding.queries.exclusions import find_current_list
from onboarding.queries.files import LEIE
from onboarding.queries.health import (
    count_letters,
    find_database_troubles,
)
from onboarding.queries.review import list_letters_to_settle
from onboarding.queries.sender import find_pause

OLDEST_SQLITE = (3, 35)
OLDEST_POSTGRESQL = 13
FILES_NAMED = 5


def database_is_there(settings: Settings) -> bool:
    """Is there anything to open? A look must not make an empty SQLite file."""
    name = make_url(settings.database_url).database
    return not settings.sqlite or not name or name == ":memory:" or (ROOT / name).exists()


def check_database(settings: Settings) -> Findings:
    """A database that opens, new enough, at the version of the program, with its settings in force."""
    if not database_is_there(settings):
        yield problem(
            "database", "There is no database yet.", "onboarding db upgrade, or make demo for a trial"
        )
        return
    troubles = find_database_troubles()
    opens = not any("does not open" in trouble.says for trouble in troubles)
    if opens:
        yield from _check_server()
    yield from (problem("database", trouble.says, trouble.do) for trouble in troubles)
    if not troubles:
        yield from _check_data(settings)


def _check_server() -> Findings:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield _sqlite_version(sqlite3.sqlite_version_info)
            found = {
                name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            yield _sqlite_settings(found)
        else:
            number = int(connection.scalar(text("SHOW server_version_num")) or 0)
            yield _postgresql_version(number)


def _sqlite_version(version: tuple[int, ...]) -> Finding:
    shown = ".".join(str(number) for number in version)
    if version >= OLDEST_SQLITE:
        return ok("database", f"SQLite {shown}")
    return problem(
        "database", f"SQLite {shown} is too old; 3.35 or newer is needed.", "Install a newer Python."
    )


def _sqlite_settings(found: dict[str, str]) -> Finding:
    wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    wrong = [f"{name} is {found[name]}" for name, value in wanted.items() if found[name].lower() != value]
    if wrong:
        says = f"SQLite settings are not in force: {', '.join(wrong)}. Network file systems do not bear them."
        return problem("database", says, "Put the instance folder on a local disk (ONBOARDING_INSTANCE).")
    return ok("database", "write-ahead log, full synchronization, foreign keys")


def _postgresql_version(number: int) -> Finding:
    if number // 10_000 >= OLDEST_POSTGRESQL:
        return ok("database", f"PostgreSQL {number // 10_000}.{number % 10_000}")
    says = f"PostgreSQL {number // 10_000} is too old; {OLDEST_POSTGRESQL} or newer is needed."
    return problem("database", says, "Upgrade the PostgreSQL server.")


def _check_data(settings: Settings) -> Findings:
    yield ok("database", "at the version of this program")
    yield _guards()
    yield _keys_fit(settings)
    yield _exclusion_list()
    yield from _letters()
    yield _scheduler(settings)


def _guards() -> Finding:
    """Does the database still refuse to change what was recorded?"""
    missing = find_missing_guards()
    if not missing:
        return ok("history", "the database refuses to change what was recorded")
    says = f"What was recorded can be changed: triggers are gone or switched off on {', '.join(missing)}."
    return problem("history", says, "onboarding audit verify, then restore the database from a backup")


def _keys_fit(settings: Settings) -> Finding:
    """Do the keys open what is in the database? Read as it is stored, so that nothing is decrypted by accident."""
    column = ContractForm.__table__.c.answers
    sealed = db.session.scalar(select(column.cast(db.Text)).order_by(ContractForm.id.desc()).limit(1))
    if sealed is None:
        return ok("keys and data", "nothing encrypted yet")
    try:
        Vault(Keys.load(settings)).unseal(sealed, f"{column.table.name}.{column.name}")
    except Exception:
        says = "The keys do not open what is encrypted in this database."
        return problem("keys and data", says, "Restore the key file that belongs to this database.")
    return ok("keys and data", "the keys open what is encrypted")


def _exclusion_list() -> Finding:
    do = "onboarding import leie FILE   (UPDATED.csv from oig.hhs.gov/exclusions)"
    found = find_current_list(LEIE)
    if found is None:
        return problem("exclusion list", "No OIG LEIE list has been imported: nobody can be decided on.", do)
    until = good_until(found.imported_on, today(), "exclusion_list_age")
    left = (until - today()).days
    if left < 0:
        return problem("exclusion list", f"The OIG LEIE list counted until {say(until)}: it is stale.", do)
    return ok(
        "exclusion list", f"{found.rows:,} rows, imported {say(found.imported_on)}, good for {left} days more"
    )


def _letters() -> Findings:
    if pause := find_pause():
        says = f"The sender is paused, and nothing leaves. {pause.paused_because}"
        yield problem("letters", says, "onboarding sender compare, then onboarding sender resume")
    counts = count_letters()
    if counts.not_rendered:
        says = f"{counts.not_rendered} letter(s) could not be made into a PDF."
        yield problem(
            "letters", says, "The page of the file says why; a coordinator has it made again there."
        )
    if counts.for_a_person:
        files = ", ".join(dict.fromkeys(letter.public_id for letter in list_letters_to_settle(FILES_NAMED)))
        says = (
            f"{counts.for_a_person} hand-over(s) failed or are in doubt; a coordinator settles them on the file. "
            f"Application ID: {files}."
        )
        yield note("letters", says)
    if not counts.not_rendered and not counts.for_a_person:
        yield ok("letters", f"{counts.waiting} waiting, none failed or in doubt")


def _scheduler(settings: Settings) -> Finding:
    if settings.sqlite and not (settings.instance / "scheduler.lock").exists():
        return _no_scheduler(settings)
    try:
        with leadership(settings):
            return _no_scheduler(settings)
    except SchedulerRunning:
        return ok("scheduler", "running")


def _no_scheduler(settings: Settings) -> Finding:
    says, do = "No scheduler is running: letters wait and reminders do not go out.", "onboarding scheduler"
    return problem("scheduler", says, do) if settings.production else note("scheduler", says, do)
