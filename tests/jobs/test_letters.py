"""A letter is rendered once, kept with its hash, and handed over at most once by each channel, with proof."""

import errno
import hashlib
import socket
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update
from structlog.testing import capture_logs

from onboarding.config import MailTransport, Settings
from onboarding.errors import Conflict
from onboarding.extensions import committed, db
from onboarding.jobs import letters as jobs
from onboarding.mail import MailInDoubt
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import Channel, LetterKind, LetterState, MessageState, Status
from onboarding.services import letters as letter_services
from onboarding.services import outbox
from onboarding.services.holds import admit_letters
from onboarding.services.letters import claim_letters, complete_rendering, fail_rendering
from onboarding.services.outbox import claim_message, settle_by_person, settle_sent
from onboarding.storage import Store
from tests.support.cases import coordinator, make_case
from tests.support.mails import Mailbox, Refusing


class Vanishing:
    """A server that goes away after the message was begun."""

    sent = 0

    def send(self, message: object) -> str:
        self.sent += 1
        raise MailInDoubt("connection lost")


def messages(channel: Channel) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == channel)))


@pytest.fixture
def welcome(app: Flask, settings: Settings) -> Letter:
    """An approved provider's welcome letter, not yet rendered."""
    application = make_case(Status.APPROVED)
    jobs.render_letters(settings)
    jobs.hand_over_print(settings)
    jobs.hand_over_mail(settings)
    query = select(Letter).where(Letter.application_id == application.id, Letter.kind == LetterKind.WELCOME)
    return db.session.scalars(query).one()


def test_the_kept_bytes_are_the_printed_bytes_and_have_the_kept_hash(
    welcome: Letter, settings: Settings
) -> None:
    kept = Store(settings.storage).read(welcome.storage_key)
    assert hashlib.sha256(kept).hexdigest() == welcome.sha256
    assert (Path(str(settings.print_folder)) / letter_services.print_name(welcome)).read_bytes() == kept


def test_every_hand_over_has_its_proof(welcome: Letter) -> None:
    assert {message.channel for message in welcome.messages} == {Channel.MAIL, Channel.PRINT}
    assert all(message.state is MessageState.SENT and message.proof for message in welcome.messages)


def queued_welcome() -> Letter:
    application = make_case(Status.APPROVED)
    query = select(Letter).where(Letter.application_id == application.id, Letter.kind == LetterKind.WELCOME)
    return db.session.scalars(query).one()


def test_two_renderers_never_hold_the_same_letter(app: Flask) -> None:
    queued_welcome()
    with committed():
        first = claim_letters(50)
    with committed():
        second = claim_letters(50)
    assert first and second == []


def test_a_renderer_that_lost_its_lease_keeps_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = queued_welcome()
    with committed():
        slow = {claim.letter_id: claim for claim in claim_letters(50)}[letter.id]
    later = letter_services.seconds() + 1000
    monkeypatch.setattr(letter_services, "seconds", lambda: later)
    with committed():
        quick = {claim.letter_id: claim for _ in range(8) for claim in claim_letters(50)}[letter.id]
    place = {
        "facts": {},
        "storage_key": "letters/aa/bb/x",
        "sha256": "0" * 64,
        "size": 1,
        "mail_domain": "plan.example",
    }
    with committed():
        assert complete_rendering(quick, **place)
    with committed():
        assert not complete_rendering(slow, **{**place, "sha256": "1" * 64})
    assert db.session.get_one(Letter, letter.id, populate_existing=True).sha256 == "0" * 64


