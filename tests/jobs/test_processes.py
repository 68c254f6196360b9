"""Many processes at once: ten ticks send each letter once; one scheduler at a time."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask
from sqlalchemy import ColumnElement, func, select

from onboarding.config import ROOT, Settings
from onboarding.errors import Conflict
from onboarding.extensions import committed, db
from onboarding.jobs.runner import SchedulerRunning, leadership
from onboarding.models import JobRequest, Letter, OutboxMessage
from onboarding.policy.vocabulary import Channel, LetterKind, LetterState, MessageState, Status
from onboarding.services.job_requests import ask_job
from tests.conftest import KEYS, TODAY
from tests.support.cases import coordinator, make_case

COMMAND = [sys.executable, "-c", "from onboarding.cli import main; main()"]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The environment of a command on this test's database."""
    return {
        **os.environ,
        "ONBOARDING_ENVIRONMENT": "test",
        "ONBOARDING_TODAY": (TODAY + timedelta(days=10)).isoformat(),
        "ONBOARDING_INSTANCE": str(settings.instance),
        "ONBOARDING_DATABASE_URL": settings.database_url,
        "ONBOARDING_SECRET_KEY": KEYS.secret_key,
        "ONBOARDING_FIELD_KEYS": ",".join(KEYS.field_keys),
        "ONBOARDING_INDEX_KEY": KEYS.index_key,
    }


class Counting:
    """A real mail server that counts what it takes, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        self.taken[str(message_from_bytes(envelope.content)["Message-ID"])] += 1  # type: ignore[arg-type]
        return "250 kept"


@pytest.fixture
def mail_server(environment: dict[str, str]) -> Iterator[Counting]:
    """Where the commands of this test send their mail."""
    counting = Counting()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(counting, hostname="127.0.0.1", port=port)
    controller.start()
    environment |= {"ONBOARDING_MAIL": "smtp", "ONBOARDING_SMTP_PORT": str(port)}
    yield counting
    controller.stop()


def test_ten_ticks_at_once_send_each_letter_once(
    app: Flask, settings: Settings, environment: dict[str, str], mail_server: Counting
) -> None:
    gathering = [make_case(Status.GATHERING).id for _ in range(3)]
    approved = make_case(Status.APPROVED).id
    db.session.remove()
    ticks = [
        subprocess.Popen([*COMMAND, "tick"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        for _ in range(10)
    ]
    ended = [(tick.communicate()[1], tick.returncode) for tick in ticks]
    assert all(code == 0 for _, code in ended), [error for error, code in ended if code]
    due = [(number, LetterKind.CONFIRMATION) for number in (*gathering, approved)]
    due += [(number, LetterKind.MISSING_DOCUMENTS) for number in gathering]
    due += [(approved, LetterKind.WELCOME)]
    changes = [*gathering, *[approved] * 3]  # accepted; the approved one also verified, and ready
    due += [(number, LetterKind.STATUS_CHANGED) for number in changes]
    written = db.session.execute(select(Letter.application_id, Letter.kind)).all()
    assert Counter(map(tuple, written)) == Counter(due)
    assert db.session.scalar(select(func.count()).where(Letter.state != LetterState.RENDERED)) == 0
    assert db.session.scalar(select(func.count()).where(OutboxMessage.state != MessageState.SENT)) == 0
    mailed = select(OutboxMessage.message_id).where(OutboxMessage.channel == Channel.MAIL)
    assert mail_server.taken == Counter(db.session.scalars(mailed))
    assert mail_server.taken.total() == len(due)
    assert len(list(Path(str(settings.print_folder)).iterdir())) == len(gathering) + 1


def test_a_second_scheduler_does_not_start_while_one_leads(
    app: Flask, settings: Settings, environment: dict[str, str]
) -> None:
    with leadership(settings) as leads:
        assert leads()
        second = subprocess.run(
            [*COMMAND, "scheduler", "--no-stand-by"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert second.returncode == 1
        assert "Another scheduler is running" in second.stderr
    with leadership(settings) as leads:
        assert leads()


def test_leadership_is_refused_in_the_same_words_within_a_process(app: Flask, settings: Settings) -> None:
    with leadership(settings), pytest.raises(SchedulerRunning), leadership(settings):
        pass


def test_the_scheduler_works_and_one_that_stands_by_takes_over_when_it_is_killed(
    app: Flask, settings: Settings, environment: dict[str, str]
) -> None:
    make_case(Status.RECEIVED)
    db.session.remove()
    running = subprocess.Popen([*COMMAND, "scheduler"], cwd=ROOT, env=environment)
    assert wait_for(lambda: count(OutboxMessage.state == MessageState.SENT))
    next_one = subprocess.Popen(
        [*COMMAND, "scheduler"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert next_one.stderr and "stands by" in next_one.stderr.readline()
        asked_for = ask_for("restate_forecasts")
        assert wait_for(lambda: count(JobRequest.id == asked_for, JobRequest.finished_at.is_not(None)))
        running.kill()
        running.wait()
        killed = time.monotonic()
        asked_for = ask_for("expire_drafts")
        assert wait_for(lambda: count(JobRequest.id == asked_for, JobRequest.finished_at.is_not(None)))
        assert time.monotonic() - killed < 20, "seconds, on a machine that does nothing else fewer than five"
    finally:
        running.kill()
        next_one.terminate()
    assert next_one.wait(timeout=20) == 0


def ask_for(job: str) -> int:
    lead = coordinator()
    with committed():
        request = ask_job(job, job, lead)
        with pytest.raises(Conflict):
            ask_job(job, job, lead)
        return request.id


def count(*conditions: ColumnElement[bool]) -> int:
    number = db.session.scalar(select(func.count()).where(*conditions))
    db.session.rollback()
    return number or 0


def wait_for(happened: Callable[[], int]) -> bool:
    return any(happened() or time.sleep(0.1) for _ in range(300))
