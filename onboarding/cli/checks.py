"""The checks of `onboarding doctor`, each of which answers with findings and never raises for what it looks for."""

import smtplib
import ssl
import stat
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from cryptography.fernet import Fernet

from onboarding.cli.check_database import database_is_there
from onboarding.cli.findings import Finding, Findings, note, ok, problem
from onboarding.config import ROOT, Keys, MailTransport, MissingKeys, Settings, misspelled_settings
from onboarding.policy.days import say
from onboarding.queries.health import (
    find_folder_troubles,
    list_folders,
)

OLDEST_PYTHON = (3, 11)
MAIL_SECONDS = 10.0
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
