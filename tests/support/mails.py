"""The mailbox of an applicant: what the clock has mailed, as the reader sees it."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from flask import current_app
from sqlalchemy import select

from onboarding.extensions import db
from onboarding.jobs.letters import hand_over_mail, render_letters
from onboarding.mail import MailRefused
from onboarding.models import AccessCode, Application
from onboarding.policy.vocabulary import CodePurpose


class Mailbox:
    """Takes messages in place of a mail server."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> str:
        self.mails.append(message_from_bytes(message.as_bytes(), policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


class Refusing:
    """A server that certainly takes nothing."""

    def __init__(self, permanent: bool):
        self.permanent = permanent

    def send(self, message: object) -> str:
        raise MailRefused("451 try again", permanent=self.permanent)


def mail_leaves() -> Mailbox:
    """Every letter that waits is made and mailed by the jobs; the mailbox holds what came."""
    settings, box = current_app.extensions["settings"], Mailbox()
    render_letters(settings)
    hand_over_mail(settings, box)
    return box


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_and_code(application: Application) -> tuple[str, str]:
    """The path of the link and the code of the newest such mail about this application, once it has left."""
    mine = [text for mail in mail_leaves().mails if application.public_id in (text := text_of(mail))]
    found = [text for text in mine if "Code:" in text]
    link, code = re.search(r"/status/link/[a-z]+", found[-1]), re.search(r"Code: ([0-9 ]+)", found[-1])
    assert link and code
    return link[0], code[1].strip()


def code_of(application: Application) -> str:
    """The code that is about to be mailed for this application."""
    query = select(AccessCode.secret).where(
        AccessCode.application_id == application.id, AccessCode.purpose == CodePurpose.CODE
    )
    db.session.rollback()
    return str(db.session.scalars(query.order_by(AccessCode.id.desc())).first())
