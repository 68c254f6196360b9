"""The journal outside the database: a restored database sends nothing until a person has compared, and nothing twice."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from onboarding.cli import main
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import journal as journals
from onboarding.jobs.journal import FILE, new_epoch, open_journal, read_epoch, read_lines, write_epoch
from onboarding.jobs.letters import hand_over_mail, hand_over_print, render_letters
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import Channel, MessageState, Status
from onboarding.queries.sender import Step, find_pause, list_unknown
from onboarding.services.outbox import settle_by_person
from onboarding.services.sender import resume_sender
from tests.support.cases import coordinator, make_case
from tests.support.mails import Mailbox, Refusing


def folder(settings: Settings) -> Path:
    assert settings.sender_journal is not None
    return settings.sender_journal


def send_all(settings: Settings, box: Mailbox) -> None:
    render_letters(settings)
    hand_over_print(settings)
    hand_over_mail(settings, box)


def states() -> Counter[MessageState]:
    db.session.rollback()
    return Counter(db.session.scalars(select(OutboxMessage.state)))


class Backup:
    """A copy of this test's database that can be put back."""

    def __init__(self, settings: Settings):
        self._tables: dict[str, list[dict[str, object]]] = {}
        self._settings = settings
        with db.engine.connect() as connection:
            for table in db.metadata.sorted_tables:
                if table.name in ("letter", "outbox_message", "sender"):
                    rows = connection.execute(table.select()).mappings()
                    self._tables[table.name] = [dict(row) for row in rows]

    def restore(self) -> None:
        """Put back the letters, their hand-overs and the sender."""
        tables = [table for table in db.metadata.sorted_tables if table.name in self._tables]
        with committed() as session:
            session.expunge_all()
            for table in reversed(tables):
                session.execute(table.delete())
            for table in tables:
                if rows := self._tables[table.name]:
                    session.execute(table.insert(), rows)
        db.session.remove()


def test_a_line_stands_before_and_after_each_hand_over(app: Flask, settings: Settings) -> None:
    make_case(Status.RETURNED)
    render_letters(settings)
    hand_over_mail(settings, Refusing(permanent=False))
    hand_over_print(settings)
    lines = list(read_lines(folder(settings)))
    assert [line.step for line in lines if line.channel is Channel.MAIL] == [Step.BEGINS, Step.NOT_SENT] * 2
    assert [line.step for line in lines if line.channel is Channel.PRINT] == [Step.BEGINS, Step.LEFT]
    letters = {letter.id: letter for letter in db.session.scalars(select(Letter))}
    for message in db.session.scalars(select(OutboxMessage)):
        letter, mine = letters[message.letter_id], [line for line in lines if line.message_id == message.id]
        key = f"{letter.application.public_id}/{letter.kind.value}/{letter.cycle}/{letter.number}"
        assert {line.letter_key for line in mine} == {key}
        assert {line.name for line in mine} <= {message.message_id, message.recipient}
        assert {line.epoch for line in mine} == {read_epoch(folder(settings))}
    assert list(list_unknown(lines)) == []


def test_a_restored_database_sends_nothing_until_a_person_resumes_and_then_nothing_twice(
    app: Flask, settings: Settings
) -> None:
    box, who = Mailbox(), coordinator()
    make_case(Status.RECEIVED)
    send_all(settings, box)
    waiting = make_case(Status.RECEIVED).id  # made, and not sent, when the backup is taken
    render_letters(settings)
    unmade = make_case(Status.RETURNED).id  # not even made then
    backup = Backup(settings)
    send_all(settings, box)
    first = Counter(str(mail["Message-ID"]) for mail in box.mails)
    backup.restore()

    for _ in range(2):
        send_all(settings, box)
    assert Counter(str(mail["Message-ID"]) for mail in box.mails) == first
    pause = find_pause()
    assert pause and "restored from a backup" in pause.paused_because

    lost = list(list_unknown(read_lines(folder(settings))))
    assert len(lost) == 4 and {line.step for line in lost} == {Step.LEFT}
    epoch = new_epoch()
    with committed():
        assert resume_sender(epoch, lost, who, "Restored after the disk failed") == 4
    write_epoch(folder(settings), epoch)
    send_all(settings, box)
    assert Counter(str(mail["Message-ID"]) for mail in box.mails) == first
    for application_id in (waiting, unmade):
        query = select(OutboxMessage).join(Letter).where(Letter.application_id == application_id)
        doubtful = list(db.session.scalars(query))
        assert {message.state for message in doubtful} == {MessageState.IN_DOUBT}
        assert all("The journal tells that this left" in message.error for message in doubtful)
    assert list(list_unknown(read_lines(folder(settings)))) == []

    message_id = doubtful[0].id
    with committed() as session:  # the mail server's log does not have it after all
        settle_by_person(session.get_one(OutboxMessage, message_id), who, sent=False, reason="Not in its log")
    send_all(settings, box)
    assert find_pause() is None and len(box.mails) == first.total() + 1
    names = Counter(str(mail["Message-ID"]) for mail in box.mails)
    assert set(names.values()) == {1}  # an id that is given again has another name in another epoch


def test_a_database_without_its_journal_and_a_journal_without_its_database_pause_the_sender(
    app: Flask, settings: Settings
) -> None:
    make_case(Status.RECEIVED)
    send_all(settings, Mailbox())
    assert open_journal(settings) is not None
    away = settings.model_copy(update={"sender_journal": settings.instance / "another-disk"})
    assert open_journal(away) is None
    pause = find_pause()
    assert pause and "is not in" in pause.paused_because
    assert open_journal(settings) is None  # it stays paused until a person resumes it


def test_a_line_cut_by_a_power_failure_is_passed_over_and_the_next_stands_alone(
    app: Flask, settings: Settings
) -> None:
    make_case(Status.RECEIVED)
    send_all(settings, Mailbox())
    path = folder(settings) / FILE
    whole = path.read_text()
    path.write_text(whole + whole[: len(whole) // 3])
    kept = list(read_lines(folder(settings)))
    assert kept == list(read_lines(folder(settings))) and len(kept) == 2
    make_case(Status.RECEIVED)
    send_all(settings, Mailbox())
    assert len(list(read_lines(folder(settings)))) == 4
    path.write_text(path.read_text() + "something else\n")
    with pytest.raises(ValueError, match="none of ours"):
        list(read_lines(folder(settings)))


def test_the_tail_is_enough_to_look_at(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case(Status.RECEIVED)
    send_all(settings, Mailbox())
    monkeypatch.setattr(journals, "TAIL", 100)
    assert open_journal(settings) is not None


def test_an_operator_sees_compares_pauses_and_resumes(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["sender", *words])
        assert done.exit_code in (0, 1), done.output
        return done.output

    monkeypatch.setattr("onboarding.cli.start.start_app", lambda: app)
    assert "Running, in epoch" in run("status")
    assert "The sender is not paused." in run("resume", "--because", "Nothing happened")
    assert "Paused: nothing leaves." in run("pause", "--because", "The printer moves.")
    make_case(Status.RECEIVED)
    send_all(settings, Mailbox())
    assert states() == {}
    assert "The printer moves." in run("status")
    assert "knows every hand-over" in run("compare")
    assert "0 hand-over(s) are in doubt" in run("resume", "--because", "The printer stands")
    backup = Backup(settings)
    send_all(settings, Mailbox())
    assert states() == {MessageState.SENT: 1}
    backup.restore()
    assert "restored from a backup" in run("status")
    assert "1 hand-over(s) that this database does not know" in run("compare")
    shutil.rmtree(folder(settings))
    assert "knows every hand-over" in run("compare")
