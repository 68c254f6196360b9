"""Writing letters: a row first, bytes later. Rendering happens outside any transaction, between claim and completion."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from onboarding.clock import now, seconds, today
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.letters.catalog import letter_row
from onboarding.models import Application, Letter
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.vocabulary import (
    Channel,
    HoldOutcome,
    LetterKind,
    LetterState,
    MessageState,
)
from onboarding.queries.sender import find_lost
from onboarding.services.audit import record_event, refuse_ssn
from onboarding.services.letter_facts import about, day_of, terms_of, without_numbers
from onboarding.services.outbox import (
    FORGOTTEN_SAYS,
    RETRY_SECONDS,
    end_holds,
    forget_message,
    left_before,
    queue_message,
)

LEASE_SECONDS = 120
MAX_ATTEMPTS = len(RETRY_SECONDS)
_STOPPED = "Each time this letter was made, the program was stopped before it was done."


def write_letter(
    application: Application,
    kind: LetterKind,
    *,
    facts: dict[str, Any] | None = None,
    by: Actor | None = None,
) -> Letter:
    """Write one letter of this kind, numbered after those of this cycle; it is rendered and handed over by the clock.
    What it says of the provider is fixed now, with these facts.

    Unique on (application, kind, cycle, number): two writers at once make one letter and one integrity error. No
    letter says a social security number or the provider's tax ID: raises BadInput for facts that hold one, but in those
    of the clock, and in what the form says, the digits are hidden.
    """
    given = facts or {}
    if by is not None and CLOCK.roles & by.roles:
        given = without_numbers(given, application)
    for text in _texts(given):
        refuse_ssn(text, "reason", application)
    said = {**about(application, kind, today()), **given}
    number = db.session.scalar(
        select(func.coalesce(func.max(Letter.number), 0) + 1).where(
            Letter.application_id == application.id, Letter.kind == kind, Letter.cycle == application.cycle
        )
    )
    letter = Letter(
        application=application,
        participation_id=application.participation_id,
        kind=kind,
        cycle=application.cycle,
        number=number,
        round=application.round,
        written_on=today(),
        due_on=today(),
        respond_by=letter_row(kind).respond_by(said, today()),
        facts=said,
        state=LetterState.QUEUED,
    )
    db.session.add(letter)
    return letter


def _texts(fact: Any) -> Iterator[str]:
    """Every text in the facts of a letter."""
    if isinstance(fact, str):
        yield fact
    elif isinstance(fact, dict | list | tuple):
        for part in fact.values() if isinstance(fact, dict) else fact:
            yield from _texts(part)


def state_terms(application: Application, kind: LetterKind) -> None:
    """Have the letter of this kind just written say the participation that the approval has made or renewed."""
    query = select(Letter).where(Letter.application_id == application.id, Letter.kind == kind)
    letter = db.session.scalars(query.order_by(Letter.id.desc()).limit(1)).one()
    letter.participation_id = application.participation_id
    letter.facts = {**letter.facts, **terms_of(application.participation)}


@dataclass(frozen=True)
class LetterClaim:
    """Our hold on one letter while we render it."""

    letter_id: int
    fence: int


def claim_letters(most: int) -> list[LetterClaim]:
    """Take up to `most` letters that wait to be rendered, for one lease. One that was tried before is taken alone: if
    it kills its renderer, no other goes down with it. After all its attempts it fails, here, for none came back."""
    moment = seconds()
    waiting = (Letter.state == LetterState.QUEUED, Letter.claimed_until < moment)
    _give_up(*waiting)
    return _take(most, *waiting, Letter.attempts == 0) or _take(1, *waiting, Letter.attempts > 0)


def _take(most: int, *waiting: ColumnElement[bool]) -> list[LetterClaim]:
    candidates = (
        select(Letter.id).where(*waiting).order_by(Letter.id).limit(most).with_for_update(skip_locked=True)
    )
    # asked by itself: as a subquery PostgreSQL may ask it again for each row, and take more than `most`
    found = list(db.session.scalars(candidates))
    taken = db.session.execute(
        update(Letter)
        .where(Letter.id.in_(found), *waiting)
        .values(claimed_until=seconds() + LEASE_SECONDS, fence=Letter.fence + 1, attempts=Letter.attempts + 1)
        .returning(Letter.id, Letter.fence)
        .execution_options(synchronize_session=False)
    )
    return [LetterClaim(*row) for row in sorted((row.id, row.fence) for row in taken)]


def _give_up(*waiting: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Letter)
        .where(*waiting, Letter.attempts >= MAX_ATTEMPTS)
        .values(state=LetterState.FAILED, claimed_until=0, error=_STOPPED)
        .execution_options(synchronize_session=False)
    )


def complete_rendering(
    claim: LetterClaim,
    *,
    facts: dict[str, Any],
    storage_key: str,
    sha256: str,
    size: int,
    mail_domain: str,
    epoch: str = "",
) -> bool:
    """Keep the bytes' place and hash with the facts they were made of, and queue the hand-overs, named in this epoch of
    the sender. A hand-over that left before the database was restored is in doubt. False when the lease was lost: drop
    the bytes then."""
    done = db.session.execute(
        update(Letter)
        .where(Letter.id == claim.letter_id, Letter.fence == claim.fence, Letter.state == LetterState.QUEUED)
        .values(
            state=LetterState.RENDERED,
            rendered_at=now(),
            facts=facts,
            respond_by=day_of(facts.get("respond_by")),
            storage_key=storage_key,
            sha256=sha256,
            size=size,
            epoch=epoch or None,
            claimed_until=0,
            error="",
        )
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    letter = db.session.get_one(Letter, claim.letter_id, populate_existing=True)
    for channel in letter_row(letter.kind).channels:
        message_id = _message_id(letter, mail_domain) if channel is Channel.MAIL else ""
        message = queue_message(letter, channel, _recipient(letter, channel), message_id)
        if lost := find_lost(letter, channel):
            message.state, message.error = MessageState.IN_DOUBT, left_before(lost.at, lost.name)
    return True


def hold_back_rendering(claim: LetterClaim, says: str) -> bool:
    """Not made, and nothing of it leaves: the cause of the letter is gone. False when the lease was lost."""
    done = db.session.execute(
        update(Letter)
        .where(Letter.id == claim.letter_id, Letter.fence == claim.fence, Letter.state == LetterState.QUEUED)
        .values(state=LetterState.HELD_BACK, error=says, claimed_until=0)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def fail_rendering(claim: LetterClaim, error: str, *, temporary: bool) -> None:
    """Give the letter back, to be tried again after a while; after some attempts it fails and waits for a person.

    What is `temporary`, as a full disk is, lies not in the letter and costs it no attempt.
    """
    letter = db.session.get_one(Letter, claim.letter_id, populate_existing=True)
    if letter.fence != claim.fence or letter.state is not LetterState.QUEUED:
        return
    letter.error = error[:2000]
    letter.claimed_until = seconds() + RETRY_SECONDS[letter.attempts - 1]
    if temporary:
        letter.attempts -= 1
    elif letter.attempts >= MAX_ATTEMPTS:
        letter.state, letter.claimed_until = LetterState.FAILED, 0


def render_again(letter: Letter, actor: Actor, reason: str) -> None:
    """A person has a letter that failed made again: it waits in the queue as on its first day, with all its attempts.

    Raises Conflict when it has not failed.
    """
    if letter.state is not LetterState.FAILED:
        raise Conflict("This letter has not failed: somebody may have had it made again already.")
    letter.state, letter.attempts, letter.claimed_until = LetterState.QUEUED, 0, 0
    record_event(
        actor=actor,
        application=letter.application,
        action="settle_letter",
        what=f"{letter_row(letter.kind).title}: to be made again",
        why=reason,
        details={"letter": letter.id, "error": letter.error},
    )
    letter.error = ""


def forget_letter(letter: Letter) -> str:
    """The letter of a deleted draft no longer says of whom it spoke and to whom it went, and what has not left does not
    leave. Answers the key of its bytes, to be deleted after the commit; empty where there are none."""
    key, letter.storage_key, letter.state, letter.claimed_until = (
        letter.storage_key,
        "",
        LetterState.FORGOTTEN,
        0,
    )
    letter.facts = {**letter.facts, "provider_name": "", "contact_name": "", "npi": "", "address_lines": []}
    for message in letter.messages:
        forget_message(message)
    end_holds([letter.id], HoldOutcome.DROPPED, CLOCK.name, FORGOTTEN_SAYS)
    return key


def print_name(letter: Letter) -> str:
    """The fixed name of the letter in the print folder. The epoch is part of it: a restored database gives the same ids
    again."""
    epoch = f"{letter.epoch}-" if letter.epoch else ""
    return f"{letter.id:09d}-{epoch}{letter.kind.value}-{letter.cycle}-{letter.number}.pdf"


def _recipient(letter: Letter, channel: Channel) -> str:
    return letter.application.form.email_on_file if channel is Channel.MAIL else print_name(letter)


def _message_id(letter: Letter, mail_domain: str) -> str:
    named = f"{letter.epoch or ''}/{letter.application.public_id}/{letter.id}"
    mark = hashlib.sha256(named.encode()).hexdigest()[:20]
    return f"<letter-{letter.id}.{mark}@{mail_domain}>"
