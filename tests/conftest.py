"""Fixtures: a fresh migrated database for each test, on SQLite or PostgreSQL (`--database`), and the app around it."""

import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import flask_migrate
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from onboarding import create_app
from onboarding.config import Environment, Keys, Settings
from onboarding.extensions import db
from tests.support.client import Visitor
from tests.support.postgres import Cluster, start_cluster

TODAY = date(2026, 3, 2)
KEYS = Keys("test-secret-key", [Fernet.generate_key().decode()], "test-index-key")
CLUSTER = "ONBOARDING_TEST_CLUSTER"
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
    """Makes fresh databases: copies of one that the migrations made."""

    def __init__(self, kind: str, folder: Path, worker: str):
        self.kind, self.folder = kind, folder
        if kind == "sqlite":
            _migrate(folder, f"sqlite:///{folder / 'template.db'}")
        else:
            self.cluster = Cluster(Path(os.environ[CLUSTER]))
            self.template = f"{TEMPLATE}_{worker}"
            self.cluster.create_database(self.template)
            _migrate(folder, self.cluster.url(self.template))

    def make(self, folder: Path) -> str:
        if self.kind == "sqlite":
            shutil.copy(self.folder / "template.db", folder / "onboarding.db")
            return f"sqlite:///{folder / 'onboarding.db'}"
        self.name = f"test_{secrets.token_hex(6)}"
        self.cluster.create_database(self.name, template=self.template)
        return self.cluster.url(self.name)

    def drop(self) -> None:
        if self.kind == "postgresql":
            self.cluster.drop_database(self.name)


@pytest.fixture(scope="session")
def databases(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Databases:
    return Databases(pytestconfig.getoption("--database"), tmp_path_factory.mktemp("template"), worker_id)


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Iterator[Settings]:
    yield make_settings(tmp_path, databases.make(tmp_path))
    databases.drop()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The app with its own fresh database, in an application context. Set app.config["TODAY"] to move the date."""
    made = create_app(settings, KEYS)
    made.test_client_class = Visitor
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
