import email
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from io import StringIO
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.config import MailTransport, Settings
from onboarding.letters.render import render_text
from onboarding.mail import (
    PATIENCE,
    Console,
    File,
    MailInDoubt,
    MailRefused,
    Smtp,
    compose,
    make_transport,
    one_address,
)
from onboarding.policy.contract_form import FIELDS, field_problem
from onboarding.policy.vocabulary import LetterKind
from onboarding.services.outbox import LEASE_SECONDS
from tests.support.letters import letter_view

VIEW = letter_view(LetterKind.MISSING_DOCUMENTS)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n.\n..\r\n.\r\n%%EOF"
ID = "<letter-12.0a1b2c3d@plan.example>"


def a_message(**changes) -> EmailMessage:
    values = {
        "sender": "network@plan.example",
        "recipient": "dana@clinic.example",
        "message_id": ID,
        "body": render_text(VIEW),
        "attachment": PDF,
        "attachment_name": "documents-we-still-need.pdf",
    }
    return compose(changes.pop("view", VIEW), **{**values, **changes})


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


# --- the message -------------------------------------------------------------------------------------------------


def test_a_message_is_plain_text_and_html_with_the_letter_as_a_pdf():
    message = parsed(a_message().as_bytes())
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    (attachment,) = message.iter_attachments()
    assert plain.get_content().replace("\r\n", "\n") == render_text(VIEW)
    assert html.get_content_type() == "text/html" and "Dear Dana Okafor" in html.get_content()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "documents-we-still-need.pdf"
    assert attachment.get_content() == PDF


def test_a_message_says_who_it_is_from_and_that_a_machine_sent_it():
    message = parsed(a_message().as_bytes())
    assert message["Message-ID"] == ID
    assert message["From"].addresses[0].addr_spec == "network@plan.example"
    assert message["From"].addresses[0].display_name == "CareSource PASSE Network and Credentialing"
    assert message["Reply-To"] == message["From"]
    assert message["To"] == "dana@clinic.example"
    assert message["Subject"] == "CareSource PASSE: Documents we still need"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None


def test_a_letter_that_is_the_mail_itself_has_no_attachment():
    view = letter_view(LetterKind.CONFIRMATION)
    message = parsed(a_message(view=view, body=render_text(view), attachment=None).as_bytes())
    assert list(message.iter_attachments()) == []
    assert message.get_content_type() == "multipart/alternative"


def test_a_mail_that_can_be_turned_off_says_where_and_takes_one_click_over_https_only():
    url = f"https://network.plan.example/status/mails/{'abcdefghijklmnop' * 3}"
    over_https, plain = (
        a_message(stop_url=address).as_bytes() for address in (url, url.replace("https", "http", 1))
    )
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in over_https
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in over_https
    assert b"List-Unsubscribe: <http://" in plain and b"List-Unsubscribe-Post" not in plain
    assert a_message()["List-Unsubscribe"] is None


def test_every_byte_that_goes_over_the_line_is_plain_ascii_in_short_lines():
    view = replace(VIEW, contact_name="Zoë Żółć")
    content = a_message(view=view, body=render_text(view) + "x" * 3000).as_bytes()
    assert content.isascii()
    assert all(len(line) <= 998 and b"\r" not in line for line in content.split(b"\r\n"))
    assert "Zoë Żółć" in parsed(content).get_body(("plain",)).get_content()


def test_only_our_own_pages_become_links_and_typed_markup_stays_text():
    body = (
        "See https://network.plan.example/status, or https://network.plan.example.evil.example/status or\n"
        "https://network.plan.example@evil.example/ or http://evil.example <b onclick=x>&</b>.\n"
    )
    html = a_message(body=body).get_body(("html",)).get_content()
    assert html.count("<a ") == 1
    assert 'href="https://network.plan.example/status"' in html
    assert "<b" not in html.replace("<body", "") and "&lt;b onclick=x&gt;&amp;" in html


