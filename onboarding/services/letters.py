"""Writing letters: a row first, bytes later. Rendering happens outside any transaction, between claim and completion."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import func, select, update

from onboarding.clock import now, seconds, today
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.letters.catalog import letter_row
from onboarding.letters.view import LetterItem, LetterView
from onboarding.models import Application, Letter, Participation
from onboarding.policy.deadlines import after
from onboarding.policy.documents import TABLE as DOCUMENTS
from onboarding.policy.documents import requirements
from onboarding.policy.people import Actor
from onboarding.policy.plan import LINES
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import (
    ApplicationKind,
    Channel,
    LetterKind,
    LetterState,
    RequirementState,
    Subject,
)
from onboarding.queries.files import find_renewal, get_credentialing_file
from onboarding.services.audit import record_event
from onboarding.services.outbox import queue_message

LEASE_SECONDS = 120
MAX_ATTEMPTS = 5


def write_letter(
    application: Application,
    kind: LetterKind,
    *,
    facts: dict[str, Any] | None = None,
    participation: Participation | None = None,
    due_on: date | None = None,
) -> Letter:
    """Write one letter of this kind, numbered after those of this cycle; it is rendered and handed over by the clock.

    Unique on (application, kind, cycle, number): two writers at once make one letter and one integrity error.
    """
    number = db.session.scalar(
        select(func.coalesce(func.max(Letter.number), 0) + 1).where(
            Letter.application_id == application.id, Letter.kind == kind, Letter.cycle == application.cycle
        )
    )
    clock = letter_row(kind).respond_clock
    letter = Letter(
        application=application,
        participation_id=participation.id if participation else application.participation_id,
        kind=kind,
        cycle=application.cycle,
        number=number,
        round=application.round,
        written_on=today(),
        due_on=due_on or today(),
        respond_by=after(clock, today()) if clock else None,
        facts=facts or {},
        state=LetterState.QUEUED,
    )
    db.session.add(letter)
    return letter


@dataclass(frozen=True)
class LetterClaim:
    """Our hold on one letter while we render it."""

    letter_id: int
    fence: int


def claim_letters(most: int) -> list[LetterClaim]:
    """Take up to `most` letters that wait to be rendered, for one lease."""
    moment = seconds()
    waiting = (Letter.state == LetterState.QUEUED, Letter.claimed_until < moment)
    candidates = (
        select(Letter.id).where(*waiting).order_by(Letter.id).limit(most).with_for_update(skip_locked=True)
    )
    taken = db.session.execute(
        update(Letter)
        .where(Letter.id.in_(candidates.scalar_subquery()), *waiting)
        .values(claimed_until=moment + LEASE_SECONDS, fence=Letter.fence + 1, attempts=Letter.attempts + 1)
        .returning(Letter.id, Letter.fence)
        .execution_options(synchronize_session=False)
    )
    return [LetterClaim(row.id, row.fence) for row in taken]


def complete_rendering(
    claim: LetterClaim, *, storage_key: str, sha256: str, size: int, mail_domain: str
) -> bool:
    """Keep the bytes' place and hash, and queue the hand-overs. False when the lease was lost: drop the bytes then."""
    done = db.session.execute(
        update(Letter)
        .where(Letter.id == claim.letter_id, Letter.fence == claim.fence, Letter.state == LetterState.QUEUED)
        .values(
            state=LetterState.RENDERED,
            rendered_at=now(),
            storage_key=storage_key,
            sha256=sha256,
            size=size,
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
        queue_message(letter, channel, _recipient(letter, channel), message_id)
    return True


def fail_rendering(claim: LetterClaim, error: str) -> None:
    """Give the letter back; after some attempts it fails and waits for a person."""
    letter = db.session.get_one(Letter, claim.letter_id, populate_existing=True)
    if letter.fence != claim.fence or letter.state is not LetterState.QUEUED:
        return
    letter.error = error[:2000]
    letter.claimed_until = 0
    if letter.attempts >= MAX_ATTEMPTS:
        letter.state = LetterState.FAILED


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


def letter_view(letter: Letter, public_url: str, reply_to: str = "") -> LetterView:
    """What the templates may know of this letter; `reply_to` is the mailbox answers go to."""
    application, form, facts = letter.application, letter.application.form, letter.facts
    participation = application.participation
    reminder = letter.kind is LetterKind.RECREDENTIALING_REMINDER
    renewal = find_renewal(participation) if participation and reminder else None
    renewed = application.kind is ApplicationKind.RECREDENTIALING
    always, perhaps = _documents_asked(renewal or application, letter.written_on) if reminder else ((), ())
    return LetterView(
        kind=letter.kind,
        title=letter_row(letter.kind).title_for(renewed=renewed),
        written_on=letter.written_on,
        provider_name=application.name,
        contact_name=form.contact_name,
        address_lines=(form.address, f"{form.city}, {form.state} {form.zip_code}"),
        public_id=(renewal or application).public_id,
        npi=application.npi,
        public_url=public_url,
        number=letter.number,
        days_late=max(0, (letter.written_on - letter.due_on).days),
        provider_number=participation.provider_number if participation else "",
        lines=tuple(LINES.get(line, line) for line in form.lines),
        effective_on=participation.effective_on if participation else None,
        decided_on=_date(facts.get("decided_on")),
        recredentialing_due_on=participation.recredentialing_due_on if participation else None,
        respond_by=letter.respond_by,
        appeal_by=_date(facts.get("appeal_by")),
        items=tuple(LetterItem(**item) for item in facts.get("items", ())),
        reasons=tuple(facts.get("reasons", ())),
        conditions=facts.get("conditions", ""),
        payment_choice=facts.get("payment_choice", ""),
        account_last4=facts.get("account_last4", ""),
        ended_on=participation.ended_on if participation else None,
        authorization=provider_type(application.provider_type).authorization,
        organization=application.subject is Subject.ORGANIZATION,
        reply_to=reply_to,
        asked_on=_date(facts.get("asked_on")),
        asked_until=_date(facts.get("asked_until")),
        renewed=renewed,
        documents=always,
        documents_perhaps=perhaps,
    )


def _documents_asked(application: Application, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The documents the policy asks of this provider type: always, and by what the provider answers. What is on file
    and in date on that day is not asked again."""
    file = replace(get_credentialing_file(application), today=on)
    on_file = {item.row.label for item in requirements(file) if item.state is RequirementState.ACCEPTED}
    answers = [
        replace(file, prescribes=prescribes, tests_on_site=tests, independent=independent)
        for prescribes, tests, independent in product((False, True), repeat=3)
    ]
    asked = {
        row.label: [row.applies(answer) for answer in answers]
        for row in DOCUMENTS
        if row.label not in on_file
    }
    always = tuple(label for label, applies in asked.items() if all(applies))
    return always, tuple(label for label, applies in asked.items() if any(applies) and label not in always)


def print_name(letter: Letter) -> str:
    """The fixed name of the letter in the print folder."""
    return f"{letter.id:09d}-{letter.kind.value}-{letter.cycle}-{letter.number}.pdf"


def _recipient(letter: Letter, channel: Channel) -> str:
    return letter.application.form.contact_email if channel is Channel.MAIL else print_name(letter)


def _message_id(letter: Letter, mail_domain: str) -> str:
    mark = hashlib.sha256(f"{letter.application.public_id}/{letter.id}".encode()).hexdigest()[:20]
    return f"<letter-{letter.id}.{mark}@{mail_domain}>"


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
