"""Where a bench network lives: a folder of its own with keys, database and files, and the settings to work there."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from flask import Flask

from onboarding import create_app
from onboarding.config import ROOT, Environment, Keys, Settings, make_key_file
from onboarding.extensions import db

SEED = 20_261
MANY = 10**9  # a rate limit nobody reaches: it is counted at every request and never refuses


@dataclass(frozen=True)
class Network:
    """What was built: how many applications, from which seed, as of which business date, at which version."""

    applications: int
    seed: int
    day: date
    version: str
    complete: bool = False


@dataclass(frozen=True)
class Place:
    """A folder, and the database URL where it is not the folder's own SQLite file."""

    folder: Path
    database_url: str = ""

    @property
    def note(self) -> Path:
        return self.folder / "network.json"

    def read_note(self) -> Network | None:
        """What the folder holds, or None."""
        if not self.note.exists():
            return None
        kept = json.loads(self.note.read_text())
        return Network(**{**kept, "day": date.fromisoformat(kept["day"])})

    def write_note(self, network: Network) -> None:
        """Remember what the folder holds."""
        self.note.write_text(json.dumps({**asdict(network), "day": network.day.isoformat()}, indent=1) + "\n")

    def clear(self) -> None:
        """Remove the folder with all it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, day: date, environment: Environment = Environment.DEVELOPMENT) -> Settings:
        """The program's settings in this folder, nothing taken from the caller's environment."""
        return Settings(
            environment=environment,
            today=day,
            instance=self.folder,
            database_url=self.database_url,
            key_file=None,
            secret_key=None,
            field_keys=None,
            index_key=None,
            storage="",
            print_folder=None,
            mail_folder=None,
            rate_limit_store="",
            nppes_url="",
            lookups_per_window=MANY,
            log_json=True,
        )

    def environment(self, day: date | None, environment: Environment) -> dict[str, str]:
        """The same for another process."""
        ours = {
            "ONBOARDING_ENVIRONMENT": environment.value,
            "ONBOARDING_INSTANCE": str(self.folder),
            "ONBOARDING_DATABASE_URL": self.database_url,
            "ONBOARDING_LOOKUPS_PER_WINDOW": str(MANY),
            "ONBOARDING_LOG_JSON": "1",
            "ONBOARDING_PUBLIC_URL": "https://network.plan.example",
            "ONBOARDING_TRUSTED_HOSTS": "127.0.0.1",
        }
        if day is not None:
            ours["ONBOARDING_TODAY"] = day.isoformat()
        theirs = {name: value for name, value in os.environ.items() if not name.startswith("ONBOARDING_")}
        return {**theirs, **ours}


def default_folder(applications: int, database: str) -> Path:
    """instance/bench-100000 for SQLite, instance/bench-100000-postgresql for PostgreSQL."""
    return ROOT / "instance" / (f"bench-{applications}" + ("" if database == "sqlite" else f"-{database}"))


@contextmanager
def app_at(place: Place, day: date) -> Iterator[Flask]:
    """The program in this folder, in an application context."""
    settings = place.settings(day)
    assert settings.key_file is not None
    make_key_file(settings.key_file)
    app = create_app(settings, Keys.load(settings))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def settle() -> None:
    """Bring the write-ahead log home, so that every run begins with the same files."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()
