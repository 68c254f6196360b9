"""Many processes at once: ten ticks send each letter once; one scheduler at a time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding.config import ROOT, Settings
from onboarding.extensions import db
from onboarding.jobs.runner import SchedulerRunning, leadership
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import LetterState, MessageState, Status
from tests.conftest import KEYS, TODAY
from tests.support.cases import make_case

COMMAND = [sys.executable, "-c", "from onboarding.cli import main; main()"]


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """The environment of a command on this test's database."""
    return {
        **os.environ,
        "ONBOARDING_ENVIRONMENT": "test",
        "ONBOARDING_TODAY": TODAY.replace(month=4).isoformat(),
        "ONBOARDING_INSTANCE": str(settings.instance),
        "ONBOARDING_DATABASE_URL": settings.database_url,
        "ONBOARDING_SECRET_KEY": KEYS.secret_key,
        "ONBOARDING_FIELD_KEYS": ",".join(KEYS.field_keys),
        "ONBOARDING_INDEX_KEY": KEYS.index_key,
    }


def test_ten_ticks_at_once_send_each_letter_once(
    app: Flask, settings: Settings, environment: dict[str, str]
) -> None:
    for _ in range(3):
        make_case(Status.GATHERING)
    make_case(Status.APPROVED)
    db.session.remove()
    ticks = [
        subprocess.Popen([*COMMAND, "tick"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        for _ in range(10)
    ]
    ended = [(tick.communicate()[1], tick.returncode) for tick in ticks]
    assert all(code == 0 for _, code in ended), [error for error, code in ended if code]
    written = db.session.execute(select(Letter.application_id, Letter.kind, func.count()).group_by(
        Letter.application_id, Letter.kind, Letter.cycle, Letter.number))  # fmt: skip
    assert all(row[2] == 1 for row in written)
    assert db.session.scalar(select(func.count()).where(Letter.state != LetterState.RENDERED)) == 0
    assert db.session.scalar(select(func.count()).where(OutboxMessage.state != MessageState.SENT)) == 0
    assert db.session.scalar(select(func.max(OutboxMessage.attempts))) == 1
    mails = db.session.scalar(select(func.count()).where(OutboxMessage.channel == "mail"))
    assert len(list(Path(str(settings.mail_folder)).glob("*.eml"))) == mails


def test_a_second_scheduler_does_not_start_while_one_leads(
    app: Flask, settings: Settings, environment: dict[str, str]
) -> None:
    with leadership(settings) as leads:
        assert leads()
        second = subprocess.run(
            [*COMMAND, "scheduler"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert "Another scheduler is running" in second.stderr
    with leadership(settings) as leads:
        assert leads()


def test_leadership_is_refused_in_the_same_words_within_a_process(app: Flask, settings: Settings) -> None:
    with leadership(settings), pytest.raises(SchedulerRunning), leadership(settings):
        pass


def test_the_scheduler_works_and_ends_on_a_signal(
    app: Flask, settings: Settings, environment: dict[str, str]
) -> None:
    make_case(Status.RECEIVED)
    db.session.remove()
    running = subprocess.Popen([*COMMAND, "scheduler"], cwd=ROOT, env=environment)
    try:
        for _ in range(200):
            time.sleep(0.1)
            sent = db.session.scalar(select(func.count()).where(OutboxMessage.state == MessageState.SENT))
            db.session.rollback()
            if sent:
                break
        assert sent
    finally:
        running.terminate()
    assert running.wait(timeout=20) == 0
