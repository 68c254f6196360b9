"""How a message leaves: composed once, then handed to the console, a folder, or an SMTP server.

Mail cannot be sent exactly once. What can be had is an honest answer: taken (the proof), certainly not taken
(MailRefused), or nobody knows (MailInDoubt). Only a refused message may be sent again by a machine.
"""

import html
import os
import re
import smtplib
import ssl
import sys
import tempfile
from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from pathlib import Path
from typing import NoReturn, Protocol, TextIO

from email_validator import EmailNotValidError, validate_email

from onboarding.clock import seconds
from onboarding.config import MailTransport, Settings
from onboarding.policy.plan import PLAN

MESSAGE_ID = re.compile(r"<([A-Za-z0-9][A-Za-z0-9._-]{0,150}@[A-Za-z0-9.-]{1,100})>")
# What a mail program posts to the address of List-Unsubscribe when its reader presses its button.
ONE_CLICK = "List-Unsubscribe=One-Click"
# A conversation that has not come to the message after so many times the timeout of one step is given up, unsent: so
# an answer is there before the outbox's lease runs out.
PATIENCE = 3
_GOODBYE_SECONDS = 2.0
_HTML_STYLE = (
    "font-family: 'Source Sans 3', 'Segoe UI', Helvetica, Arial, sans-serif; "
    "font-size: 16px; line-height: 1.5; color: #1c2a32; max-width: 36em"
)


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header on one line, however long: mail programs do not read an address that was folded or encoded."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


class MailRefused(Exception):
    """The message was certainly not taken. `permanent`: trying again as it is will not help (a 5xx answer)."""

    def __init__(self, message: str, *, permanent: bool):
        super().__init__(message)
        self.permanent = permanent


class MailInDoubt(Exception):
    """No clear answer after the message began to go over: it may have been taken. A person settles it."""


class Written(Protocol):
    """What compose() needs of a letter (letters.view.LetterView has it, and letters.invitation.Invitation)."""

    @property
    def title(self) -> str: ...

    @property
    def public_url(self) -> str: ...


class Transport(Protocol):
    """One way for a message to leave."""

    def send(self, message: EmailMessage) -> str:
        """Hand the message over; answers the proof (at most 500 characters). Raises MailRefused or MailInDoubt."""
        ...


