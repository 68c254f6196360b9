"""The seal of one audit event: a keyed hash over the event, its place, and the seal before it.

Whoever changes, removes, inserts or moves an event without the key breaks the chain at that place. FORM rises when the
columns or their way of being written change, so that older seals are still checked as they were made.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

FORM = 1
# What the first seal follows.
FIRST = "0" * 64
COLUMNS: tuple[str, ...] = (
    "id", "at", "on", "application_id", "actor_id", "actor", "role", "action", "what", "why", "details",
)  # fmt: skip

_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(place: int, previous: str, event: Mapping[str, Any]) -> bytes:
    """The event as it is sealed: every column by name order of COLUMNS, the same on every database."""
    return _written([FORM, place, previous, *(_plain(event[name]) for name in COLUMNS)]).encode()


def seal(key: bytes, place: int, previous: str, event: Mapping[str, Any]) -> str:
    """HMAC-SHA256 of the event in its place, in hexadecimal."""
    return hmac.digest(key, canonical(place, previous, event), "sha256").hex()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
        return aware.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
