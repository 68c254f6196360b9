"""Rendering letters and handing them over. Nothing is rendered or sent inside a transaction."""

import hashlib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import structlog

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.journal import Entry, Journal, entry_of, open_journal
from onboarding.letters.catalog import LINK_MARK, letter_row
from onboarding.letters.render import render_pdf, render_text
from onboarding.letters.view import LetterView
from onboarding.mail import MailInDoubt, MailRefused, Transport, compose, make_transport
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import Channel, LetterState
from onboarding.queries.letter_causes import why_not_any_more
from onboarding.queries.mail_stops import stop_link, wants_mail
from onboarding.queries.sender import Step
from onboarding.services.access_codes import fill_in
from onboarding.services.holds import admit_letters
from onboarding.services.letter_facts import letter_view, stated
from onboarding.services.letters import (
    LetterClaim,
    claim_letters,
    complete_rendering,
    fail_rendering,
    hold_back_rendering,
    print_name,
)
from onboarding.services.outbox import (
    FORGOTTEN_SAYS,
    HELD_BACK_SAYS,
    Claim,
    claim_message,
    release_lost_claims,
    renew_claim,
    settle_gone,
    settle_held_back,
    settle_in_doubt,
    settle_refused,
    settle_sent,
)
from onboarding.storage import Store, hand_over

log = structlog.get_logger("onboarding.jobs")

BATCH = 8
Done = dict[str, int]


class ChangedBytes(Exception):
    """The stored bytes of a letter are not those whose hash was kept."""


def render_letters(settings: Settings) -> Done:
    """Render every letter that waits, once each, and keep its bytes; one whose cause is gone is held back."""
    store, done = Store(settings.storage), {"rendered": 0, "failed": 0, "held_back": 0}
    journal = open_journal(settings)
    while journal:
        with committed():
            claims = claim_letters(BATCH)
        if not claims:
            break
        for claim in claims:
            done[_make(claim, store, settings, journal.epoch)] += 1
    return done


def _make(claim: LetterClaim, store: Store, settings: Settings, epoch: str) -> str:
    try:
        gone = why_not_any_more(db.session.get_one(Letter, claim.letter_id))
    finally:
        db.session.rollback()
    if not gone:
        return "rendered" if _render(claim, store, settings, epoch) else "failed"
    with committed():
        hold_back_rendering(claim, gone)
    return "held_back"


def _render(claim: LetterClaim, store: Store, settings: Settings, epoch: str) -> bool:
    try:
        view, facts = _view(claim.letter_id, settings)
        data = render_pdf(view) if letter_row(view.kind).pdf else render_text(view).encode()
        stored = store.put("letters", data)
    except Exception as error:
        with committed():
            fail_rendering(claim, _words(error), temporary=isinstance(error, OSError))
        return False
    with committed():
        kept = complete_rendering(
            claim,
            facts=facts,
            storage_key=stored.key,
            sha256=stored.sha256,
            size=stored.size,
            mail_domain=settings.mail_from.rpartition("@")[2],
            epoch=epoch,
        )
    if not kept:
        store.delete(stored.key)
    return kept


def _view(letter_id: int, settings: Settings) -> tuple[LetterView, dict[str, Any]]:
    letter = db.session.get_one(Letter, letter_id)
    facts = stated(letter)
    view = letter_view(letter, settings.public_url, settings.mail_from, facts)
    db.session.rollback()
    return view, facts


def hand_over_print(settings: Settings) -> Done:
    """Put every letter that waits for print in the print folder, under its fixed name."""
    store, done, folder = Store(settings.storage), 0, Path(str(settings.print_folder))
    folder.mkdir(parents=True, exist_ok=True)
    journal = _begin_run(settings)
    while journal and (claim := _claim(Channel.PRINT)) is not None:
        if _hold_back(claim):
            continue
        letter, message = _load(claim)
        name, sha256, entry = print_name(letter), letter.sha256, entry_of(message)
        try:
            data = _bytes(letter, store)
            journal.note(entry, Step.BEGINS)
            hand_over(folder, name, data)
            journal.note(entry, Step.LEFT)
        except (OSError, ChangedBytes) as error:
            _refuse(claim, _words(error), permanent=isinstance(error, ChangedBytes))
            continue
        with committed():
            done += settle_sent(claim, f"{name}, SHA-256 {sha256}")
    return {"printed": done}


def hand_over_mail(settings: Settings, transport: Transport | None = None) -> Done:
    """Mail every message that waits, each at most once; what a server may have taken is left in doubt, and what its
    reader has turned off meanwhile, or what holds no more, is held back. `overslept`: the claim was given over before
    anything left."""
    transport = transport or make_transport(settings)
    store = Store(settings.storage)
    done = {"mailed": 0, "refused": 0, "in_doubt": 0, "held_back": 0, "overslept": 0}
    journal = _begin_run(settings)
    while journal and (claim := _claim(Channel.MAIL)) is not None:
        done[_mail(claim, transport, store, settings, journal)] += 1
    return done


