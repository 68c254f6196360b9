"""Telling the desk by mail of files that stand still. Nothing is sent inside a transaction."""

from email.message import EmailMessage

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.letters.render import fill_text
from onboarding.mail import MailInDoubt, MailRefused, Transport, compose, make_transport
from onboarding.policy.vocabulary import MessageState
from onboarding.services.stalls import (
    MOVED_SAYS,
    StallClaim,
    claim_stall_mail,
    read_stall_mail,
    settle_refused_stall_mail,
    settle_stall_mail,
    write_stall_mails,
)


def tell_of_stalls(settings: Settings, transport: Transport | None = None) -> dict[str, int]:
    """Write and mail what is to be told of files that newly stand still, each at most once."""
    transport = transport or make_transport(settings)
    with committed():
        done = {"written": write_stall_mails(), "mailed": 0, "refused": 0, "in_doubt": 0, "held_back": 0}
    while True:
        with committed():
            claim = claim_stall_mail(settings.mail_from.rpartition("@")[2])
        if claim is None:
            return done
        done[_mail(claim, transport, settings)] += 1


def _mail(claim: StallClaim, transport: Transport, settings: Settings) -> str:
    try:
        mail = _compose(claim, settings)
        if mail is None:
            with committed():
                settle_stall_mail(claim, MessageState.HELD_BACK, MOVED_SAYS)
            return "held_back"
        proof = transport.send(mail)
    except MailRefused as error:
        with committed():
            settle_refused_stall_mail(claim, str(error), permanent=error.permanent)
        return "refused"
    except Exception as error:  # in doubt, or not foreseen: it may have been taken
        says = str(error) if isinstance(error, MailInDoubt) else f"{type(error).__name__}: {error}"
        with committed():
            settle_stall_mail(claim, MessageState.IN_DOUBT, says)
        return "in_doubt"
    with committed():
        settle_stall_mail(claim, MessageState.SENT, proof)
    return "mailed"


def _compose(claim: StallClaim, settings: Settings) -> EmailMessage | None:
    found = read_stall_mail(claim, settings.public_url)
    db.session.rollback()
    if found is None:
        return None
    view, message_id = found
    return compose(
        view,
        sender=settings.mail_from,
        recipient=view.address,
        message_id=message_id,
        body=fill_text("desk/stall.txt", view=view),
    )