ATTACKS = ["\r\nBcc: spy@evil.example", "\nBcc: spy@evil.example", "\rX-Evil: 1", "\r\n\r\n<p>evil</p>", "\x00", "\u2028Bcc: a@b.example"]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", ["recipient", "sender", "message_id", "attachment_name", "title"])
def test_a_line_break_in_any_field_adds_no_header(name, attack):
    changes = {
        "recipient": f"dana@clinic.example{attack}",
        "sender": f"network@plan.example{attack}",
        "message_id": f"<letter-12.0a@plan.example>{attack}",
        "attachment_name": f"letter{attack}.pdf",
    }
    view = replace(VIEW, title=f"Documents{attack}") if name == "title" else VIEW
    try:
        message = a_message(view=view, **({name: changes[name]} if name in changes else {}))
        content = message.as_bytes()
    except (MailRefused, ValueError):
        return
    again = parsed(content)
    assert set(again.keys()) == set(a_message().keys())
    assert len(again["To"].addresses) == 1
    assert not any("evil" in str(part.keys()).lower() or part["Bcc"] for part in again.walk())


@pytest.mark.parametrize(
    "recipient",
    [
        "", "dana", "dana@", "@clinic.example", "a@clinic.example, b@clinic.example", "a@clinic.example;b@clinic.example",
        "Dana <dana@clinic.example>", "a@clinic.example b@clinic.example", "<dana@clinic.example>", "dana@clinic",
        "dana@127.0.0.1", "dana@[127.0.0.1]", "group: a@clinic.example;", "žofie@clinic.example", "a@b@clinic.example",
        f"{'a' * 70}@clinic.example", f"a@{'b' * 250}.example",
    ],
)  # fmt: skip
def test_a_message_goes_to_exactly_one_proper_address_or_nowhere(recipient):
    with pytest.raises(MailRefused) as refused:
        a_message(recipient=recipient)
    assert refused.value.permanent


def test_an_address_in_another_alphabet_travels_in_its_ascii_form():
    assert a_message(recipient="dana@bücher.example")["To"] == "dana@xn--bcher-kva.example"


def test_a_wrong_sender_is_a_setting_to_mend_and_not_the_end_of_the_letter():
    with pytest.raises(MailRefused) as refused:
        a_message(sender="nobody")
    assert not refused.value.permanent


@pytest.mark.parametrize("message_id", ["", "letter@plan.example", "<../../etc@plan.example>", "<a b@plan.example>", "<.x@plan.example>", f"<{'a' * 300}@plan.example>"])  # fmt: skip
def test_a_message_id_that_could_not_name_a_file_is_refused(message_id):
    with pytest.raises(ValueError, match="Message-ID"):
        a_message(message_id=message_id)


# --- the console and the folder ----------------------------------------------------------------------------------


def test_the_console_shows_the_text_and_names_the_attachment():
    stream = StringIO()
    proof = Console(stream).send(a_message())
    assert "console" in proof
    assert "Dear Dana Okafor" in stream.getvalue() and "[documents-we-still-need.pdf, " in stream.getvalue()
    assert "%PDF" not in stream.getvalue()