def _begin_run(settings: Settings) -> Journal | None:
    """Claims that were lost come back, and what waits is let pass or held. None while the sender is paused."""
    journal = open_journal(settings)
    if journal is not None:
        with committed():
            release_lost_claims()
            admit_letters(settings.letters_a_day)
    return journal


def _mail(claim: Claim, transport: Transport, store: Store, settings: Settings, journal: Journal) -> str:
    if _hold_back(claim):
        return "held_back"
    try:
        entry, mail = _compose(claim, store, settings)
        journal.note(entry, Step.BEGINS)
    except MailRefused as error:
        _refuse(claim, str(error), permanent=error.permanent)
        return "refused"
    except Exception as error:  # nothing was handed over; a storage that is away comes back
        _refuse(claim, _words(error), permanent=not isinstance(error, OSError))
        return "refused"
    with committed():
        ours = renew_claim(claim)
    if not ours:  # it slept past its lease: whoever holds the message now sends it, or nobody
        _note(journal, entry, Step.NOT_SENT)
        return "overslept"
    try:
        proof = transport.send(mail)
    except MailRefused as error:
        _note(journal, entry, Step.NOT_SENT)
        _refuse(claim, str(error), permanent=error.permanent)
        return "refused"
    except Exception as error:  # in doubt, or not foreseen: it may have been taken
        _note(journal, entry, Step.IN_DOUBT)
        with committed():
            settle_in_doubt(claim, str(error) if isinstance(error, MailInDoubt) else _words(error))
        return "in_doubt"
    _note(journal, entry, Step.LEFT)
    with committed():
        settled = settle_sent(claim, proof)
    if not settled:  # it did leave, but somebody holds it in doubt meanwhile: a person has to know
        log.error("mail left after its lease ran out", message=claim.message_id, proof=proof)
        return "in_doubt"
    return "mailed"


def _note(journal: Journal, entry: Entry, step: Step) -> None:
    """What became of it, which is so whether it can be written down or not."""
    try:
        journal.note(entry, step)
    except OSError as error:
        log.error("the journal cannot be written", name=entry.name, step=step.value, error=str(error))


def _hold_back(claim: Claim) -> bool:
    """Settle what is not to leave any more: of a draft that is deleted, its cause gone, or turned off by its reader."""
    letter, message = _load(claim)
    forgotten = letter.state is LetterState.FORGOTTEN
    gone = "" if forgotten else why_not_any_more(letter)
    turned_off = letter_row(letter.kind).optional and not wants_mail(message.recipient)
    db.session.rollback()
    if forgotten or gone or turned_off:
        with committed():
            if gone:
                settle_gone(claim, gone)
            else:
                settle_held_back(claim, FORGOTTEN_SAYS if forgotten else HELD_BACK_SAYS)
    return bool(forgotten or gone or turned_off)


def _compose(claim: Claim, store: Store, settings: Settings) -> tuple[Entry, EmailMessage]:
    letter, message = _load(claim)
    data = _bytes(letter, store)
    view = letter_view(letter, settings.public_url, settings.mail_from)
    row = letter_row(letter.kind)
    body = render_text(view) if row.pdf else data.decode()
    stop = stop_link(letter.id) if row.optional else ""
    mail = compose(
        view,
        sender=settings.mail_from,
        recipient=message.recipient,
        message_id=message.message_id,
        body=fill_in(letter, body) if row.secret else body.replace(LINK_MARK, stop) if stop else body,
        attachment=data if row.pdf else None,
        attachment_name=print_name(letter) if row.pdf else "",
        stop_url=f"{settings.public_url.rstrip('/')}/status/mails/{stop}" if stop else "",
    )
    entry = entry_of(message)
    db.session.rollback()
    return entry, mail


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _claim(channel: Channel) -> Claim | None:
    with committed():
        return claim_message(channel)


def _refuse(claim: Claim, error: str, *, permanent: bool) -> None:
    with committed():
        settle_refused(claim, error, permanent=permanent)


def _load(claim: Claim) -> tuple[Letter, OutboxMessage]:
    message = db.session.get_one(OutboxMessage, claim.message_id, populate_existing=True)
    return message.letter, message


def _bytes(letter: Letter, store: Store) -> bytes:
    """The bytes that were rendered; raises ChangedBytes when they are others now."""
    data = store.read(letter.storage_key)
    if hashlib.sha256(data).hexdigest() != letter.sha256:
        raise ChangedBytes("The stored letter is not the one that was rendered.")
    return data
