"""The head of the history, written outside the database once a day: it tells a history that was cut off or rewritten."""

import csv
import fcntl
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.queries.audit import Head, find_head

FILE = "heads.csv"


def write_head(settings: Settings) -> dict[str, int]:
    """Append today's head to the file of heads, once a day, and only return when it survives a power cut."""
    assert settings.audit_heads is not None
    seal = find_head()
    if seal is None:
        return {"heads": 0}
    return {"heads": int(_append(settings.audit_heads, Head(today(), seal.id, seal.event_id, seal.hash)))}


def read_heads(folder: Path) -> Iterator[Head]:
    """Every head kept in this folder, oldest first; none where there is no file yet. A last line without its end was cut
    off by a power cut: no head. Raises ValueError for a line that was not written by us."""
    path = folder / FILE
    if not path.exists():
        return
    with path.open(newline="") as file:
        whole = (line for line in file if line.endswith("\n"))
        for number, line in enumerate(csv.reader(whole), 1):
            try:
                on, place, event_id, seal = line
                yield Head(date.fromisoformat(on), int(place), int(event_id), seal)
            except ValueError:
                raise ValueError(f"Line {number} of {path} is not a head of the history.") from None


def _append(folder: Path, head: Head) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(handle, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        whole = path.read_bytes().rpartition(b"\n")
        file.truncate(len(whole[0] + whole[1]))
        if any(kept.on == head.on for kept in read_heads(folder)):
            return False
        file.write(f"{head.on.isoformat()},{head.place},{head.event_id},{head.hash}\n")
        file.flush()
        os.fsync(file.fileno())
    if new:
        within = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(within)
        finally:
            os.close(within)
    return True