def test_the_folder_gets_one_file_named_after_the_message_id(tmp_path):
    folder = tmp_path / "deep" / "mail"
    proof = File(folder).send(a_message())
    (path,) = folder.iterdir()
    assert path.name == "letter-12.0a1b2c3d@plan.example.eml" and path.name in proof
    assert parsed(path.read_bytes())["Message-ID"] == ID
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_message_never_makes_two_files_nor_changes_the_first(tmp_path):
    transport = File(tmp_path)
    transport.send(a_message())
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "already" in transport.send(a_message(body="Something else."))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_ten_that_write_the_same_message_at_once_make_one_whole_file(tmp_path):
    threads = [threading.Thread(target=File(tmp_path).send, args=(a_message(),)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (path,) = tmp_path.iterdir()
    assert parsed(path.read_bytes()).get_body(("plain",)) is not None


def test_a_full_disk_refuses_for_now_and_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MailRefused, match="No space") as refused:
        File(tmp_path).send(a_message())
    assert not refused.value.permanent
    assert list(tmp_path.iterdir()) == []


def test_the_settings_choose_the_transport(tmp_path):
    def transport(kind: MailTransport):
        return make_transport(Settings(mail=kind, instance=tmp_path))

    assert isinstance(transport(MailTransport.CONSOLE), Console)
    assert isinstance(transport(MailTransport.FILE), File)
    assert isinstance(transport(MailTransport.SMTP), Smtp)
    transport(MailTransport.FILE).send(a_message())
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


# --- a real server -----------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """The handler of a server: keeps what it takes, answers as told, and may drop the line at a step."""

    answers: dict[str, str] = field(default_factory=dict)
    drop_at: str = ""
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)

    def _answer(self, server: Server, step: str, usual: str) -> str:
        if self.drop_at == step:
            server.transport.abort()
        return self.answers.get(step, usual)

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self._answer(server, "MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self._answer(server, "RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return self._answer(server, "DATA", "250 2.0.0 queued as 4F2A")


@contextmanager
def serving(mailbox: Mailbox, **options) -> Iterator[int]:
    """A server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def smtp(port: int, **options) -> Smtp:
    return Smtp("127.0.0.1", port, **{"timeout": 2.0, "greeting": "plan.example", **options})


def test_a_server_that_takes_the_message_gives_its_own_words_as_proof():
    mailbox, message = Mailbox(), a_message()
    with serving(mailbox) as port:
        proof = smtp(port).send(message)
    assert "250 2.0.0 queued as 4F2A" in proof and "127.0.0.1" in proof
    assert mailbox.envelopes == [("network@plan.example", ["dana@clinic.example"])]
    (attachment,) = parsed(mailbox.taken[0]).iter_attachments()
    assert attachment.get_content() == PDF
    assert mailbox.taken[0] == message.as_bytes()


def test_lines_that_begin_with_a_dot_arrive_as_they_were():
    mailbox, message = Mailbox(), a_message(body=".\n..\n.hidden\n\n.\n", attachment=None)
    with serving(mailbox) as port:
        smtp(port).send(message)
    assert mailbox.taken == [message.as_bytes()]


@pytest.mark.parametrize(
    ("step", "answer", "permanent"),
    [
        ("MAIL", "451 try later", False), ("MAIL", "550 not from you", True),
        ("RCPT", "451 try later", False), ("RCPT", "550 no such user", True), ("RCPT", "252 who knows", False),
        ("DATA", "554 looks like spam", True),
    ],
)  # fmt: skip
def test_a_definite_no_is_a_refusal_that_says_whether_trying_again_helps(step, answer, permanent):
    mailbox = Mailbox(answers={step: answer})
    with serving(mailbox) as port, pytest.raises(MailRefused, match=answer) as refused:
        smtp(port).send(a_message())
    assert refused.value.permanent is permanent
    assert len(mailbox.taken) == (step == "DATA")


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_line_that_breaks_before_the_message_goes_over_is_a_refusal_for_now(step):
    mailbox = Mailbox(drop_at=step)
    with serving(mailbox) as port, pytest.raises(MailRefused) as refused:
        smtp(port).send(a_message())
    assert not refused.value.permanent
    assert mailbox.taken == []


def test_a_server_that_has_the_whole_message_and_then_says_later_leaves_it_in_doubt():
    mailbox = Mailbox(answers={"DATA": "451 try later"})
    with serving(mailbox) as port, pytest.raises(MailInDoubt, match="451 try later"):
        smtp(port).send(a_message())
    assert len(mailbox.taken) == 1


def test_a_server_that_stores_the_message_and_drops_the_line_leaves_it_in_doubt():
    mailbox = Mailbox(drop_at="DATA")
    with serving(mailbox) as port, pytest.raises(MailInDoubt):
        smtp(port).send(a_message())
    assert len(mailbox.taken) == 1


def test_nobody_listening_is_a_refusal_for_now():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(MailRefused) as refused:
            smtp(probe.getsockname()[1]).send(a_message())
    assert not refused.value.permanent


def test_a_server_with_an_unknown_name_is_a_refusal_for_now():
    with pytest.raises(MailRefused) as refused:
        Smtp("no-such-host.invalid", 25, timeout=1).send(a_message())
    assert not refused.value.permanent


@contextmanager
def script(*lines: bytes, then: str = "hang") -> Iterator[int]:
    """A bare server that says these lines, one after each line it hears, and then hangs, closes or reads on."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def talk() -> None:
        with listening.accept()[0] as line, line.makefile("rb") as heard:
            for said in lines:
                line.sendall(said)
                heard.readline()
            if then == "hang":
                over.wait(5)
            if then == "nonsense":
                while heard.readline() not in (b".\r\n", b""):
                    pass
                line.sendall(b"what?\r\n")
                over.wait(5)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join(5)
        listening.close()


OK = b"250 ok\r\n"


@pytest.mark.parametrize("then", ["hang", "close"])
@pytest.mark.parametrize(
    "lines", [(), (b"220 hi\r\n",), (b"220 hi\r\n", OK), (b"220 hi\r\n", OK, OK), (b"220 hi\r\n", OK, OK, OK)]
)
def test_a_server_that_hangs_or_closes_before_the_message_has_certainly_not_taken_it(lines, then):
    with script(*lines, then=then) as port, pytest.raises(MailRefused) as refused:
        smtp(port, timeout=0.2).send(a_message())
    assert not refused.value.permanent


@pytest.mark.parametrize("then", ["hang", "close", "nonsense"])
def test_a_server_that_gives_no_clear_answer_after_the_message_leaves_it_in_doubt(then):
    lines = (b"220 hi\r\n", OK, OK, OK, b"354 go on\r\n")
    with script(*lines, then=then) as port, pytest.raises(MailInDoubt):
        smtp(port, timeout=0.3).send(a_message())


def test_a_server_that_takes_the_message_and_hangs_at_goodbye_has_taken_it():
    lines = (b"220 hi\r\n", OK, OK, OK, b"354 go on\r\n")
    message = a_message(body="x", attachment=None)
    head = message.as_bytes().count(b"\r\n")
    with script(*lines, *[b""] * head, b"250 taken\r\n", then="hang") as port:
        assert "250 taken" in smtp(port, timeout=0.3).send(message)


@pytest.mark.parametrize("greeting", [b"554 no mail here\r\n", b"421 busy\r\n", b"hello?\r\n"])
def test_a_server_that_greets_with_a_no_is_a_refusal_for_now(greeting):
    with script(greeting, then="close") as port, pytest.raises(MailRefused) as refused:
        smtp(port).send(a_message())
    assert not refused.value.permanent


def test_a_conversation_that_takes_too_long_is_given_up_unsent(monkeypatch):
    moments = iter([0.0, 1000.0])
    monkeypatch.setattr("onboarding.mail.seconds", lambda: next(moments))
    mailbox, message = Mailbox(), EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "a@plan.example", "b@clinic.example", ID
    message.set_content("x")
    with serving(mailbox) as port, pytest.raises(MailRefused, match="too slow"):
        smtp(port).send(message)
    assert mailbox.taken == []


def test_a_message_with_two_recipients_is_not_sent_at_all():
    message = a_message()
    del message["To"]
    message["To"] = "a@clinic.example, b@clinic.example"
    mailbox = Mailbox()
    with serving(mailbox) as port, pytest.raises(MailRefused) as refused:
        smtp(port).send(message)
    assert refused.value.permanent and mailbox.taken == []


# --- TLS and signing in ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


def server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def accept(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"plan", b"a long secret"), handled=False)


