"""Handing mail to the plan's own people over, each at most once: claimed, handed over, settled, as services/outbox.py
does it with letters, which belong to applicants. A mail that may have left is not sent again by a machine."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from onboarding.clock import now, seconds
from onboarding.extensions import db
from onboarding.models import MeetingCall, StallMail
from onboarding.policy.vocabulary import MessageState
from onboarding.services.outbox import LEASE_SECONDS, RETRY_SECONDS

LOST_SAYS = "The sender stopped while the message was being handed over."

DeskMail = MeetingCall | StallMail


@dataclass(frozen=True)
class DeskClaim:
    """Our hold on one mail: settle it with this fence or not at all."""

    kind: type[DeskMail]
    mail_id: int
    fence: int


def claim_desk_mail(kind: type[DeskMail], mail_domain: str) -> DeskClaim | None:
    """Take the next mail of this kind that is due, for one lease; None when there is none. A lease that ran out leaves its
    mail in doubt. Inside committed()."""
    moment = seconds()
    db.session.execute(
        update(kind)
        .where(kind.state == MessageState.SENDING, kind.claimed_until < moment)
        .values(state=MessageState.IN_DOUBT, proof=LOST_SAYS)
        .execution_options(synchronize_session=False)
    )
    query = (
        select(kind)
        .where(kind.state == MessageState.QUEUED, kind.not_before <= moment)
        .order_by(kind.not_before, kind.id)
        .limit(1)
        .with_for_update(of=kind, skip_locked=True)
    )
    mail: Any = db.session.scalars(query).first()
    if mail is None:
        return None
    mail.state, mail.claimed_until = MessageState.SENDING, moment + LEASE_SECONDS
    mail.fence, mail.attempts = mail.fence + 1, mail.attempts + 1
    mail.message_id = mail.message_id or f"<{mail.called}.{int(now().timestamp())}@{mail_domain}>"
    return DeskClaim(kind, mail.id, mail.fence)


def get_claimed(claim: DeskClaim) -> Any:
    """The mail that was claimed, read afresh."""
    return db.session.get_one(claim.kind, claim.mail_id, populate_existing=True)


def settle_desk_mail(claim: DeskClaim, state: MessageState, proof: str) -> bool:
    """What became of it, with its proof: sent, in doubt, or held back. False when the lease was lost meanwhile."""
    sent = {"sent_at": now()} if state is MessageState.SENT else {}
    return _settle(claim, state=state, proof=proof[:500], **sent)


def settle_refused_desk_mail(claim: DeskClaim, error: str, *, permanent: bool) -> bool:
    """Certainly not taken: try again later, or fail for good and wait for a person."""
    mail = get_claimed(claim)
    if permanent or mail.attempts > len(RETRY_SECONDS):
        return _settle(claim, state=MessageState.FAILED, proof=error[:500])
    again = seconds() + RETRY_SECONDS[mail.attempts - 1]
    return _settle(claim, state=MessageState.QUEUED, proof=error[:500], not_before=again)


def _settle(claim: DeskClaim, **values: Any) -> bool:
    kind = claim.kind
    done = db.session.execute(
        update(kind)
        .where(kind.id == claim.mail_id, kind.fence == claim.fence, kind.state == MessageState.SENDING)
        .values(claimed_until=0, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
