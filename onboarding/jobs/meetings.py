"""Mailing invitations to meetings of the committee. Nothing is sent inside a transaction."""

from email.message import EmailMessage

from onboarding.clock import now
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.letters.invitation import calendar_file
from onboarding.letters.render import fill_text
from onboarding.mail import MailInDoubt, MailRefused, Transport, compose, make_transport
from onboarding.policy.vocabulary import MessageState
from onboarding.services.calls import (
    LATE_SAYS,
    CallClaim,
    claim_call,
    read_call,
    settle_call,
    settle_refused_call,
)


def mail_calls(settings: Settings, transport: Transport | None = None) -> dict[str, int]:
    """Mail every invitation that waits, each at most once; what a server may have taken is left in doubt."""
    transport = transport or make_transport(settings)
    done = {"mailed": 0, "refused": 0, "in_doubt": 0, "held_back": 0}
    while True:
        with committed():
            claim = claim_call(settings.mail_from.rpartition("@")[2])
        if claim is None:
            return done
        done[_mail(claim, transport, settings)] += 1


def _mail(claim: CallClaim, transport: Transport, settings: Settings) -> str:
    try:
        mail = _compose(claim, settings)
        if mail is None:
            with committed():
                settle_call(claim, MessageState.HELD_BACK, LATE_SAYS)
            return "held_back"
        proof = transport.send(mail)
    except MailRefused as error:
        with committed():
            settle_refused_call(claim, str(error), permanent=error.permanent)
        return "refused"
    except Exception as error:  # in doubt, or not foreseen: it may have been taken
        says = str(error) if isinstance(error, MailInDoubt) else f"{type(error).__name__}: {error}"
        with committed():
            settle_call(claim, MessageState.IN_DOUBT, says)
        return "in_doubt"
    with committed():
        settle_call(claim, MessageState.SENT, proof)
    return "mailed"


def _compose(claim: CallClaim, settings: Settings) -> EmailMessage | None:
    found = read_call(claim, settings.public_url, settings.mail_from)
    db.session.rollback()
    if found is None:
        return None
    invitation, message_id = found
    return compose(
        invitation,
        sender=settings.mail_from,
        recipient=invitation.attendee,
        message_id=message_id,
        body=fill_text("committee/invitation.txt", invitation=invitation),
        calendar=calendar_file(invitation, now()),
        method=invitation.method,
    )
