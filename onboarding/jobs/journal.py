"""The journal of the sender, kept outside the database: a line before and after each hand-over, and the epoch.

With it a database that was restored from a backup is told from one that knows all that left: then nothing leaves until
a person has compared the two.
"""

import csv
import fcntl
import io
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import structlog

from onboarding.clock import now
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.models import OutboxMessage
from onboarding.policy.vocabulary import Channel
from onboarding.queries.sender import JournalLine, Step, find_sender, letter_key, list_unknown
from onboarding.services.sender import begin_sender, pause_sender

FILE, EPOCH, LOCK = "hand-overs.csv", "epoch", "lock"
TAIL = 65_536  # bytes looked at before each run
_FIELDS = 8

log = structlog.get_logger("onboarding.jobs")


@dataclass(frozen=True)
class Entry:
    """One hand-over that is about to begin, as the journal names it."""

    channel: Channel
    message_id: int
    fence: int
    name: str
    letter_key: str


@dataclass(frozen=True)
class Journal:
    """The journal of one run of the sender, in the epoch it runs in."""

    folder: Path
    epoch: str

    def note(self, entry: Entry, step: Step) -> None:
        """Append one line; when this returns it survives a power cut. Raises OSError."""
        _append(self.folder, JournalLine(now().isoformat(), self.epoch, step, *astuple(entry)))


def entry_of(message: OutboxMessage) -> Entry:
    """What the journal calls this hand-over."""
    name = message.message_id if message.channel is Channel.MAIL else message.recipient
    return Entry(message.channel, message.id, message.fence, name, letter_key(message.letter))


def open_journal(settings: Settings) -> Journal | None:
    """The journal to write to; None while the sender is paused. A database and a journal that do not belong together, or
    of which the journal is ahead, pause it here."""
    folder = settings.sender_journal
    assert folder is not None
    db.session.rollback()  # as things stand now
    sender, epoch = find_sender(), read_epoch(folder)
    if sender is None:
        epoch = _begin(folder)
        sender = find_sender()
    assert sender is not None
    if sender.paused_at is not None:
        db.session.rollback()
        return None
    because = _why_paused(folder, sender.epoch, epoch)
    db.session.rollback()
    if because:
        log.error("the sender is paused", because=because)
        with committed():
            pause_sender(because)
        return None
    return Journal(folder, epoch)


def _begin(folder: Path) -> str:
    """The first run on this database: the epoch is that of the journal, or a new one begins with it."""
    with _locked(folder):
        epoch = read_epoch(folder)
        if not epoch:
            epoch = new_epoch()
            write_epoch(folder, epoch)
        with committed():
            begin_sender(epoch)
    return epoch


def _why_paused(folder: Path, known: str, epoch: str) -> str:
    if epoch != known:
        return f"The journal of this database is not in {folder}."
    if any(find_unknown(line for line in _read_tail(folder) if line.epoch == epoch)):
        return "The journal tells of letters that left and that this database does not know: it was restored from a backup."
    return ""


def find_unknown(lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
    """Of these lines what this database does not know. The lines are read first and the database then, as it is after
    them: a line is written when what it is about has been committed."""
    read = list(lines)
    db.session.rollback()
    return list_unknown(read)


def new_epoch() -> str:
    """A short random word, part of every name from now on."""
    return secrets.token_hex(4)


def read_epoch(folder: Path) -> str:
    """The epoch that the journal is in; empty where there is none yet."""
    path = folder / EPOCH
    return path.read_text().strip() if path.exists() else ""


def write_epoch(folder: Path, epoch: str) -> None:
    """Begin an epoch: whole or not at all, safe on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".epoch")
    with os.fdopen(handle, "w") as file:
        file.write(f"{epoch}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(folder / EPOCH)
    _sync(folder)


def read_lines(folder: Path) -> Iterator[JournalLine]:
    """Every line of the journal, the oldest first. One that a power cut left unfinished at the end is passed over: nothing
    had gone on behind it. Raises ValueError for any other line that was not written by us."""
    path = folder / FILE
    if not path.exists():
        return
    with path.open(newline="") as file:
        yield from _parse(file, str(path))


def _read_tail(folder: Path) -> list[JournalLine]:
    path = folder / FILE
    if not path.exists():
        return []
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        if size > TAIL:
            file.readline()  # begun before
        return list(_parse(io.StringIO(file.read().decode()), str(path)))


def _parse(file: Iterator[str], name: str) -> Iterator[JournalLine]:
    for text in file:
        if not text.endswith("\n"):
            return
        try:
            at, epoch, step, channel, message_id, fence, called, key = next(csv.reader([text]))
            yield JournalLine(
                at, epoch, Step(step), Channel(channel), int(message_id), int(fence), called, key
            )
        except ValueError:
            raise ValueError(f"{name} has a line that is none of ours: {text.strip()[:80]}") from None


def _append(folder: Path, line: JournalLine) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    new = not path.exists()
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(astuple(line))
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file.fileno()).st_size
        unfinished = size and os.pread(file.fileno(), 1, size - 1) != b"\n"
        if unfinished:  # the writer before was stopped within a line, and nothing had gone on behind it
            _cut(file.fileno(), size)
        file.write(written.getvalue().encode())
        os.fsync(file.fileno())
    if new:
        _sync(folder)


def _cut(handle: int, size: int) -> None:
    """Cut the unfinished line at the end."""
    tail = os.pread(handle, min(size, TAIL), max(0, size - TAIL))
    os.ftruncate(handle, size - len(tail) + tail.rfind(b"\n") + 1)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
