"""What is next on the files of one page of the queue. What was said of a file holds until its version rises."""

from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import Any

from sqlalchemy import Row

from onboarding.clock import today
from onboarding.policy.file import CredentialingFile
from onboarding.policy.queue import NextThing, next_thing
from onboarding.policy.vocabulary import ApplicationKind, Status
from onboarding.queries.glance import (
    DECIDED,
    LISTED,
    NEEDS,
    CurrentList,
    files_at_a_glance,
    find_current_list,
)

MOST_KEPT = 20_000
# Where every change of what comes next raises the version of the file. That of a renewal rests on its earlier application
# and its participation too, but for what is verified anew.
_KEPT = {
    (Status.GATHERING, ApplicationKind.INITIAL),
    (Status.VERIFYING, ApplicationKind.INITIAL),
    (Status.VERIFYING, ApplicationKind.RECREDENTIALING),
    (Status.READY, ApplicationKind.INITIAL),
    (Status.IN_COMMITTEE, ApplicationKind.INITIAL),
}

Said = tuple[NextThing | None]
Key = tuple[int, int, date, CurrentList]
# Kept in the process, by everything that it rests on: file, version, day, exclusion list in force.
_kept: dict[Key, Said] = {}
_keeping = Lock()


def find_next_things(rows: Sequence[Row[Any]]) -> dict[int, NextThing]:
    """What is next on each of these rows of the queue, by application id."""
    current = find_current_list() if any(row.status in LISTED for row in rows) else None
    keys = {row.id: _key(row, today(), current) for row in rows}
    said: dict[int, Said] = {number: kept for number, key in keys.items() if (kept := _kept.get(key))}
    left = [row for row in rows if row.id not in said]
    said |= _say(left, keys, current) if left else {}
    return {number: thing for number, (thing,) in said.items() if thing is not None}


def forget_next_things() -> None:
    """Forget what was kept: for another database in the same process."""
    with _keeping:
        _kept.clear()


def _key(row: Row[Any], day: date, current: CurrentList) -> Key:
    return row.id, row.version, day, current if row.status in LISTED else None


def _say(rows: Sequence[Row[Any]], keys: dict[int, Key], current: CurrentList) -> dict[int, Said]:
    # Where no evidence is needed, every file of the status and kind says the same: one of them is asked.
    first = {_alike(row): row.id for row in reversed(rows)}
    asked = [row for row in rows if first[_alike(row)] == row.id]
    found: dict[Any, Said] = {}
    for row, file in files_at_a_glance(asked, current):
        found[_alike(row)] = said = (next_thing(file),)
        if _keeps(row, file):
            _keep(keys[row.id], said)
    return {row.id: found[_alike(row)] for row in rows}


def _alike(row: Row[Any]) -> tuple[Status, ApplicationKind] | int:
    """What a row shares with all that say the same: its status and kind, or nothing but its own number."""
    if row.status in NEEDS or row.status in DECIDED:
        return int(row.id)
    return row.status, row.kind


def _keeps(row: Row[Any], file: CredentialingFile) -> bool:
    """Does what is said hold until the file's version rises? Not while the scanner holds a document: its answer raises
    none."""
    return (row.status, row.kind) in _KEPT and not any(document.held for document in file.documents)


def _keep(key: Key, said: Said) -> None:
    with _keeping:
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = said
