"""The checks of `onboarding doctor`, each of which answers with findings and never raises for what it looks for."""

import smtplib
import sqlite3
import ssl
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from cryptography.fernet import Fernet
from sqlalchemy import make_url, select, text

from onboarding.clock import today
from onboarding.config import ROOT, Keys, MailTransport, MissingKeys, Settings, misspelled_settings
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
    find_folder_troubles,
    list_folders,
)
from onboarding.queries.review import list_letters_to_settle
from onboarding.queries.sender import find_pause

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35)
OLDEST_POSTGRESQL = 13
MAIL_SECONDS = 10.0
FILES_NAMED = 5
FACES = ("400-normal", "400-italic", "600-normal", "700-normal")

# What WeasyPrint loads, as its error names it, and the Debian package that brings it.
LETTER_PACKAGES = {
    "pangoft2": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "harfbuzz": "libharfbuzz-subset0",
    "pango": "libpango-1.0-0",
    "gobject": "libpango-1.0-0",
    "fontconfig": "libpangoft2-1.0-0",
}
_INSTALL = "apt-get install -y --no-install-recommends"


class Mark(StrEnum):
    """Fine; worth a look; wrong. Only what is wrong makes the doctor's exit code 1."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: what was looked at, what was found, what to type."""

    mark: Mark
    part: str
    says: str
    do: str = ""


Findings = Iterator[Finding]


def ok(part: str, says: str) -> Finding:
    return Finding(Mark.OK, part, says)


def note(part: str, says: str, do: str = "") -> Finding:
    return Finding(Mark.NOTE, part, says, do)


def problem(part: str, says: str, do: str) -> Finding:
    return Finding(Mark.PROBLEM, part, says, do)


def check_python() -> Findings:
    """The version of Python."""
    version = ".".join(str(number) for number in sys.version_info[:3])
    if sys.version_info >= OLDEST_PYTHON:
        yield ok("Python", version)
    else:
        yield problem("Python", f"{version} is too old; 3.11 or newer is needed.", "make clean && make demo")


def check_letter_library() -> Findings:
    """Can WeasyPrint, which draws the letters, be loaded?"""
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # it prints a page when it fails
            import weasyprint  # a second, and an OSError when a library of the system is missing
    except OSError as error:
        says = f"WeasyPrint, which draws the letters, lacks a library of the system: {str(error).splitlines()[0]}"
        yield problem("letter library", says, f"{_INSTALL} {package_for(str(error))}   (as root)")
    except ImportError as error:
        yield problem("letter library", f"WeasyPrint cannot be loaded: {error}.", "rm -r .venv && make demo")
    else:
        yield ok("letter library", f"WeasyPrint {weasyprint.__version__}")


def package_for(error: str) -> str:
    """The Debian package that brings the library an error names; all of them when it names none we know."""
    for library, package in LETTER_PACKAGES.items():
        if library in error:
            return package
    return " ".join(dict.fromkeys(LETTER_PACKAGES.values()))


def check_fonts() -> Findings:
    """The fonts of screens and letters."""
    folder = ROOT / "static" / "fonts"
    names = [f"source-sans-3-{script}-{face}.woff2" for script in ("latin", "latin-ext") for face in FACES]
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        yield problem("fonts", f"Missing in {folder}: {', '.join(missing)}.", "git checkout -- static/fonts")
    else:
        yield ok("fonts", f"{len(names)} faces of Source Sans 3")


def check_names() -> Findings:
    """Variables that look like settings and are none: most likely misspelled."""
    for name, meant in misspelled_settings().items():
        says = f"{name} is no setting" + (f": did you mean {meant}?" if meant else ".")
        yield problem("settings", says, f"Rename or unset {name}. onboarding settings prints them all.")


def check_folders(settings: Settings) -> Findings:
    """Folders that can be written, or made."""
    wrong = {trouble.part: trouble for trouble in find_folder_troubles(settings)}
    for part, folder in list_folders(settings).items():
        if part in wrong:
            yield problem(part, wrong[part].says, wrong[part].do)
        else:
            yield ok(part, str(folder) if folder.exists() else f"{folder} (made when needed)")


