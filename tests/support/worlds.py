"""A case made once is put back the next time, with all that led there, instead of being made again by the same steps.

Only where nothing can differ: in an untouched database, on the same day, with the same settings, in a test that
replaces no part of the program. A world belongs to one worker of the tests, whose keys sealed it.
"""

import re
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from flask import current_app
from psycopg import sql

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import db
from onboarding.queries.next_things import forget_next_things

AS_MADE = "as_made"  # in app.extensions: whether this test runs the program as it is


class _Rows(Protocol):
    """All rows of a database."""

    def put_into(self, url: str) -> None: ...


@dataclass(frozen=True)
class _World:
    application_id: int
    rows: _Rows
    files: Path | None


_kept: dict[str, _World] = {}


def put_back(what: str) -> int | None:
    """The ID of the application asked for, in a database that now holds it; None where it must be made."""
    world = _kept.get(_key(what)) if is_untouched() else None
    if world is None:
        return None
    db.session.remove()
    world.rows.put_into(_url())
    if world.files:
        shutil.copytree(world.files, _settings().storage, dirs_exist_ok=True)
    forget_next_things()
    return world.application_id


def keep(what: str, application_id: int) -> None:
    """Remember the database as it is now; only of one that was untouched before."""
    db.session.remove()
    storage, files = Path(_settings().storage), None
    if storage.exists():
        files = shutil.copytree(storage, Path(tempfile.mkdtemp(prefix="onboarding-world-")) / "files")
    rows = _of_sqlite(_url()) if _url().startswith("sqlite") else _of_postgresql(_url())
    _kept[_key(what)] = _World(application_id, rows, files)


def is_untouched() -> bool:
    """Is this a test that runs the program as it is, on a database and a storage in which nothing lies yet?"""
    storage = Path(_settings().storage)
    if not current_app.extensions.get(AS_MADE) or (storage.exists() and any(storage.iterdir())):
        return False
    db.session.rollback()
    tables = [table.name for table in db.metadata.sorted_tables]
    empty = " AND ".join(f'NOT EXISTS (SELECT 1 FROM "{name}")' for name in tables)
    answer = bool(db.session.connection().exec_driver_sql(f"SELECT {empty}").scalar())
    db.session.rollback()
    return answer


def _key(what: str) -> str:
    settings = repr(sorted(_settings().model_dump(exclude={"database_url"}).items()))
    return f"{what} {today()} {settings.replace(str(_settings().instance), '')}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _url() -> str:
    return _settings().database_url


@dataclass(frozen=True)
class _SqliteRows:
    path: Path

    def put_into(self, url: str) -> None:
        _copy_sqlite(self.path, Path(url.removeprefix("sqlite:///")))


def _of_sqlite(url: str) -> _SqliteRows:
    path = Path(tempfile.mkdtemp(prefix="onboarding-world-")) / "world.db"
    _copy_sqlite(Path(url.removeprefix("sqlite:///")), path)
    return _SqliteRows(path)


def _copy_sqlite(source: Path, target: Path) -> None:
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    try:
        writer.execute("PRAGMA synchronous=OFF")
        reader.backup(writer)
    finally:
        reader.close()
        writer.close()


@dataclass(frozen=True)
class _PostgresqlRows:
    tables: dict[str, bytes]
    numbers: dict[str, int]

    def put_into(self, url: str) -> None:
        with _connect(url) as connection:
            connection.execute("SET session_replication_role = replica")  # the triggers have done their work
            for name, rows in self.tables.items():
                command = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(name))
                with connection.cursor().copy(command) as copy:
                    copy.write(rows)
            for name, last in self.numbers.items():
                connection.execute("SELECT setval(%s, %s)", [name, last])


def _of_postgresql(url: str) -> _PostgresqlRows:
    tables = {}
    with _connect(url) as connection:
        for table in db.metadata.sorted_tables:
            name = sql.Identifier(table.name)
            if connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(name)).fetchone():
                with connection.cursor().copy(
                    sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(name)
                ) as copy:
                    tables[table.name] = b"".join(bytes(part) for part in copy)
        numbers = dict(
            connection.execute(
                "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"
            ).fetchall()
        )
    return _PostgresqlRows(tables, numbers)


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(re.sub(r"^postgresql\+psycopg", "postgresql", url))
