"""Overhearing the statements a piece of the program sends, and sending them again through the bare driver."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from onboarding.extensions import db

Statement = tuple[str, Any]


@contextmanager
def overheard() -> Iterator[list[Statement]]:
    """Yields a list that fills with every statement and its parameters as the driver gets them."""
    heard: list[Statement] = []

    def listen(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        heard.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def only(heard: list[Statement], *verbs: str) -> list[Statement]:
    """Those that begin with one of these words: what is left are pragmas and the bounds of transactions."""
    return [found for found in heard if found[0].lstrip("( \n").upper().startswith(verbs)]


def bare_driver() -> tuple[Any, Callable[[], None]]:
    """A connection of the bare driver, and the way to close it."""
    connection = db.engine.raw_connection()
    return connection.driver_connection, connection.close