@pytest.fixture
def days_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Every lease and every wait runs out."""
    moment = [letter_services.seconds()]
    for module in (letter_services, outbox):
        monkeypatch.setattr(module, "seconds", lambda: moment[0])
    return lambda: moment.__setitem__(0, moment[0] + 100_000)


def waiting_letters() -> list[Letter]:
    query = select(Letter).where(Letter.state == LetterState.QUEUED)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_a_letter_that_cannot_be_rendered_fails_after_some_attempts_and_is_seen(
    app: Flask, days_pass: Callable[[], None]
) -> None:
    letter = queued_welcome()
    for _ in range(letter_services.MAX_ATTEMPTS):
        with committed():
            while claims := claim_letters(50):
                for claim in claims:
                    fail_rendering(claim, "no font", temporary=False)
                db.session.flush()
        days_pass()
    found = db.session.get_one(Letter, letter.id, populate_existing=True)
    assert found.state is LetterState.FAILED
    assert found.error == "no font"


def test_a_letter_that_could_not_be_rendered_waits_before_it_is_tried_again(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued_welcome()
    monkeypatch.setattr(jobs, "render_pdf", lambda view: 1 / 0)
    assert jobs.render_letters(settings)["failed"] == 1
    (letter,) = waiting_letters()
    assert letter.attempts == 1 and letter.error.startswith("ZeroDivisionError")


def test_a_full_disk_fails_no_letter_however_long_it_lasts(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, days_pass: Callable[[], None]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    queued_welcome()
    count = len(waiting_letters())
    with monkeypatch.context() as disk:
        disk.setattr(Store, "put", full)
        for _ in range(letter_services.MAX_ATTEMPTS + 2):
            assert jobs.render_letters(settings) == {"rendered": 0, "failed": count, "held_back": 0}
            days_pass()
    assert {letter.attempts for letter in waiting_letters()} == {0}
    assert jobs.render_letters(settings) == {"rendered": count, "failed": 0, "held_back": 0}


def test_a_letter_whose_renderer_is_killed_each_time_fails_and_the_others_leave(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, days_pass: Callable[[], None]
) -> None:
    poison = min(letter.id for letter in [queued_welcome(), *waiting_letters()])
    count = len(waiting_letters())

    def killed(claim: letter_services.LetterClaim, *_: object) -> bool:
        if claim.letter_id == poison:
            raise SystemExit
        return rendered(claim, *_)  # type: ignore[arg-type]

    rendered = jobs._render
    monkeypatch.setattr(jobs, "_render", killed)
    for _ in range(letter_services.MAX_ATTEMPTS):
        with pytest.raises(SystemExit):
            jobs.render_letters(settings)
        days_pass()
    assert jobs.render_letters(settings) == {"rendered": count - 1, "failed": 0, "held_back": 0}
    found = db.session.get_one(Letter, poison, populate_existing=True)
    assert found.state is LetterState.FAILED and "stopped" in found.error


def test_a_letter_that_was_tried_before_is_taken_alone(app: Flask, days_pass: Callable[[], None]) -> None:
    queued_welcome()
    with committed():
        assert len(claim_letters(50)) > 1
    days_pass()
    with committed():
        assert len(claim_letters(50)) == 1


def test_a_storage_that_is_away_delays_a_mail_and_does_not_fail_it(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, days_pass: Callable[[], None]
) -> None:
    def away(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    queued_welcome()
    jobs.render_letters(settings)
    with monkeypatch.context() as disk:
        disk.setattr(Store, "read", away)
        jobs.hand_over_mail(settings)
    assert {message.state for message in messages(Channel.MAIL)} == {MessageState.QUEUED}
    days_pass()
    assert jobs.hand_over_mail(settings)["mailed"] == len(messages(Channel.MAIL))


def test_a_transport_that_breaks_in_an_unknown_way_leaves_the_mail_in_doubt(
    app: Flask, settings: Settings
) -> None:
    class Broken:
        def send(self, message: object) -> str:
            raise RuntimeError("half of it went over")

    queued_welcome()
    jobs.render_letters(settings)
    assert jobs.hand_over_mail(settings, Broken())["in_doubt"] == len(messages(Channel.MAIL))
    assert {message.state for message in messages(Channel.MAIL)} == {MessageState.IN_DOUBT}


def test_a_mail_refused_for_good_waits_for_a_person(app: Flask, settings: Settings) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    jobs.hand_over_mail(settings, Refusing(permanent=True))
    assert {message.state for message in messages(Channel.MAIL)} == {MessageState.FAILED}


def test_a_mail_that_may_have_been_taken_is_never_sent_again_by_a_machine(
    app: Flask, settings: Settings
) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    server = Vanishing()
    jobs.hand_over_mail(settings, server)
    sent = server.sent
    for _ in range(5):
        jobs.hand_over_mail(settings, server)
    assert server.sent == sent
    assert {message.state for message in messages(Channel.MAIL)} == {MessageState.IN_DOUBT}


def test_a_sender_that_died_leaves_the_mail_in_doubt_and_the_print_in_the_queue(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    with committed():
        admit_letters()
        mail, printed = claim_message(Channel.MAIL), claim_message(Channel.PRINT)
    assert mail and printed
    later = outbox.seconds() + 1000
    monkeypatch.setattr(outbox, "seconds", lambda: later)
    with committed():
        assert outbox.release_lost_claims() == 2
    assert db.session.get_one(OutboxMessage, mail.message_id).state is MessageState.IN_DOUBT
    assert db.session.get_one(OutboxMessage, printed.message_id).state is MessageState.QUEUED
    with committed():
        assert not settle_sent(mail, "too late")


class Slow:
    """A server that takes the message after the lease ran out."""

    def send(self, message: object) -> str:
        with committed():
            db.session.execute(update(OutboxMessage).values(claimed_until=1))
            outbox.release_lost_claims()
        return "250 kept as 7731"


def test_a_mail_that_left_after_its_lease_is_in_doubt_and_said_in_the_log(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    with capture_logs() as said:
        done = jobs.hand_over_mail(settings, Slow())
    assert done["mailed"] == 0 and done["in_doubt"] == len(messages(Channel.MAIL))
    assert {message.state for message in messages(Channel.MAIL)} == {MessageState.IN_DOUBT}
    assert {line["event"] for line in said} == {"mail left after its lease ran out"}
    assert {line["message"] for line in said} == {message.id for message in messages(Channel.MAIL)}


def test_a_sender_that_slept_past_its_lease_mails_nothing_and_send_again_mails_once(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, days_pass: Callable[[], None]
) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    box, composed, who = Mailbox(), jobs._compose, coordinator()
    asleep = True

    def slow(*args: Any) -> tuple[Any, EmailMessage]:
        nonlocal asleep
        composed_mail = composed(*args)
        if asleep:  # the lease runs out, and a person has the message sent again
            asleep = False
            days_pass()
            with committed():
                outbox.release_lost_claims()
            doubtful = next(m for m in messages(Channel.MAIL) if m.state is MessageState.IN_DOUBT)
            with committed() as session:
                settle_by_person(
                    session.get_one(OutboxMessage, doubtful.id), who, sent=False, reason="Not in the log"
                )
            assert jobs.hand_over_mail(settings, box)["mailed"] == len(messages(Channel.MAIL))
        return composed_mail

    monkeypatch.setattr(jobs, "_compose", slow)
    assert jobs.hand_over_mail(settings, box)["overslept"] == 1
    assert Counter(str(mail["Message-ID"]) for mail in box.mails) == Counter(
        message.message_id for message in messages(Channel.MAIL)
    )


def test_a_person_settles_a_mail_in_doubt_once(app: Flask, settings: Settings) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    jobs.hand_over_mail(settings, Vanishing())
    who = coordinator()
    message_id = messages(Channel.MAIL)[0].id
    with committed() as session:
        settle_by_person(
            session.get_one(OutboxMessage, message_id), who, sent=True, reason="Seen in the server's log"
        )
    with pytest.raises(Conflict), committed() as session:
        settle_by_person(session.get_one(OutboxMessage, message_id), who, sent=False, reason="Again")
    assert db.session.get_one(OutboxMessage, message_id).state is MessageState.SENT


def test_a_letter_changed_on_disk_is_not_sent(app: Flask, settings: Settings) -> None:
    letter = queued_welcome()
    jobs.render_letters(settings)
    key = db.session.get_one(Letter, letter.id, populate_existing=True).storage_key
    path = Path(settings.storage) / key
    path.chmod(0o600)
    path.write_bytes(b"other")
    jobs.hand_over_print(settings)
    jobs.hand_over_mail(settings)
    states = {message.state for message in messages(Channel.PRINT) if message.letter_id == letter.id}
    assert states == {MessageState.FAILED}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Inbox:
    """A real SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.taken.append(envelope.content)  # type: ignore[attr-defined]
        return "250 kept"


def test_a_real_server_gets_each_mail_once_with_the_letter_attached(app: Flask, settings: Settings) -> None:
    queued_welcome()
    jobs.render_letters(settings)
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        smtp = settings.model_copy(
            update={"mail": MailTransport.SMTP, "smtp_host": "127.0.0.1", "smtp_port": controller.port}
        )
        for _ in range(3):
            jobs.hand_over_mail(smtp)
    finally:
        controller.stop()
    assert len(inbox.taken) == len(messages(Channel.MAIL))
    assert any(b"application/pdf" in mail for mail in inbox.taken)
