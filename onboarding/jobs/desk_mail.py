"""Mailing the plan's own people. Nothing is sent inside a transaction."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import structlog

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.journal import open_journal
from onboarding.mail import MailInDoubt, MailRefused, Transport, make_transport
from onboarding.policy.vocabulary import MessageState
from onboarding.services.desk_mail import (
    DeskClaim,
    DeskMail,
    claim_desk_mail,
    get_claimed,
    settle_desk_mail,
    settle_refused_desk_mail,
)

log = structlog.get_logger("onboarding.jobs")

# The mail that a row says now; None where it says what is not so any more.
Compose = Callable[[Any, Settings], EmailMessage | None]


def mail_desk(
    kind: type[DeskMail], compose: Compose, gone_says: str, settings: Settings, transport: Transport | None
) -> dict[str, int]:
    """Mail everything of this kind that waits, each at most once; what a server may have taken is left in doubt, what is not
    so any more is held back with these words. Nothing leaves while the sender is paused."""
    transport = transport or make_transport(settings)
    done = {"mailed": 0, "refused": 0, "in_doubt": 0, "held_back": 0}
    journal = open_journal(settings)
    while journal:
        with committed():
            claim = claim_desk_mail(kind, settings.mail_from.rpartition("@")[2])
        if claim is None:
            break
        done[_mail(claim, compose, gone_says, settings, transport)] += 1
    return done


def _mail(
    claim: DeskClaim, compose: Compose, gone_says: str, settings: Settings, transport: Transport
) -> str:
    try:
        mail = compose(get_claimed(claim), settings)
    except Exception as error:  # nothing was handed over
        db.session.rollback()
        return _refuse(claim, error, permanent=not isinstance(error, OSError))
    db.session.rollback()
    if mail is None:
        return _settle(claim, MessageState.HELD_BACK, gone_says, "held_back")
    try:
        proof = transport.send(mail)
    except MailRefused as error:
        return _refuse(claim, error, permanent=error.permanent)
    except Exception as error:  # in doubt, or not foreseen: it may have been taken
        return _settle(claim, MessageState.IN_DOUBT, _words(error), "in_doubt")
    return _settle(claim, MessageState.SENT, proof, "mailed")


def _settle(claim: DeskClaim, state: MessageState, proof: str, done: str) -> str:
    with committed():
        settled = settle_desk_mail(claim, state, proof)
    if not settled:  # whatever was done, somebody holds it in doubt meanwhile: a person has to know
        log.error("desk mail settled after its lease ran out", mail=claim.mail_id, proof=proof)
        return "in_doubt"
    return done


def _refuse(claim: DeskClaim, error: Exception, *, permanent: bool) -> str:
    with committed():
        settle_refused_desk_mail(claim, _words(error), permanent=permanent)
    return "refused"


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, MailRefused | MailInDoubt) else f"{type(error).__name__}: {error}"