def check_keys(settings: Settings) -> Findings:
    """Keys that are there, of the right form, and for the owner's eyes alone."""
    path, restore = settings.key_file, "Restore the key file from its backup."
    assert path is not None
    try:
        keys = Keys.load(settings)
    except MissingKeys:
        if database_is_there(settings):
            says = f"There are no keys, and a database is there; {path} would hold them."
            yield problem("keys", says, f"{restore} For a database that holds nothing yet: onboarding keys")
        else:
            yield problem("keys", f"There are no keys; {path} would hold them.", "onboarding keys")
        return
    except (OSError, ValueError, AttributeError) as error:
        yield problem("keys", f"{path} cannot be read as a key file: {type(error).__name__}.", restore)
        return
    bad = sum(not _is_fernet(key) for key in keys.field_keys)
    if bad:
        do = "Set ONBOARDING_FIELD_KEYS to Fernet keys." if settings.field_keys else restore
        yield problem(
            "keys", f"{bad} of {len(keys.field_keys)} field keys have not the form of a Fernet key.", do
        )
        return
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield problem("keys", f"{path} can be read by others than its owner.", f"chmod 600 {path}")
        return
    yield ok("keys", "from the settings" if settings.secret_key and settings.field_keys else str(path))


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key.encode())
    except ValueError:
        return False
    return True


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


def check_mail(settings: Settings) -> Findings:
    """The way mail leaves; an SMTP server is greeted, and signed in to."""
    if settings.mail is MailTransport.SMTP:
        yield _greet(settings)
    elif settings.production:
        says = f"Mail goes to the {settings.mail.value} and reaches nobody."
        yield problem("mail", says, "Set ONBOARDING_MAIL=smtp and ONBOARDING_SMTP_HOST.")
    else:
        where = f", {settings.mail_folder}" if settings.mail is MailTransport.FILE else ""
        yield ok("mail", f"goes to a {settings.mail.value}{where}; nothing leaves this machine")


def _greet(settings: Settings) -> Finding:
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with smtplib.SMTP(
            settings.smtp_host, settings.smtp_port, timeout=min(settings.smtp_timeout, MAIL_SECONDS)
        ) as server:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            code, _ = server.ehlo()
            if not 200 <= code <= 299:
                server.helo()
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except smtplib.SMTPAuthenticationError:
        do = "Check ONBOARDING_SMTP_USER and ONBOARDING_SMTP_PASSWORD."
        return problem("mail", f"The mail server {place} does not accept the user and password.", do)
    except (OSError, smtplib.SMTPException) as error:
        do = "Check ONBOARDING_SMTP_HOST, ONBOARDING_SMTP_PORT and ONBOARDING_SMTP_STARTTLS."
        return problem("mail", f"The mail server {place} cannot be used: {_plain(error)}", do)
    return ok("mail", f"{place} answers" + (" and lets us sign in" if settings.smtp_user else ""))


def _plain(error: Exception) -> str:
    text_of = " ".join(str(error).split()) or type(error).__name__
    return text_of[:200].rstrip(".") + "."


def check_caqh(settings: Settings) -> Findings:
    """Is there a contract with CAQH, and is it set up in full? Nobody is asked about."""
    if not settings.caqh_url:
        yield ok("CAQH", "no contract: staff enter what they see in CAQH")
        return
    wanted = {
        "ONBOARDING_CAQH_ORGANIZATION_ID": settings.caqh_organization_id,
        "ONBOARDING_CAQH_USER": settings.caqh_user,
        "ONBOARDING_CAQH_PASSWORD": settings.caqh_password.get_secret_value(),
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        yield problem("CAQH", f"{settings.caqh_url} is set without {', '.join(missing)}.", "Set them.")
    elif not settings.caqh_url.startswith("https://") and settings.production:
        yield problem(
            "CAQH",
            "The password would go over a line that is not encrypted.",
            "Set ONBOARDING_CAQH_URL to https.",
        )
    else:
        yield ok("CAQH", f"{settings.caqh_url}, organization {settings.caqh_organization_id}")


def check_production(settings: Settings) -> Findings:
    """What production asks for besides."""
    if not settings.production:
        if settings.today:
            yield note("business date", f"moved to {say(settings.today)}", "unset ONBOARDING_TODAY")
        return
    if not (settings.secret_key and settings.field_keys and settings.index_key):
        yield _key_file_in_production(settings)


def _key_file_in_production(settings: Settings) -> Finding:
    """A key file is in order while only its owner can read it; a secret store keeps the keys apart from the data."""
    do = "Set ONBOARDING_SECRET_KEY, ONBOARDING_FIELD_KEYS and ONBOARDING_INDEX_KEY from your secret store."
    path = settings.key_file
    if path and path.exists() and stat.S_IMODE(path.stat().st_mode) == 0o600:
        return note("production", "Keys come from the key file: keep its copy apart from the database's.", do)
    return problem("production", "Keys come from the key file, and not only its owner can read it.", do)


def carefully(part: str, check: Callable[[], Findings]) -> Findings:
    """The findings of one check; what it did not expect becomes a finding, never a traceback."""
    try:
        yield from check()
    except Exception as error:
        says = f"This could not be checked: {type(error).__name__}: {_plain(error)}"
        yield problem(part, says, "See that the part is installed and readable, and try again.")
