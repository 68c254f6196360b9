"""k. Killing the sender: none lost, none twice, every one in doubt listed, by a server that keeps some mails and then fails."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from pathlib import Path
from typing import Any

import flask_migrate
from aiosmtpd.controller import Controller
from rich.console import Console
from sqlalchemy import func, insert, select

from bench.place import Place, app_at
from bench.result import NotMeasured, Result
from onboarding.config import ROOT, Environment, Settings
from onboarding.extensions import committed, db
from onboarding.jobs.journal import read_lines
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Channel, LetterKind, LetterState, MessageState, ProviderType, Role
from onboarding.queries.review import count_letters_to_settle, list_letters_to_settle
from onboarding.queries.sender import list_unknown
from onboarding.services.apply import save_answers, start_draft
from onboarding.services.letters import render_again, write_letter
from onboarding.services.outbox import settle_by_person

FAILS = 0.05  # of the mails the server keeps, it then fails this share
SENDERS = 2
VERBOSE = bool(os.environ.get("BENCH_VERBOSE"))  # what the senders say
PATIENCE = 300.0  # seconds without a letter leaving, after which something is wrong
_CHECKER = Actor(None, "Bench", frozenset({Role.COORDINATOR}))


@dataclass(frozen=True)
class Outcome:
    """What became of the letters: how many mails were killed into doubt, and whatever should be none."""

    letters: int
    mails: int
    prints: int
    kills: int
    in_doubt: int
    lost: int
    twice: int
    not_listed: int
    seconds: float

    @property
    def amiss(self) -> int:
        return self.lost + self.twice + self.not_listed


class Unreliable:
    """A real mail server that keeps each mail, and then fails now and then: an error after it was kept, or the line cut."""

    def __init__(self, seed: int):
        self.taken: Counter[str] = Counter()
        self._dice = random.Random(seed)

    async def handle_DATA(self, server: Any, _session: object, envelope: Any) -> str:
        self.taken[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        if self._dice.random() >= FAILS:
            return "250 kept"
        if self._dice.random() < 0.5:
            server.transport.close()
        return "451 kept, and not said so"


@contextmanager
def mail_server(seed: int) -> Iterator[tuple[Unreliable, int]]:
    """The server and the port it listens on."""
    handler = Unreliable(seed)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


class Senders:
    """Senders in processes of their own, of which one is killed now and then and another takes its place."""

    def __init__(self, environment: dict[str, str]):
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "bench.kill_worker"], cwd=ROOT, env=environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None if VERBOSE else subprocess.DEVNULL,
        )  # fmt: skip
        self._running: list[int] = []

    def start(self, count: int) -> None:
        if self._hear() != "ready":
            raise NotMeasured("The process that starts the senders did not start.")
        self._running = [self._fork() for _ in range(count)]

    def kill_one(self, dice: random.Random) -> None:
        """kill -9 one of them, wherever it is."""
        index = dice.randrange(len(self._running))
        os.kill(self._running[index], signal.SIGKILL)
        self._running[index] = self._fork()

    def end(self) -> None:
        for sender in self._running:
            os.kill(sender, signal.SIGKILL)
        self._forks.kill()
        self._forks.wait(timeout=30)

    def _fork(self) -> int:
        assert self._forks.stdin is not None
        self._forks.stdin.write("\n")
        self._forks.stdin.flush()
        return int(self._hear())

    def _hear(self) -> str:
        assert self._forks.stdout is not None
        return self._forks.stdout.readline().strip()


def queue_letters(count: int) -> int:
    """Have so many letters wait, of one application: two of three are mail alone, the third is printed too. Answers how
    many."""
    with committed():
        application = start_draft("behavioral_health", ProviderType.LCSW)
        save_answers(application, {"contact_email": "dana@thornquist.example", "contact_name": "Dana Okafor"})
    kinds = (LetterKind.CONFIRMATION, LetterKind.CONFIRMATION, LetterKind.APPEAL_RECEIVED)
    facts = {LetterKind.APPEAL_RECEIVED: {"asked_on": "2026-01-05", "until": "2026-03-06"}}
    with committed() as session:
        first = {kind: write_letter(application, kind, facts=facts.get(kind)) for kind in set(kinds)}
        session.flush()
        columns = [column.name for column in Letter.__table__.columns if column.name != "id"]
        rows = []
        for number in range(len(first), count):
            kind = kinds[number % len(kinds)]
            row = {name: getattr(first[kind], name) for name in columns}
            rows.append({**row, "number": 10 + number})
        session.execute(insert(Letter), rows)
        return session.scalar(select(func.count()).select_from(Letter)) or 0


def run(settings: Settings, environment: dict[str, str], letters: int, kills: int, seed: int) -> Outcome:
    """Send what waits on this database while senders are killed; inside an application context of the same database."""
    dice, began = random.Random(seed), time.perf_counter()
    with mail_server(seed) as (server, port):
        ours = {
            "ONBOARDING_MAIL": "smtp",
            "ONBOARDING_SMTP_PORT": str(port),
            "ONBOARDING_LETTERS_A_DAY": "1000000",
        }
        senders = Senders({**environment, **ours})
        try:
            count = queue_letters(letters)
            senders.start(SENDERS)
            for number in range(1, kills + 1):
                _wait_until(number * 2 * count // (kills + 1), server.taken)
                time.sleep(dice.random() * 0.05)
                senders.kill_one(dice)
            _wait_until_done(server.taken)
            in_doubt, not_listed = _in_doubt()
            while _in_doubt()[0]:  # what a person has sent again may be in doubt again
                _settle_by_the_log(server.taken)
                _wait_until_done(server.taken)
        finally:
            senders.end()
    lost = _count_lost(settings, server.taken)
    mails = set(
        db.session.scalars(select(OutboxMessage.message_id).where(OutboxMessage.channel == Channel.MAIL))
    )
    prints = db.session.scalar(select(func.count()).where(OutboxMessage.channel == Channel.PRINT)) or 0
    twice = sum(times > 1 for times in server.taken.values()) + len(set(server.taken) - mails)
    seconds = time.perf_counter() - began
    return Outcome(count, len(mails), prints, kills, in_doubt, lost, twice, not_listed, seconds)


def _count_waiting() -> int:
    db.session.rollback()
    messages = OutboxMessage.state.in_((MessageState.QUEUED, MessageState.SENDING))
    made = select(func.count()).select_from(Letter).where(Letter.state == LetterState.QUEUED)
    sent = select(func.count()).select_from(OutboxMessage).where(messages)
    return (db.session.scalar(made) or 0) + (db.session.scalar(sent) or 0)


def _progress(taken: Counter[str]) -> int:
    """Letters made, and mails taken."""
    db.session.rollback()
    made = select(func.count()).select_from(Letter).where(Letter.state != LetterState.QUEUED)
    return (db.session.scalar(made) or 0) + taken.total()


def _wait_until(progress: int, taken: Counter[str]) -> None:
    """Until so much is done, or nothing waits any more: a mail in doubt may never have been taken."""
    _wait(lambda: _progress(taken) >= progress or not _count_waiting(), taken)


def _wait_until_done(taken: Counter[str]) -> None:
    _wait(lambda: not _count_waiting(), taken)


def _wait(done: Callable[[], bool], taken: Counter[str]) -> None:
    last, since = -1, time.monotonic()
    while not done():
        time.sleep(0.05)
        waits = _progress(taken) - _count_waiting()
        if waits != last:
            last, since = waits, time.monotonic()
        if time.monotonic() - since > PATIENCE:
            raise NotMeasured("The senders stand still.")


def _in_doubt() -> tuple[int, int]:
    """How many wait for a person, and how many of them are on no list."""
    db.session.rollback()
    count = count_letters_to_settle()
    listed = {(row.id, row.channel) for row in list_letters_to_settle(count + 1)}
    states = OutboxMessage.state.in_((MessageState.IN_DOUBT, MessageState.FAILED))
    unsettled = select(OutboxMessage.letter_id, OutboxMessage.channel).where(states)
    doubtful = {(row.letter_id, row.channel) for row in db.session.execute(unsettled)}
    failed = {
        (number, None)
        for number in db.session.scalars(select(Letter.id).where(Letter.state == LetterState.FAILED))
    }
    return count, len((doubtful | failed) - listed)


def _settle_by_the_log(taken: Counter[str]) -> None:
    """A person reads the mail server's log: what stands there did leave, the rest is sent again; and has what could not be
    made, as its maker was killed each time, made again."""
    db.session.rollback()
    ids = list(
        db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.state == MessageState.IN_DOUBT))
    )
    for message_id in ids:
        with committed() as session:
            message = session.get_one(OutboxMessage, message_id)
            left = message.message_id in taken
            settle_by_person(message, _CHECKER, sent=left, reason="Looked up in the mail server's log")
    db.session.rollback()
    for number in list(db.session.scalars(select(Letter.id).where(Letter.state == LetterState.FAILED))):
        with committed() as session:
            render_again(session.get_one(Letter, number), _CHECKER, "Killed each time")


def _count_lost(settings: Settings, taken: Counter[str]) -> int:
    """Hand-overs that are said to have left and did not, and what the journal does not tell as the database does."""
    db.session.rollback()
    mails = select(OutboxMessage.message_id, OutboxMessage.state).where(OutboxMessage.channel == Channel.MAIL)
    lost = sum(
        state is not MessageState.SENT or name not in taken for name, state in db.session.execute(mails)
    )
    printed = select(OutboxMessage.recipient, OutboxMessage.state).where(
        OutboxMessage.channel == Channel.PRINT
    )
    folder = Path(str(settings.print_folder))
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    told = list(db.session.execute(printed))
    lost += sum(state is not MessageState.SENT or name not in names for name, state in told)
    lost += db.session.scalar(select(func.count()).where(Letter.state != LetterState.RENDERED)) or 0
    assert settings.sender_journal is not None
    return lost + len(list(list_unknown(read_lines(settings.sender_journal))))


def measure(day: date, letters: int, kills: int, console: Console) -> list[Result]:
    """The same on both databases, each fresh."""
    results = [_measure("SQLite", "", day, letters, kills, console)]
    try:
        from tests.support.postgres import start_cluster

        cluster = start_cluster()
    except (ImportError, OSError, RuntimeError, subprocess.CalledProcessError) as error:
        raise NotMeasured(f"no PostgreSQL here: {error}") from error
    try:
        url = cluster.create_database("kills")
        results.append(_measure("PostgreSQL", url, day, letters, kills, console))
    finally:
        cluster.stop()
    return results


def _measure(name: str, url: str, day: date, letters: int, kills: int, console: Console) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="onboarding-kills-"))
    place = Place(folder, url)
    try:
        with app_at(place, day) as app:
            flask_migrate.upgrade()
            console.print(f"Killing {kills} senders in {letters:,} letters on {name}")
            outcome = run(
                app.extensions["settings"],
                place.environment(day, Environment.DEVELOPMENT),
                letters,
                kills,
                20_261,
            )
            console.print(str(outcome), highlight=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    notes = (
        f"{outcome.letters:,} letters, {outcome.mails:,} mails, {outcome.prints:,} prints (the page is a stub)",
        f"{outcome.kills} kills; {outcome.in_doubt} in doubt, {outcome.not_listed} of them not listed",
        f"lost {outcome.lost}, twice {outcome.twice}; {outcome.mails / outcome.seconds:,.0f} mails a second",
    )
    return Result("k", f"lost or twice, {name}", "letters", "", outcome.amiss, outcome.letters, 0,
                  more_is_better=False, notes=notes)  # fmt: skip
