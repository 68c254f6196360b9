"""Handing letters over: by mail and by print, each hand-over at most once, with its proof.

A message is claimed by a conditional update with a lease and a fencing number. A mail whose lease ran out while it was
being sent may have left: it becomes `in_doubt` and waits for a person. A print may be repeated: same name, same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, update

from onboarding.clock import now, seconds, today
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.models import AccessCode, Letter, LetterHold, OutboxMessage
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Channel, HoldOutcome, LetterState, MessageState
from onboarding.services.audit import record_event

# Longer than the slowest hand-over that may still succeed: see mail.PATIENCE and the bound of smtp_timeout.
LEASE_SECONDS = 180
HELD_BACK_SAYS = "Not sent: the reader had turned these mails off before this one left."
FORGOTTEN_SAYS = "Not sent: the form was deleted before this one left."
RETRY_SECONDS = (60, 300, 1800, 7200, 21600)


def left_before(at: str, name: str) -> str:
    """Why a hand-over is in doubt that the journal outside the database tells of."""
    return f"The journal tells that this left at {at} as {name}, before the database was restored."


@dataclass(frozen=True)
class Claim:
    """Our hold on one message: settle it with this fence or not at all."""

    message_id: int
    fence: int


def queue_message(letter: Letter, channel: Channel, recipient: str, message_id: str = "") -> OutboxMessage:
    """Put one hand-over of a rendered letter in the outbox; unique on (letter, channel)."""
    message = OutboxMessage(
        letter=letter, channel=channel, state=MessageState.QUEUED, recipient=recipient, message_id=message_id
    )
    db.session.add(message)
    return message


def claim_message(channel: Channel) -> Claim | None:
    """Take the next message that is due on this channel and was let pass, for one lease; None when there is none."""
    moment = seconds()
    candidate = (
        select(OutboxMessage.id)
        .join(Letter, Letter.id == OutboxMessage.letter_id)
        .where(
            OutboxMessage.state == MessageState.QUEUED,
            OutboxMessage.channel == channel,
            OutboxMessage.not_before <= moment,
            Letter.admitted_on.is_not(None),
        )
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxMessage)
        .scalar_subquery()
    )
    taken = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == candidate, OutboxMessage.state == MessageState.QUEUED)
        .values(
            state=MessageState.SENDING,
            claimed_until=moment + LEASE_SECONDS,
            fence=OutboxMessage.fence + 1,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(OutboxMessage.id, OutboxMessage.fence)
        .execution_options(synchronize_session=False)
    ).first()
    return Claim(taken.id, taken.fence) if taken else None


def renew_claim(claim: Claim) -> bool:
    """Still ours? Asked right before the first byte leaves, and the lease begins anew. False where it ran out and was given
    over meanwhile: then nothing may leave under this claim."""
    return _update(claim, claimed_until=seconds() + LEASE_SECONDS)


def settle_sent(claim: Claim, proof: str) -> bool:
    """The hand-over is proven. False when the lease was lost meanwhile."""
    return _settle(
        claim, state=MessageState.SENT, sent_at=now(), sent_on=today(), proof=proof[:500], error=""
    )


def settle_refused(claim: Claim, error: str, *, permanent: bool) -> bool:
    """Certainly not taken: try again later, or fail for good and wait for a person."""
    message = db.session.get_one(OutboxMessage, claim.message_id, populate_existing=True)
    if permanent or message.attempts > len(RETRY_SECONDS):
        return _settle(claim, state=MessageState.FAILED, error=error[:500])
    wait = RETRY_SECONDS[message.attempts - 1]
    return _settle(claim, state=MessageState.QUEUED, not_before=seconds() + wait, error=error[:500])


def settle_held_back(claim: Claim, says: str = HELD_BACK_SAYS) -> bool:
    """Not handed over, and never to be: its reader has turned such mails off, or it says what is not so any more."""
    return _settle(claim, state=MessageState.HELD_BACK, error="", proof=says)


def settle_gone(claim: Claim, says: str) -> bool:
    """Not handed over: the cause of the letter is gone. Once no hand-over of it has left or may leave, it is held back as a
    whole, and counts for nothing that waits for it."""
    settled = settle_held_back(claim, says)
    of_letter = OutboxMessage.letter_id == Letter.id
    its = select(OutboxMessage.letter_id).where(OutboxMessage.id == claim.message_id).scalar_subquery()
    another = exists().where(of_letter, OutboxMessage.state != MessageState.HELD_BACK)
    if settled:
        db.session.execute(
            update(Letter)
            .where(Letter.id == its, ~another)
            .values(state=LetterState.HELD_BACK, error=says)
            .execution_options(synchronize_session=False)
        )
    return settled


def forget_message(message: OutboxMessage) -> None:
    """Keep nobody's address; what waits, or waits for a person after it failed, is held back. One that is being sent is
    settled by its sender."""
    message.recipient = ""
    if message.state in (MessageState.QUEUED, MessageState.FAILED, MessageState.HELD):
        message.state, message.proof, message.error = MessageState.HELD_BACK, FORGOTTEN_SAYS, ""
        forget_secrets_of([message.letter_id])


def end_holds(letter_ids: Sequence[int], outcome: HoldOutcome, by: str, reason: str) -> int:
    """End the open holds of these letters. Answers how many there were."""
    said = {
        "outcome": outcome,
        "ended_at": now(),
        "ended_on": today(),
        "ended_by": by[:120],
        "reason": reason[:500],
    }
    still = update(LetterHold).where(LetterHold.letter_id.in_(letter_ids), LetterHold.ended_at.is_(None))
    done = db.session.execute(still.values(**said).execution_options(synchronize_session=False))
    return done.rowcount  # type: ignore[attr-defined]


def settle_in_doubt(claim: Claim, error: str) -> bool:
    """It may have been taken: never sent again by a machine."""
    return _settle(claim, state=MessageState.IN_DOUBT, error=error[:500])


def _settle(claim: Claim, **values: object) -> bool:
    settled = _update(claim, **values, claimed_until=0)
    if settled and values["state"] is not MessageState.QUEUED:
        message = select(OutboxMessage.letter_id).where(OutboxMessage.id == claim.message_id)
        forget_secrets_of(list(db.session.scalars(message)))
    return settled


def _update(claim: Claim, **values: object) -> bool:
    """Write this of the message while the claim stands, or nothing."""
    done = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == claim.message_id,
            OutboxMessage.fence == claim.fence,
            OutboxMessage.state == MessageState.SENDING,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def forget_secrets_of(letter_ids: Sequence[int]) -> None:
    """What these mails carried is known from now on to their readers only."""
    db.session.execute(
        update(AccessCode)
        .where(AccessCode.letter_id.in_(letter_ids), AccessCode.secret.is_not(None))
        .values(secret=None)
        .execution_options(synchronize_session=False)
    )


def release_lost_claims() -> int:
    """Leases that ran out: a print goes back in the queue, a mail becomes in doubt. Answers how many."""
    lost = (OutboxMessage.state == MessageState.SENDING, OutboxMessage.claimed_until < seconds())
    outcome: dict[Channel, dict[str, object]] = {
        Channel.PRINT: {"state": MessageState.QUEUED},
        Channel.MAIL: {
            "state": MessageState.IN_DOUBT,
            "error": "The sender stopped while the message was being handed over.",
        },
    }
    return sum(
        db.session.execute(
            update(OutboxMessage)
            .where(*lost, OutboxMessage.channel == channel)
            .values(**values)
            .execution_options(synchronize_session=False)
        ).rowcount  # type: ignore[attr-defined]
        for channel, values in outcome.items()
    )


def settle_by_person(message: OutboxMessage, actor: Actor, *, sent: bool, reason: str) -> None:
    """A person settles a hand-over that is in doubt or failed: it did leave, or send it again.

    Raises Conflict when there is nothing to settle.
    """
    if message.state not in (MessageState.IN_DOUBT, MessageState.FAILED):
        raise Conflict("This hand-over is not in doubt: somebody may have settled it already.")
    if sent:
        message.state, message.sent_at, message.sent_on = MessageState.SENT, now(), today()
        message.proof = f"Settled by {actor.name}: {reason}"[:500]
    else:
        message.state, message.not_before, message.attempts = MessageState.QUEUED, 0, 0
        message.error = ""
    record_event(
        actor=actor,
        application=message.letter.application,
        action="settle_letter",
        what=f"{message.channel.value}: {'counted as sent' if sent else 'to be sent again'}",
        why=reason,
        details={"letter": message.letter_id},
    )