def compose(
    view: Written,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    body: str,
    attachment: bytes | None = None,
    attachment_name: str = "letter.pdf",
    stop_url: str = "",
    calendar: bytes = b"",
    method: str = "",
) -> EmailMessage:
    """One message to one recipient: plain text, the same as HTML, and the letter as a PDF; or, as a third reading of the
    text, an entry for a calendar with its `method` of iTIP (RFC 6047).

    The subject is the letter's title and the plan's name, never anything typed. `stop_url` is where its reader turns
    such mails off; mail programs show it as a button, and post to it in one click where it is HTTPS (RFC 8058). Raises MailRefused for an address
    that is not exactly one e-mail address (permanent for the recipient), ValueError for a malformed Message-ID.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"not a Message-ID: {message_id!r}")
    office = Address(f"{PLAN.name} {PLAN.department}", addr_spec=one_address(sender, permanent=False))
    message = EmailMessage(policy=_POLICY)
    message["From"] = office
    message["To"] = Address(addr_spec=one_address(recipient, permanent=True))
    message["Reply-To"] = office
    message["Subject"] = f"{PLAN.short_name}: {view.title}"
    message["Date"] = datetime.fromtimestamp(int(seconds()), UTC)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if stop_url:
        message["List-Unsubscribe"] = f"<{stop_url}>"
    if stop_url.startswith("https://"):
        message["List-Unsubscribe-Post"] = ONE_CLICK
    message.set_content(body, cte="quoted-printable")
    message.add_alternative(_as_html(body, view.public_url), subtype="html", cte="quoted-printable")
    if calendar:
        message.add_alternative(
            calendar.decode(), subtype="calendar", cte="quoted-printable", params={"method": method.upper()}
        )
    if attachment is not None:
        message.add_attachment(attachment, maintype="application", subtype="pdf", filename=attachment_name)
    return message


def one_address(text: str, *, permanent: bool) -> str:
    """Exactly one address, in the form mail servers take; raises MailRefused for anything else."""
    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise MailRefused(f"This is not one e-mail address: {error}", permanent=permanent) from error
    return address.ascii_email or address.normalized


def make_transport(settings: Settings) -> Transport:
    """The transport the settings name."""
    if settings.mail is MailTransport.SMTP:
        return Smtp(
            settings.smtp_host,
            settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            starttls=settings.smtp_starttls,
            timeout=settings.smtp_timeout,
            greeting=settings.mail_from.rpartition("@")[2] or "localhost",
        )
    if settings.mail is MailTransport.CONSOLE:
        return Console()
    assert settings.mail_folder is not None
    return File(settings.mail_folder)


class Console:
    """Shows the message where the program runs: for a look during development."""

    def __init__(self, stream: TextIO | None = None):
        self._stream = stream or sys.stdout

    def send(self, message: EmailMessage) -> str:
        """Print headers, text and the names of attachments."""
        text = message.get_body(("plain",))
        lines = [f"{name}: {value}" for name, value in message.items()]
        lines += ["", text.get_content() if text else ""]
        lines += [
            f"[{part.get_filename()}, {len(part.get_content())} bytes]" for part in message.iter_attachments()
        ]
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()
        return f"shown on the console, {_id_of(message)}"


class File:
    """Puts each message in a folder as an .eml file named after its Message-ID: the same message never makes two."""

    def __init__(self, folder: Path):
        self._folder = folder

    def send(self, message: EmailMessage) -> str:
        """Write the file whole or not at all; a file of that name from an earlier try stays as it is."""
        path = self._folder / f"{_id_of(message)}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            written = _write_once(path, message.as_bytes())
        except OSError as error:
            raise MailRefused(f"The file could not be written: {error}", permanent=False) from error
        return f"{'written to' if written else 'already in'} {path.name}"


class Smtp:
    """Hands the message to an SMTP server, step by step, so that it is known how far it came."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        starttls: bool = False,
        timeout: float = 20.0,
        greeting: str = "localhost",
        tls: ssl.SSLContext | None = None,
    ):
        self._host, self._port, self._timeout, self._greeting = host, port, timeout, greeting
        self._user, self._password, self._starttls, self._tls = user, password, starttls, tls

    def send(self, message: EmailMessage) -> str:
        """Answers what the server said when it took the message, with its name."""
        give_up_at = seconds() + PATIENCE * self._timeout
        sender, recipient = _envelope(message)
        content = _content(message)
        server = self._open()
        try:
            _offer(server, sender, recipient)
            if seconds() > give_up_at:
                raise MailRefused("The mail server was too slow; nothing was sent.", permanent=False)
            answer = _transfer(server, content)
        finally:
            server.close()
        return f"{self._host}:{self._port} answered {answer}"[:500]

    def _open(self) -> smtplib.SMTP:
        """Connect, greet, turn on TLS, sign in. Whatever fails here: nothing was offered yet, and it may mend."""
        try:
            server = smtplib.SMTP(self._host, self._port, self._greeting, self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(
                f"The mail server cannot be reached: {_plain(error)}", permanent=False
            ) from error
        try:
            if self._starttls:
                server.starttls(context=self._tls or ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if self._user:
                server.login(self._user, self._password)
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            raise MailRefused(f"The mail server cannot be used: {_plain(error)}", permanent=False) from error
        return server


def _offer(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """MAIL, RCPT, DATA, up to the server's go-ahead: nothing of the message has gone over yet."""
    for what, command, good in (
        ("the sender", f"MAIL FROM:<{sender}>", (250,)),
        ("the recipient", f"RCPT TO:<{recipient}>", (250, 251)),
        ("the message", "DATA", (354,)),
    ):
        try:
            server.putcmd(command)
            code, reply = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(
                f"The line broke before the message went over: {error}", permanent=False
            ) from error
        if code not in good:
            _refuse(what, code, reply, permanent=500 <= code <= 599)


def _transfer(server: smtplib.SMTP, content: bytes) -> str:
    """From the first byte of the message on, only a definite answer says what became of it."""
    try:
        server.send(content)
        code, reply = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailInDoubt(f"The line broke after the message began to go over: {error}") from error
    if 500 <= code <= 599:
        _refuse("the message", code, reply, permanent=True)
    if not 200 <= code <= 299:  # also a 4xx: there are servers that keep the message and then say "later"
        raise MailInDoubt(f"The mail server gave no clear answer: {code} {_text(reply)}")
    _say_goodbye(server)
    return f"{code} {_text(reply)}"


def _say_goodbye(server: smtplib.SMTP) -> None:
    """The message is taken; nothing that happens now changes that."""
    try:
        if server.sock:
            server.sock.settimeout(min(_GOODBYE_SECONDS, server.timeout))
        server.putcmd("QUIT")
        server.getreply()
    except (OSError, smtplib.SMTPException):
        return


def _refuse(what: str, code: int, reply: bytes, *, permanent: bool) -> NoReturn:
    raise MailRefused(f"The mail server refused {what}: {code} {_text(reply)}", permanent=permanent)


def _envelope(message: EmailMessage) -> tuple[str, str]:
    senders, recipients = message["From"].addresses, message["To"].addresses
    if len(senders) != 1 or len(recipients) != 1 or message["Cc"] or message["Bcc"]:
        raise MailRefused("A message goes to exactly one recipient.", permanent=True)
    return senders[0].addr_spec, recipients[0].addr_spec


def _content(message: EmailMessage) -> bytes:
    """The message as it goes over the line: CRLF, leading dots doubled, ended by a dot alone."""
    lines = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _id_of(message: EmailMessage) -> str:
    """The Message-ID without its brackets; fit to be a file name."""
    found = MESSAGE_ID.fullmatch(str(message["Message-ID"] or ""))
    if not found:
        raise MailRefused("The message has no proper Message-ID.", permanent=True)
    return found.group(1)


def _write_once(path: Path, content: bytes) -> bool:
    """Whole or not at all, safe on disk; False when the file is there already."""
    if path.exists():
        return False
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return False
    finally:
        Path(temporary).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def _as_html(body: str, public_url: str) -> str:
    """The text as plain HTML. Only addresses of our own pages become links."""
    blocks = (_html_block(block, public_url) for block in re.split(r"\n\s*\n", body.strip("\n")))
    return (
        '<!doctype html>\n<html lang="en-US">\n<head><meta charset="utf-8"></head>\n<body>\n'
        f'<div style="{_HTML_STYLE}">\n{"".join(blocks)}</div>\n</body>\n</html>\n'
    )


def _html_block(block: str, public_url: str) -> str:
    lines = [_linked(" ".join(line.split()), public_url) for line in block.splitlines()]
    if block.startswith("    "):
        return f'<p style="margin-left: 1.5em; font-weight: 600">{"<br>".join(lines)}</p>\n'
    return f"<p>{' '.join(lines)}</p>\n"


def _linked(line: str, public_url: str) -> str:
    """Escaped; an address becomes a link only when it is one of our own pages, path and all."""
    home = re.escape(public_url.rstrip("/"))
    ours = re.compile(rf"({home}(?:/[a-z]*)*)([.,;:]?)")
    words = []
    for word in line.split(" "):
        found = ours.fullmatch(word)
        words.append(f"{_link(found.group(1))}{found.group(2)}" if found else html.escape(word))
    return " ".join(words)


def _link(address: str) -> str:
    escaped = html.escape(address)
    return f'<a href="{escaped}" style="color: #0f4c5c">{escaped}</a>'


def _plain(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {_text(reply) if isinstance(reply, bytes) else reply}"
    return str(error) or type(error).__name__


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("ascii", "replace").split())[:300]