def test_a_message_goes_over_tls_with_a_name_and_a_password(certificate):
    mailbox = Mailbox()
    trusted = ssl.create_default_context(cafile=str(certificate[1]))
    options = {"tls_context": server_tls(certificate), "require_starttls": True, "authenticator": accept}
    with serving(mailbox, auth_required=True, **options) as port:
        smtp(port, starttls=True, tls=trusted, user="plan", password="a long secret").send(a_message())
    assert len(mailbox.taken) == 1


def test_a_wrong_password_is_a_setting_to_mend_and_is_never_repeated_in_the_error(certificate):
    mailbox = Mailbox()
    trusted = ssl.create_default_context(cafile=str(certificate[1]))
    with serving(mailbox, tls_context=server_tls(certificate), authenticator=accept) as port, pytest.raises(MailRefused, match="535") as refused:  # fmt: skip
        smtp(port, starttls=True, tls=trusted, user="plan", password="wrong secret").send(a_message())
    assert not refused.value.permanent and "wrong secret" not in str(refused.value)
    assert mailbox.taken == []


def test_a_server_with_an_unknown_certificate_gets_nothing(certificate):
    mailbox = Mailbox()
    with (
        serving(mailbox, tls_context=server_tls(certificate)) as port,
        pytest.raises(MailRefused, match="certificate"),
    ):
        smtp(port, starttls=True).send(a_message())
    assert mailbox.taken == []


