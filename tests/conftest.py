"""Fixtures: a fresh migrated database for each test, on SQLite or PostgreSQL (`--database`), and the app around it.

The database of a worker of the tests always has the same address, so that one app, with its templates and statements
compiled, serves test after test; each gets its own settings, folders and counters.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from onboarding import create_app
from onboarding.config import Environment, Keys, Settings
from onboarding.extensions import db, limiter
from onboarding.queries.next_things import forget_next_things
from tests.support.client import Visitor
from tests.support.postgres import Cluster, start_cluster
from tests.support.worlds import AS_MADE

TODAY = date(2026, 3, 2)
KEYS = Keys("test-secret-key", [Fernet.generate_key().decode()], "test-index-key")
CLUSTER = "TEST_CLUSTER"
TEMPLATE = "onboarding_template"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="which real database"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") == "postgresql" and not hasattr(config, "workerinput"):
        config.cluster = start_cluster()  # type: ignore[attr-defined]
        os.environ[CLUSTER] = str(config.cluster.directory)  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "cluster"):
        config.cluster.stop()


# What takes longest is begun first, so that at the end no worker waits for another.
LONGEST = (
    "tests/cli/test_demo.py",
    "tests/browser/",
    "tests/jobs/test_processes.py",
    "tests/journeys/",
    "tests/bench/",
)


def _place(item: pytest.Item) -> int:
    return next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL runs what rests on a database: all of the services, queries and jobs, of each page of the desk its
    first case; the public pages ask the same queries."""
    items.sort(key=_place)
    if config.getoption("--database") != "postgresql":
        return
    seen: set[str] = set()
    without = []
    for item in items:
        name = item.nodeid.partition("[")[0]
        staff = name.startswith("tests/web/staff/")
        again = name.startswith("tests/web/") and (name in seen or not staff)
        seen.add(name)
        if again or "databases" not in getattr(item, "fixturenames", ()) or item.get_closest_marker("once"):
            without.append(item)
    config.hook.pytest_deselected(items=without)
    left_out = set(without)
    items[:] = [item for item in items if item not in left_out]


def make_settings(folder: Path, database_url: str, **values: object) -> Settings:
    chosen = {
        "environment": Environment.TEST,
        "today": TODAY,
        "instance": folder,
        "database_url": database_url,
        "nppes_url": "",  # no test asks a stranger: those about NPPES name a server of their own
    }
    return Settings(**{**chosen, **values})  # type: ignore[arg-type]


def _migrate(folder: Path, database_url: str) -> None:
    app = create_app(make_settings(folder, database_url), KEYS)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


class Databases:
    """Makes fresh databases: copies of one that the migrations made, one after the other at one address."""

    def __init__(self, kind: str, folder: Path, worker: str):
        self.kind, self.folder, self.name = kind, folder, f"test_{worker}"
        if kind == "sqlite":
            _migrate(folder, f"sqlite:///{folder / 'template.db'}")
        else:
            self.cluster = Cluster(Path(os.environ[CLUSTER]))
            self.template = f"{TEMPLATE}_{worker}"
            self.cluster.create_database(self.template)
            _migrate(folder, self.cluster.url(self.template))
            self.sign = self.cluster.sign_of(self.template)

    def make(self) -> str:
        """A fresh database in the place of the last one, or the last one emptied where nobody touched its tables; its
        URL."""
        if self.kind == "postgresql" and self._emptied():
            return self.cluster.url(self.name)
        self.drop()
        if self.kind == "sqlite":
            shutil.copy(self.folder / "template.db", self.folder / "onboarding.db")
            return f"sqlite:///{self.folder / 'onboarding.db'}"
        self.cluster.create_database(self.name, template=self.template)
        return self.cluster.url(self.name)

    def _emptied(self) -> bool:
        try:
            if self.cluster.sign_of(self.name) != self.sign:
                return False
            self.cluster.empty(self.name)
        except psycopg.Error:
            return False
        return True

    def drop(self) -> None:
        """Remove the database, whoever still has it open."""
        if self.kind == "postgresql":
            self.cluster.drop_database(self.name)
        else:
            for left in self.folder.glob("onboarding.db*"):
                left.unlink()


_DISK = {"waits": False}


@pytest.fixture
def waits_for_the_disk() -> Iterator[None]:
    """SQLite opened as the program opens it."""
    _DISK["waits"] = True
    yield
    _DISK["waits"] = False


@event.listens_for(Engine, "connect")
def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    """What the tests write is thrown away, on SQLite as on PostgreSQL."""
    if isinstance(connection, sqlite3.Connection) and not _DISK["waits"]:
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def databases(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Databases:
    return Databases(pytestconfig.getoption("--database"), tmp_path_factory.mktemp("template"), worker_id)


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Settings:
    return make_settings(tmp_path, databases.make())


class OneApp:
    """The app of a worker of the tests, made once."""

    def __init__(self, settings: Settings):
        self.app = create_app(settings, KEYS)
        self.app.test_client_class = Visitor
        self._config = dict(self.app.config)

    def with_settings(self, settings: Settings) -> Flask:
        """The app as it was made, with the settings of one test."""
        self.app.config.clear()
        self.app.config.update(self._config)
        self.app.extensions["settings"] = settings
        limiter.reset()
        forget_next_things()
        return self.app


@pytest.fixture(scope="session")
def one_app() -> dict[str, OneApp]:
    return {}


@pytest.fixture
def app(settings: Settings, one_app: dict[str, OneApp], request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app with a fresh database, in an application context. Set app.config["TODAY"] to move the date."""
    if not one_app:
        one_app["made"] = OneApp(settings)
    made = one_app["made"].with_settings(settings)
    made.extensions[AS_MADE] = "monkeypatch" not in request.fixturenames
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
