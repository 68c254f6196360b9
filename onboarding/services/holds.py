"""What waits for a person: the limits of a day hold a storm, a person holds one letter; a person releases or drops it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Row, exists, func, insert, select, update

from onboarding.clock import today
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.letters.catalog import letter_row
from onboarding.models import Letter, LetterHold, OutboxMessage, Sender
from onboarding.policy.letter_limits import held_because, limit_of
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.vocabulary import HoldCause, HoldOutcome, LetterKind, LetterState, MessageState
from onboarding.services.audit import record_event
from onboarding.services.outbox import end_holds, forget_secrets_of

AT_ONCE = 500


def admit_letters(most: int | None = None) -> int:
    """Let what waits to leave pass, the oldest first, up to the policy's number of its kind for a day (or `most`, where the
    plan says so); hold the rest, and what is too old, for a person. Answers how many were held."""
    if not _list_waiting():
        return 0
    db.session.execute(select(Sender.id).with_for_update())  # one worker counts at a time
    waiting = defaultdict[LetterKind, list[Row[int, LetterKind, object]]](list)
    for row in _list_waiting():
        waiting[row.kind].append(row)
    return sum(_admit_kind(kind, rows, most) for kind, rows in waiting.items())


def _list_waiting() -> Sequence[Row[int, LetterKind, object]]:
    """The letters that wait to leave and that nobody has let pass yet."""
    query = (
        select(Letter.id, Letter.kind, Letter.due_on)
        .join(OutboxMessage, OutboxMessage.letter_id == Letter.id)
        .where(OutboxMessage.state == MessageState.QUEUED, Letter.admitted_on.is_(None))
        .distinct()
    )
    return db.session.execute(query.order_by(Letter.id)).all()


def _admit_kind(kind: LetterKind, rows: Sequence[Row[int, LetterKind, object]], most: int | None) -> int:
    limit = limit_of(kind)
    daily = limit.daily if most is None else most
    old = [row.id for row in rows if (today() - row.due_on).days > limit.oldest]
    fresh = [row.id for row in rows if (today() - row.due_on).days <= limit.oldest]
    free = max(0, daily - _count_admitted(kind))
    _set_letters(fresh[:free], admitted_on=today())
    for cause, ids in ((HoldCause.AGE, old), (HoldCause.RATE, fresh[free:])):
        _hold(ids, cause, held_because(cause, kind, daily), CLOCK)
    return len(old) + len(fresh[free:])


def _count_admitted(kind: LetterKind) -> int:
    """How many of this kind were let pass today; what a person released does not count."""
    by_hand = exists().where(LetterHold.letter_id == Letter.id)
    query = select(func.count()).select_from(Letter).where(
        Letter.admitted_on == today(), Letter.kind == kind, ~by_hand
    )  # fmt: skip
    return db.session.scalar(query) or 0


def hold_letter(letter: Letter, actor: Actor, reason: str) -> None:
    """Keep what has not left of this letter from leaving, until a person releases or drops it.

    Raises Conflict where nothing of it waits: it has left, it leaves at this moment, or it is held already.
    """
    made = letter.state is not LetterState.QUEUED
    if letter.state not in (LetterState.QUEUED, LetterState.RENDERED):
        raise Conflict("Nothing of this letter waits to leave.")
    if made and not _set_messages([letter.id], MessageState.QUEUED, state=MessageState.HELD):
        raise Conflict("Nothing of this letter waits to leave: it has left, or it is leaving just now.")
    if not made:
        letter.state, letter.claimed_until, letter.fence = LetterState.HELD, 0, letter.fence + 1
    db.session.flush()
    _write_holds([letter.id], HoldCause.PERSON, reason, actor)
    _record(letter, actor, "hold_letter", "held", reason)


def release_letter(letter: Letter, actor: Actor, reason: str) -> None:
    """Let a held letter go: it leaves with the next run, whatever the limits of the day. Raises Conflict when it is not
    held."""
    _end(letter, actor, reason, HoldOutcome.RELEASED)
    _release([letter.id])
    _record(letter, actor, "release_letter", "released", reason)


def drop_letter(letter: Letter, actor: Actor, reason: str) -> None:
    """Never let this letter leave. Raises Conflict when it is not held, or when it is one that has to leave."""
    _refuse_drop(letter.kind)
    _end(letter, actor, reason, HoldOutcome.DROPPED)
    _drop([letter.id], actor, reason)
    _record(letter, actor, "drop_letter", "dropped", reason)


def release_held(kind: LetterKind, cause: HoldCause, most: int, actor: Actor, reason: str) -> int:
    """Release the oldest of one kind that are held for one cause, at most so many. Answers how many."""
    ids = _list_held(kind, cause, most)
    end_holds(ids, HoldOutcome.RELEASED, actor.name, reason)
    _release(ids)
    _record_many(kind, len(ids), actor, "release_letter", "released", reason)
    return len(ids)


def drop_held(kind: LetterKind, cause: HoldCause, most: int, actor: Actor, reason: str) -> int:
    """Drop them in the same way. Raises Conflict for a kind that has to leave."""
    _refuse_drop(kind)
    ids = _list_held(kind, cause, most)
    end_holds(ids, HoldOutcome.DROPPED, actor.name, reason)
    _drop(ids, actor, reason)
    _record_many(kind, len(ids), actor, "drop_letter", "dropped", reason)
    return len(ids)


def _refuse_drop(kind: LetterKind) -> None:
    if not limit_of(kind).droppable:
        raise Conflict("This letter has to leave, so it cannot be dropped: release it.")


def _list_held(kind: LetterKind, cause: HoldCause, most: int) -> list[int]:
    query = (
        select(LetterHold.letter_id)
        .join(Letter, Letter.id == LetterHold.letter_id)
        .where(LetterHold.ended_at.is_(None), LetterHold.cause == cause, Letter.kind == kind)
        .order_by(LetterHold.letter_id)
        .limit(most)
        .with_for_update()
    )
    return list(db.session.scalars(query))


def _hold(ids: list[int], cause: HoldCause, because: str, actor: Actor) -> None:
    _set_messages(ids, MessageState.QUEUED, state=MessageState.HELD)
    _write_holds(ids, cause, because, actor)


def _write_holds(ids: list[int], cause: HoldCause, because: str, actor: Actor) -> None:
    said = {"cause": cause, "because": because[:500], "held_on": today(), "held_by": actor.name[:120],
            "ended_by": "", "reason": ""}  # fmt: skip
    if ids:
        db.session.execute(insert(LetterHold), [{"letter_id": number, **said} for number in ids])


def _end(letter: Letter, actor: Actor, reason: str, outcome: HoldOutcome) -> None:
    if not end_holds([letter.id], outcome, actor.name, reason):
        raise Conflict("This letter is not held: somebody may have released or dropped it already.")


def _release(ids: list[int]) -> None:
    _set_messages(ids, MessageState.HELD, state=MessageState.QUEUED, not_before=0)
    _set_letters(ids, LetterState.HELD, state=LetterState.QUEUED, attempts=0)
    _set_letters(ids, admitted_on=today())


def _drop(ids: list[int], actor: Actor, reason: str) -> None:
    says = f"Dropped by {actor.name}: {reason}"[:500]
    _set_messages(ids, MessageState.HELD, state=MessageState.HELD_BACK, proof=says)
    for page in _pages(ids):
        sent = exists().where(
            OutboxMessage.letter_id == Letter.id, OutboxMessage.state != MessageState.HELD_BACK
        )
        whole = update(Letter).where(Letter.id.in_(page), ~sent)
        db.session.execute(
            whole.values(state=LetterState.HELD_BACK, error=says).execution_options(synchronize_session=False)
        )
    forget_secrets_of(ids)


def _set_messages(ids: list[int], was: MessageState, **values: object) -> int:
    """Change the hand-overs of these letters that are in this state. Answers how many were."""
    done = 0
    for page in _pages(ids):
        found = update(OutboxMessage).where(OutboxMessage.letter_id.in_(page), OutboxMessage.state == was)
        changed = db.session.execute(found.values(**values).execution_options(synchronize_session=False))
        done += changed.rowcount  # type: ignore[attr-defined]
    return done


def _set_letters(ids: list[int], was: LetterState | None = None, **values: object) -> None:
    for page in _pages(ids):
        found = update(Letter).where(Letter.id.in_(page), *[Letter.state == was] * (was is not None))
        db.session.execute(found.values(**values).execution_options(synchronize_session=False))


def _pages(ids: list[int]) -> list[list[int]]:
    return [ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE)]


def _record(letter: Letter, actor: Actor, action: str, became: str, reason: str) -> None:
    db.session.expire(letter)
    record_event(
        actor=actor,
        application=letter.application,
        action=action,
        what=f"{letter_row(letter.kind).title}: {became}",
        why=reason,
        details={"letter": letter.id},
    )


def _record_many(kind: LetterKind, count: int, actor: Actor, action: str, became: str, reason: str) -> None:
    what = f"{letter_row(kind).title}: {count:,} held letters {became}"
    record_event(actor=actor, action=action, what=what, why=reason, details={"kind": kind.value})