def test_a_server_without_tls_gets_nothing_when_tls_is_asked_for():
    mailbox = Mailbox()
    with serving(mailbox) as port, pytest.raises(MailRefused, match="STARTTLS"):
        smtp(port, starttls=True).send(a_message())
    assert mailbox.taken == []


# --- what the contract form takes, the mail takes ---------------------------------------------------------------------

EMAIL = next(field for field in FIELDS if field.code == "contact_email")
_NEARLY = st.from_regex(
    r"[A-Za-z0-9.@_!#$%&'*+/=?^`{|}~()\[\]\\:;é-]{0,70}@[A-Za-z0-9é.-]{1,75}", fullmatch=True
)
_PARTS = st.lists(st.sampled_from(["a", "b2", ".", "-", "--", "xn--", "@", "test", "local", "example", "x" * 40, "é", "("]),
                  min_size=3, max_size=14).map("".join)  # fmt: skip


def form_takes(address: str) -> bool:
    return field_problem(EMAIL, {"contact_email": address}) is None


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.emails(), _NEARLY, _PARTS))
def test_every_address_the_form_takes_the_mail_takes(address: str):
    if form_takes(address):
        one_address(address, permanent=True)


@pytest.mark.parametrize("address", [
    "front..desk@x.example", ".a@x.example", "a.@x.example", "jos\u00e9@x.example", "a(b)@x.example", "a@-x.example",
    "a@x-.example", "a[1]@x.example", "a:b@x.example", f"a@{'x' * 70}.example", f"{'a' * 65}@x.example", "a@x.example.",
    "a@x.local", "a@x.test", "a@localhost", "a@x.invalid", "a@x.arpa", "a@10.0.0.1", "a@ab--c.example", "a@x.example\n",
    "a\\b@x.example", "a@xn--.example",
])  # fmt: skip
def test_an_address_no_letter_would_ever_reach_is_refused_by_the_form(address: str):
    assert not form_takes(address)


@pytest.mark.parametrize("address", [
    "office@practice.example", "a.b+c@x-y.practice.example", "O'Neill@X.Example", "front_desk@clinic1.example",
    f"{'a' * 64}@x.example", "a@b.c1.example", "1@2.example",
])  # fmt: skip
def test_an_ordinary_address_is_taken_by_form_and_mail(address: str):
    assert form_takes(address) and one_address(address, permanent=True)


# --- the outbox's lease -----------------------------------------------------------------------------------------------


def test_the_slowest_hand_over_that_may_succeed_ends_within_the_lease():
    slowest = 30.0
    with pytest.raises(ValueError, match="less than or equal to 30"):
        Settings(smtp_timeout=slowest + 0.1)
    # up to the go-ahead, then the message and the answer, each with its own time, then two seconds of goodbye
    assert (PATIENCE + 2) * slowest + 2 < LEASE_SECONDS
