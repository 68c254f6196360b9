"""Turning the optional mails off and on: for an e-mail address, and so for every application that has it."""

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.clock import now
from onboarding.extensions import db
from onboarding.models import Application, Letter, MailStop, OutboxMessage
from onboarding.policy.people import Actor, applicant
from onboarding.policy.vocabulary import Channel
from onboarding.queries.files import get_application
from onboarding.queries.mail_stops import digest_of_address, read_stop_link, wants_mail
from onboarding.services.audit import record_event


def stop_by_link(link: str) -> bool:
    """Turn the optional mails off for the address that the mail with this link went to; twice is as once. False, and
    nothing is done, for a link that no mail of ours has carried."""
    query = select(Letter.application_id, OutboxMessage.recipient).join(Letter.messages)
    found = db.session.execute(
        query.where(Letter.id == read_stop_link(link), OutboxMessage.channel == Channel.MAIL)
    ).one_or_none()
    if found is None:
        return False
    if wants_mail(found.recipient):
        _stop(found.recipient)
        _tell(
            get_application(found.application_id, for_change=True),
            applicant(""),
            "turned off with the link of a mail",
        )
    return True


def choose_mails(application: Application, actor: Actor, *, wanted: bool) -> None:
    """Turn the optional mails on or off for the e-mail address on file of an application, which the caller has locked."""
    address = application.form.email_on_file
    if not address or wants_mail(address) is wanted:
        return
    if wanted:
        db.session.execute(delete(MailStop).where(MailStop.digest == digest_of_address(address)))
    else:
        _stop(address)
    _tell(application, actor, f"turned {'on' if wanted else 'off'} on the status page")


def _stop(address: str) -> None:
    dialect = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    row = dialect.insert(MailStop).values(digest=digest_of_address(address), stopped_at=now())
    db.session.execute(row.on_conflict_do_nothing(index_elements=["digest"]))  # two may press at once


def _tell(application: Application, actor: Actor, what: str) -> None:
    record_event(
        actor=actor, application=application, action="choose_mails", what=f"E-mail at each change: {what}"
    )
