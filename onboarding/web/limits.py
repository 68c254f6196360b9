"""Counters of the rate limits in one small SQLite file, shared by all workers of a machine.

They may be lost at any time without harm, so they are kept without syncing to disk. Several machines share a Redis
instead: set ONBOARDING_RATE_LIMIT_STORE.
"""

import sqlite3
import threading
from functools import cache
from itertools import count
from math import ceil
from pathlib import Path
from urllib.parse import urlparse

from flask import current_app
from limits import RateLimitItemPerMinute
from limits.storage import Storage
from werkzeug.exceptions import TooManyRequests

from onboarding.clock import seconds
from onboarding.extensions import limiter
from onboarding.web.log import log

FREE_MISSES = 5
LONGEST_WAIT = 60  # seconds
SWEEP = 500  # one count in so many removes what has expired

_UPSERT = """
INSERT INTO counter (key, count, expires) VALUES (?1, ?2, ?3)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN expires <= ?4 THEN excluded.count ELSE count + excluded.count END,
    expires = CASE WHEN expires <= ?4 THEN excluded.expires ELSE expires END
RETURNING count
"""


def count_try(what: str, key: str, most: int) -> None:
    """Count one try of this by this address or account, or one miss, in the window of the settings.

    The same as a limit of Flask-Limiter, at a third of its cost, and safe to use inside a view. Raises
    TooManyRequests for every try beyond `most`.
    """
    window = _window(most, current_app.extensions["settings"].window_minutes)
    if not limiter.limiter.hit(window, what, key):
        raise TooManyRequests


def refuse_after_misses(what: str, key: str, most: int) -> None:
    """Raise TooManyRequests where this address has had its wrong tries of this window: before anything is looked up.

    What is right costs nothing, so that a practice behind one address keeps nobody out by using its own; it gives
    nothing back either, so that whoever tries gains nothing by a right one in between.
    """
    window = _window(most, current_app.extensions["settings"].window_minutes)
    if not limiter.limiter.test(window, what, key):
        raise TooManyRequests


def may_ask(what: str, key: str, question: str, most: int) -> bool:
    """May this address or account still ask about something? So many questions a window; one that was answered in it may
    be asked again."""
    minutes = current_app.extensions["settings"].window_minutes
    answered = f"{what} answered/{key}/{question}"
    if limiter.storage.get(answered):
        return True
    if not limiter.limiter.hit(_window(most, minutes), what, key):
        return False
    limiter.storage.incr(answered, minutes * 60)
    return True


def seconds_to_wait(what: str, key: str) -> int:
    """How long this account has to wait before it is tried again; 0 when it has not."""
    store, name = limiter.storage, _waiting(what, key)
    return max(1, ceil(store.get_expiry(name) - seconds())) if store.get(name) else 0


def count_miss(what: str, key: str) -> None:
    """Count a wrong try. Beyond the free ones each lets the next wait twice as long, up to the longest wait."""
    minutes = current_app.extensions["settings"].window_minutes
    missed = limiter.storage.incr(_missed(what, key), minutes * 60)
    if missed >= FREE_MISSES:
        limiter.storage.incr(_waiting(what, key), min(LONGEST_WAIT, 2 ** (missed - FREE_MISSES + 1)))


def forget_misses(what: str, key: str) -> None:
    """A right try ends the count."""
    limiter.storage.clear(_missed(what, key))


def _missed(what: str, key: str) -> str:
    return f"{what} missed/{key}"


def _waiting(what: str, key: str) -> str:
    return f"{what} waits/{key}"


@cache
def _window(most: int, minutes: int) -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(most, minutes)


class CounterFile(Storage):
    """Fixed-window counters for Flask-Limiter; the scheme is counterfile:///absolute/path."""

    STORAGE_SCHEME = ["counterfile"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool):
        super().__init__(uri, wrap_exceptions)
        self._path = Path(urlparse(uri).path)
        self._local = threading.local()
        self._turns = count()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            found = sqlite3.connect(self._path, timeout=5, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=OFF")
            found.execute(
                "CREATE TABLE IF NOT EXISTS counter (key TEXT PRIMARY KEY, count INTEGER, expires REAL)"
            )
            self._local.connection = found
        return found

    def _ask(self, statement: str, *values: str | float) -> tuple[float, ...] | None:
        """The row, or None. A file that fails is logged and counts nothing: better than keeping everybody out."""
        try:
            row: tuple[float, ...] | None = self._connection().execute(statement, values).fetchone()
        except sqlite3.Error:
            log.exception("limits are not counted")
            return None
        return row

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; every now and then what has expired is removed, whoever keeps a connection open."""
        moment = seconds()
        if next(self._turns) % SWEEP == 0:
            self._ask("DELETE FROM counter WHERE expires <= ?", moment)
        row = self._ask(_UPSERT, key, amount, moment + expiry, moment)
        return int(row[0]) if row else 0

    def get(self, key: str) -> int:
        row = self._ask("SELECT count FROM counter WHERE key = ? AND expires > ?", key, seconds())
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._ask("SELECT expires FROM counter WHERE key = ?", key)
        return float(row[0]) if row else seconds()

    def check(self) -> bool:
        return self._connection().execute("SELECT 1").fetchone() is not None

    def reset(self) -> int | None:
        return self._connection().execute("DELETE FROM counter").rowcount

    def clear(self, key: str) -> None:
        self._ask("DELETE FROM counter WHERE key = ?", key)
