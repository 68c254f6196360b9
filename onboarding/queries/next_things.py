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
    Afterwards,
    CurrentList,
    files_at_a_glance,
    find_afterwards,
    find_current_list,
)

MOST_KEPT = 20_000
# Where every change of what comes next raises the version of the file, or stands in the key. That of a renewal rests on its
# earlier application and its participation too, but for what is verified anew.
_KEPT = {
    (Status.GATHERING, ApplicationKind.INITIAL),
    (Status.VERIFYING, ApplicationKind.INITIAL),
    (Status.VERIFYING, ApplicationKind.RECREDENTIALING),
    (Status.READY, ApplicationKind.INITIAL),
    (Status.IN_COMMITTEE, ApplicationKind.INITIAL),
}

Said = tuple[NextThing | None]
Alike = tuple[Status, ApplicationKind] | tuple[int, int]
Key = tuple[Alike, date, CurrentList, Afterwards | None]
# Kept in the process, by everything that it rests on: the file and its version, or where no evidence is needed its status
# and kind; the day; the exclusion list in force; what came after the decision.
_kept: dict[Key, Said] = {}
_keeping = Lock()


def find_next_things(rows: Sequence[Row[Any]]) -> dict[int, NextThing]:
    """What is next on each of these rows of the queue, by application id."""
    current = find_current_list() if any(row.status in LISTED for row in rows) else None
    afterwards, day = find_afterwards(rows), today()
    keys: dict[int, Key] = {
        row.id: (_alike(row), day, current if row.status in LISTED else None, afterwards.get(row.id))
        for row in rows
    }
    said: dict[Key, Said] = {key: kept for key in keys.values() if (kept := _kept.get(key))}
    # Of those that say the same, one is asked.
    left = {keys[row.id]: row for row in rows if keys[row.id] not in said}
    if left:
        for row, file in files_at_a_glance(list(left.values()), current, afterwards):
            said[keys[row.id]] = (next_thing(file),)
            if _keeps(row, file):
                _keep(keys[row.id], said[keys[row.id]])
    return {number: thing for number, key in keys.items() if (thing := said[key][0]) is not None}


def forget_next_things() -> None:
    """Forget what was kept: for another database in the same process."""
    with _keeping:
        _kept.clear()


def _alike(row: Row[Any]) -> Alike:
    """What a row shares with all that say the same: its status and kind, or nothing but its own number and version."""
    if row.status in NEEDS or row.status in DECIDED:
        return row.id, row.version
    return row.status, row.kind


def _keeps(row: Row[Any], file: CredentialingFile) -> bool:
    """Does what is said hold until the file's version rises? Not while the scanner holds a document: its answer raises
    none."""
    kept = (row.status, row.kind) in _KEPT or row.status not in NEEDS
    return kept and not any(document.held for document in file.documents)


def _keep(key: Key, said: Said) -> None:
    with _keeping:
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = said
