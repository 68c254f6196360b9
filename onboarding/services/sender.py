"""The sender begins, is paused, and goes on after a restore with what left meanwhile in doubt."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.clock import now
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.models import LostHandOver, OutboxMessage, Sender
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import MessageState
from onboarding.queries.sender import ONLY, JournalLine, find_sender
from onboarding.services.audit import record_event
from onboarding.services.outbox import left_before

# Of these a machine would send; what is known to have left, and what is not to leave, stays as it is.
_WAITING = (MessageState.QUEUED, MessageState.SENDING, MessageState.HELD, MessageState.FAILED)


def begin_sender(epoch: str) -> None:
    """The sender runs for the first time on this database."""
    first = _insert(Sender).values(id=ONLY, epoch=epoch, paused_because="")
    db.session.execute(first.on_conflict_do_nothing())


def pause_sender(because: str) -> None:
    """Nothing leaves from now on, until a person has it go on. What pauses it first is what is said."""
    paused = update(Sender).where(Sender.paused_at.is_(None))
    db.session.execute(
        paused.values(paused_at=now(), paused_because=because[:500]).execution_options(
            synchronize_session=False
        )
    )


def resume_sender(epoch: str, lost: Iterable[JournalLine], actor: Actor, reason: str) -> int:
    """Go on in a new epoch. What the journal knows to have left, or not to have left for sure, and this database did not
    know, is in doubt: here where its message is, else once its letter is written again. Answers how many.

    Raises Conflict when the sender is not paused.
    """
    sender = find_sender()
    if sender is None or sender.paused_at is None:
        raise Conflict("The sender is not paused.")
    found = {(line.letter_key, line.channel): line for line in lost}
    for line in found.values():
        _doubt(line)
    record_event(
        actor=actor,
        action="resume_sender",
        what=f"The sender goes on; {len(found):,} hand-over(s) that this database did not know are in doubt",
        why=reason,
        details={"paused_because": sender.paused_because},
    )
    sender.epoch, sender.paused_at, sender.paused_because = epoch, None, ""
    return len(found)


def _doubt(line: JournalLine) -> None:
    name = OutboxMessage.message_id if "@" in line.name else OutboxMessage.recipient
    its = (OutboxMessage.id == line.message_id, OutboxMessage.channel == line.channel, name == line.name)
    db.session.execute(
        update(OutboxMessage)
        .where(*its, OutboxMessage.state.in_(_WAITING))
        .values(state=MessageState.IN_DOUBT, error=left_before(line.at, line.name), claimed_until=0)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(OutboxMessage)
        .where(*its, OutboxMessage.fence < line.fence)
        .values(fence=line.fence)
        .execution_options(synchronize_session=False)
    )
    row = {"letter_key": line.letter_key, "channel": line.channel, "name": line.name, "at": line.at}
    last = _insert(LostHandOver).values(**row)
    key = [LostHandOver.letter_key, LostHandOver.channel]
    db.session.execute(
        last.on_conflict_do_update(index_elements=key, set_={"name": line.name, "at": line.at})
    )


def _insert(table: Any) -> Any:
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name](table)
