"""Every setting, its default and why. The only reader of the environment.

Settings come from ONBOARDING_* variables. Keys come from variables or from the key file that `onboarding keys` makes.
"""

import hmac
import json
import os
import re
import secrets
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from onboarding.policy.plan import PLAN

ROOT = Path(__file__).resolve().parent.parent


class Environment(StrEnum):
    """Where the program runs; production refuses what only a trial may do."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class MailTransport(StrEnum):
    """How mail leaves."""

    CONSOLE = "console"
    FILE = "file"
    SMTP = "smtp"


class Settings(BaseSettings):
    """All settings, typed; a bad value stops the start with a sentence that names the variable."""

    model_config = SettingsConfigDict(env_prefix="ONBOARDING_", extra="ignore")

    environment: Environment = Environment.DEVELOPMENT
    today: date | None = Field(None, description="business date override, refused in production")
    instance: Path = Field(
        ROOT / "instance", description="folder for the database, keys, documents and letters"
    )

    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the instance folder")
    key_file: Path | None = Field(
        None, description="keys made by `onboarding keys`; default instance/keys.json"
    )
    secret_key: SecretStr | None = Field(None, description="signs sessions and forms; else from the key file")
    field_keys: SecretStr | None = Field(
        None, description="Fernet keys, newest first, comma separated; else the key file"
    )
    index_key: SecretStr | None = Field(
        None, description="keyed hash of tax IDs for look-up; else from the key file"
    )
    audit_key: SecretStr | None = Field(
        None,
        description="seals the history; else from the key file, else derived from the index key. Never changed later",
    )
    audit_heads: Path | None = Field(
        None, description="folder for the daily head of the history; default instance/audit-heads"
    )

    sender_journal: Path | None = Field(
        None,
        description="folder of the journal of what was sent, the same for every machine that sends, on another disk than the "
        "database; default instance/sender-journal",
    )

    storage: str = Field("", description="where documents and letters live; empty means instance/files")
    print_folder: Path | None = Field(
        None, description="where letters for print are put; default instance/print"
    )

    mail: MailTransport = MailTransport.FILE
    mail_folder: Path | None = Field(
        None, description="where the file transport writes; default instance/mail"
    )
    mail_from: str = Field("network@plan.example", description="sender and reply-to of every message")
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = False
    smtp_timeout: float = Field(20.0, gt=0, le=30, description="seconds a step with the mail server may take")

    letters_a_day: int | None = Field(
        None,
        ge=1,
        description="letters of one kind that leave on one day before a person is asked; empty means policy/letter_limits.py",
    )

    public_url: str = Field(
        "http://127.0.0.1:8000", description="the address applicants use; printed in letters"
    )
    trusted_hosts: str = Field(
        "",
        description="hosts we answer for, comma separated; empty means that of the public URL, in a trial any",
    )
    proxies: int = Field(0, description="how many reverse proxies stand in front and set X-Forwarded-*")
    vision_partner_email: str = Field(
        "", description="e-mail of the vision partner; no public source gives one"
    )
    laboratory_partner_email: str = Field(
        "", description="e-mail of the laboratory partner; no public source gives one"
    )

    caqh_url: str = Field(
        "", description="the CAQH API, https://proview.caqh.org; empty means no contract: staff look it up"
    )
    caqh_organization_id: str = Field("", description="the plan's organization (PO) id at CAQH")
    caqh_user: str = ""
    caqh_password: SecretStr = SecretStr("")
    state_clock: bool = Field(
        False,
        description="count the days of A.C.A. 23-99-411 on each file; whether it binds a PASSE is not settled",
    )
    work_history_days: int = Field(
        PLAN.work_history_days, ge=120, le=365,
        description="how old the check of work history may be at a decision; sources say 120 and 365",
    )  # fmt: skip
    application_days: int = Field(
        PLAN.application_days, ge=120, le=365,
        description="how old the signed attestation may be at a decision; sources say 120 and 365",
    )  # fmt: skip
    nppes_url: str = Field(
        "https://npiregistry.cms.hhs.gov/api/", description="the NPPES look-up of CMS; empty switches it off"
    )
    nppes_seconds: float = Field(4.0, gt=0, le=20, description="how long a step of that look-up may take")

    upload_megabytes: int = Field(15, description="largest document")
    uploads_at_once: int = Field(
        3, description="how many of the largest documents one request may carry in all"
    )
    clamav: str = Field(
        "", description="virus scanner (clamd): host:port or the path of its socket; empty means none"
    )
    staff_idle_minutes: int = Field(15, description="a staff session ends after this long without a request")
    staff_session_hours: int = Field(12, description="and after this long in any case")
    step_up_minutes: int = Field(
        5, description="so long after the password was asked again nothing signed asks for it once more"
    )
    applicant_idle_minutes: int = Field(
        120, description="an applicant's page stays open this long without a request"
    )
    access_code_minutes: int = Field(60, description="a mailed link or code opens an application this long")
    access_codes_per_window: int = Field(
        5, description="links and codes asked for one application in one window"
    )
    lookups_per_window: int = Field(20, description="wrong pairs, codes and links per address in one window")
    sign_ins_per_window: int = Field(20, description="wrong sign-ins per address in one window")
    forms_per_window: int = Field(30, description="forms begun, and forms sent, per address in one window")
    window_minutes: int = Field(15, description="the window of these limits")
    rate_limit_store: str = Field(
        "",
        description="where the limits are counted; empty means a file in the instance folder, for one machine",
    )
    log_json: bool | None = Field(None, description="JSON log lines; default in production")

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if self.environment is Environment.PRODUCTION and self.today is not None:
            raise ValueError(
                "ONBOARDING_TODAY moves the business date and is refused in production: unset it."
            )
        if not re.fullmatch(r"(?:|/.+|\S+:\d{1,5})", self.clamav):
            raise ValueError(
                "ONBOARDING_CLAMAV is neither host:port nor the path of a socket, such as /run/clamd.ctl."
            )
        if self.production:
            address = urlsplit(self.public_url)
            if address.scheme != "https" or not address.hostname:
                raise ValueError(
                    "ONBOARDING_PUBLIC_URL is what applicants open and letters print: in production it begins with https://."
                )
            self.trusted_hosts = self.trusted_hosts or address.hostname
        self.instance = self.instance.absolute()
        self.key_file = self.key_file or self.instance / "keys.json"
        self.print_folder = self.print_folder or self.instance / "print"
        self.mail_folder = self.mail_folder or self.instance / "mail"
        self.audit_heads = self.audit_heads or self.instance / "audit-heads"
        self.sender_journal = self.sender_journal or self.instance / "sender-journal"
        self.storage = self.storage or str(self.instance / "files")
        self.database_url = self.database_url or f"sqlite:///{self.instance / 'onboarding.db'}"
        self.rate_limit_store = self.rate_limit_store or f"counterfile://{self.instance / 'limits.db'}"
        if self.log_json is None:
            self.log_json = self.environment is Environment.PRODUCTION
        return self

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


class MissingKeys(Exception):
    """There is no key to sign or encrypt with; the message says what to type."""


def misspelled_settings() -> dict[str, str]:
    """Variables of the environment with our prefix that are no setting, and the setting each comes nearest to, or ""."""
    known = [f"ONBOARDING_{name.upper()}" for name in Settings.model_fields]
    set_now = [name.upper() for name in os.environ if name.upper().startswith("ONBOARDING_")]
    return {
        name: (get_close_matches(name, known, 1) or [""])[0] for name in sorted(set_now) if name not in known
    }


class Keys:
    """The secrets: what signs sessions, what encrypts fields (newest first), what hashes tax ids, what seals the history.

    An installation older than the last one derives it from the index key.
    """

    def __init__(self, secret_key: str, field_keys: list[str], index_key: str, audit_key: str = ""):
        self.secret_key = secret_key
        self.field_keys = field_keys
        self.index_key = index_key
        self.audit_key = (
            audit_key or hmac.digest(index_key.encode(), b"onboarding: seals of the history", "sha256").hex()
        )

    @classmethod
    def load(cls, settings: Settings) -> "Keys":
        """From the settings, else from the key file; raises MissingKeys with what to type."""
        stored: dict[str, object] = {}
        path = settings.key_file
        if path and path.exists():
            stored = json.loads(path.read_text())
        secret_key = (
            settings.secret_key.get_secret_value() if settings.secret_key else stored.get("secret_key")
        )
        index_key = settings.index_key.get_secret_value() if settings.index_key else stored.get("index_key")
        audit_key = settings.audit_key.get_secret_value() if settings.audit_key else stored.get("audit_key")
        field_keys = (
            [key.strip() for key in settings.field_keys.get_secret_value().split(",") if key.strip()]
            if settings.field_keys
            else stored.get("field_keys")
        )
        if not secret_key or not index_key or not isinstance(field_keys, list) or not field_keys:
            raise MissingKeys(f"No keys: type `onboarding keys` to make {path}, or set ONBOARDING_SECRET_KEY, "
                              "ONBOARDING_FIELD_KEYS and ONBOARDING_INDEX_KEY.")  # fmt: skip
        return cls(str(secret_key), [str(key) for key in field_keys], str(index_key), str(audit_key or ""))


def make_key_file(path: Path) -> bool:
    """Write fresh keys, readable by the owner alone; leaves an existing file as it is and answers False."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    keys = {
        "secret_key": secrets.token_urlsafe(48),
        "field_keys": [Fernet.generate_key().decode()],
        "index_key": secrets.token_urlsafe(48),
        "audit_key": secrets.token_urlsafe(48),
    }
    with os.fdopen(handle, "w") as file:
        json.dump(keys, file, indent=1)
    return True
