"""The shared parts of the program, and committed(): the one door through which anything is written.

Outside committed() the database refuses writes (SQLite query_only, PostgreSQL read-only transactions), so a GET
cannot change anything even by mistake.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, current_app
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_security import Security, hash_password
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Column, Engine, MetaData, Table, Text, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from onboarding.config import Keys
from onboarding.errors import Conflict

__all__ = [
    "Base",
    "Sealed",
    "SealedJSON",
    "Vault",
    "bootstrap",
    "committed",
    "csrf",
    "db",
    "hash_password",
    "vault",
]

WRITING = "onboarding_writing"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model; ours, so that the extension around it can be taken out."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
security = Security()
migrate = Migrate()
bootstrap = Bootstrap5()


def visitor_address() -> str:
    """Where this request comes from, as limits count it: one household's or one machine's whole /64 of IPv6 is one."""
    address = get_remote_address()
    return str(ip_network((address, 64), strict=False)) if ":" in address else address


limiter = Limiter(key_func=visitor_address, headers_enabled=False)


@contextmanager
def committed() -> Iterator[Session]:
    """The one transaction door: writes inside are kept together, or none of them is.

    On SQLite the transaction begins IMMEDIATE, so that a reader never has to become a writer. Objects loaded before
    are refreshed inside. Raises Conflict when somebody else changed the same application in the meantime.
    """
    begin_writing()
    try:
        yield db.session()
        db.session.commit()
    except StaleDataError as stale:
        db.session.rollback()
        raise Conflict(
            "Somebody else changed this application while you worked on it. Nothing of yours was saved over it: "
            "look at the page again."
        ) from stale
    except BaseException:
        db.session.rollback()
        raise


def begin_writing() -> None:
    """End the reading transaction and begin a writing one; for committed() and for the sign-in pages' own engine."""
    db.session.rollback()
    db.session.connection(execution_options={WRITING: True, "postgresql_readonly": False})


def is_writing() -> bool:
    """Is the session inside committed()? PostgreSQL locks a row nowhere else; SQLite would not notice."""
    return bool(db.session.connection().get_execution_options().get(WRITING))


def engine_options(database_url: str) -> dict[str, Any]:
    """How each database is opened: readers are read-only until committed() says otherwise; errors quote no values."""
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}, "hide_parameters": True}
    return {
        "execution_options": {"postgresql_readonly": True},
        "pool_pre_ping": True,
        "hide_parameters": True,
    }


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: object) -> None:
    if connection.__class__.__module__.startswith("sqlite3"):
        connection.isolation_level = None  # we send BEGIN ourselves
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-16000",
            "recursive_triggers=ON",  # a replaced row is a deleted row, also for the triggers that refuse it
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    writing = connection.get_execution_options().get(WRITING)
    driver: Any = (
        connection.connection.driver_connection
    )  # at a tenth of the time of going through SQLAlchemy
    driver.execute("PRAGMA query_only=OFF" if writing else "PRAGMA query_only=ON")
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


class Vault:
    """Encrypts fields (several keys, newest first) and makes the keyed hashes that find them again."""

    def __init__(self, keys: Keys):
        self._fernet = MultiFernet([Fernet(key.encode()) for key in keys.field_keys])
        self._index_key = keys.index_key.encode()
        self.audit_key = keys.audit_key.encode()

    def seal(self, text: str, place: str) -> str:
        """The text, encrypted for one place: the table and column it is kept in."""
        return self._fernet.encrypt(f"{place}\n{text}".encode()).decode()

    def unseal(self, sealed: str, place: str) -> str:
        """The text again; raises InvalidToken when no key fits, the bytes were changed, or it was sealed for another
        place and copied here."""
        kept_for, _, text = self._fernet.decrypt(sealed.encode()).decode().partition("\n")
        if kept_for != place:
            raise InvalidToken
        return text

    def digest(self, text: str) -> str:
        """The keyed hash by which an encrypted number is found without being read."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()


def init_vault(app: Flask, keys: Keys) -> None:
    """Give the app its vault."""
    app.extensions["vault"] = Vault(keys)


def vault() -> Vault:
    """The vault of the running app."""
    found: Vault = current_app.extensions["vault"]
    return found


class Sealed(TypeDecorator[Any]):
    """A text column encrypted at rest, for its place: it cannot be read in another table or column."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str = ""):
        super().__init__()
        self.place = place  # known once the column has its table

    def process_bind_param(self, value: Any, dialect: object) -> str | None:
        return None if value is None else vault().seal(value, self.place)

    def process_result_value(self, value: str | None, dialect: object) -> Any:
        return None if value is None else vault().unseal(value, self.place)


class SealedJSON(Sealed):
    """A dictionary encrypted at rest. Assign a new dictionary to change it."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: object) -> str | None:
        return None if value is None else super().process_bind_param(json.dumps(value), dialect)

    def process_result_value(self, value: str | None, dialect: object) -> Any:
        return None if value is None else json.loads(super().process_result_value(value, dialect))


@event.listens_for(Column, "after_parent_attach")
def _tell_the_place(column: Column[Any], table: object) -> None:
    if isinstance(column.type, Sealed) and isinstance(table, Table):
        column.type.place = f"{table.name}.{column.name}"
