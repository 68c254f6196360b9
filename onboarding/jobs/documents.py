"""Looking into uploaded files: the virus scan, then a copy that is safe to open, pictures, and what can be read.

Nothing is scanned or parsed inside a transaction. Running it twice at once does no harm: who comes second drops what
it made.
"""

import hashlib
from datetime import date
from typing import TypedDict

import structlog

from onboarding.config import Settings
from onboarding.errors import Conflict
from onboarding.extensions import committed, db, is_writing
from onboarding.filecheck.look import NOTHING, Look, look_into
from onboarding.models import Document
from onboarding.policy.documents import DocumentRow, document_row
from onboarding.policy.papers import Claims
from onboarding.policy.reading import read_seen_name, read_tax_id
from onboarding.policy.suggestions import find_expiry, find_name
from onboarding.policy.vocabulary import DocumentKind, ReadBy, ScanState
from onboarding.queries.files import get_application
from onboarding.queries.looks import get_document_for_change, list_held, list_to_look_into, list_to_scan
from onboarding.queries.papers import claims_of
from onboarding.scanner import ScanFailed, ScannerDown, scan
from onboarding.services.documents import refuse_infected_document
from onboarding.services.looks import KeptPicture, forget_look, keep_look, settle_scan
from onboarding.storage import Store, StoredFile

log = structlog.get_logger("onboarding.jobs")

Done = dict[str, int]


class ChangedBytes(Exception):
    """The stored bytes of a document are not those whose hash was kept."""


def look_into_documents(settings: Settings) -> Done:
    """Scan what has not been scanned, then look into what no scanner holds."""
    store = Store(settings.storage)
    done = {"scanned": 0, "infected": 0, "held": 0, "looked_into": 0}
    if settings.clamav:
        _scan_all(store, settings.clamav, done)
    else:
        _let_go()
    for document_id in list_to_look_into():
        done["looked_into"] += _look(document_id, store)
    return done


def _scan_all(store: Store, address: str, done: Done) -> None:
    """Ask the scanner about each file. When it is down the rest waits, untouched; what it fails on is held."""
    for document_id in list_to_scan():
        try:
            found = scan(address, _bytes(document_id, store))
        except ScannerDown as down:
            _settle(document_id, ScanState.FAILED, str(down))
            done["held"] += 1
            log.warning("the virus scanner is down: files are held", error=str(down))
            return
        except (ScanFailed, ChangedBytes, OSError) as failed:
            _settle(document_id, ScanState.FAILED, str(failed))
            done["held"] += 1
            continue
        if found:
            _quarantine(document_id, found, store)
            done["infected"] += 1
        else:
            _settle(document_id, ScanState.CLEAN)
            done["scanned"] += 1


def _let_go() -> None:
    """The scanner was taken away: what waited for it is not scanned, and says so."""
    for document_id in list_held():
        _settle(document_id, ScanState.NOT_CONFIGURED, "The scanner was detached before it answered.")


def _settle(document_id: int, state: ScanState, note: str = "") -> None:
    with committed():
        settle_scan(get_document_for_change(document_id), state, note)


def _quarantine(document_id: int, signature: str, store: Store) -> None:
    """Put the bytes where nothing hands them out, refuse the document, then remove them from their old place."""
    old_key = db.session.get_one(Document, document_id).storage_key
    application_id = db.session.get_one(Document, document_id).application_id
    stored = store.put("quarantine", _bytes(document_id, store))
    try:
        with committed():
            application = get_application(application_id, for_change=True)
            refuse_infected_document(application, get_document_for_change(document_id), signature, stored.key)
    except Conflict:  # somebody else was quicker
        store.delete(stored.key)
        return
    except BaseException:
        store.delete(stored.key)
        raise
    store.delete(old_key)


def _look(document_id: int, store: Store) -> bool:
    """Look into one file and keep what was found; a file that cannot be looked into is marked so, once."""
    document = db.session.get_one(Document, document_id)
    media_type, row = document.media_type, document_row(document.kind)
    claims = claims_of(document.application)
    try:
        data = _bytes(document_id, store)
        look = look_into(data, media_type)
    except (FileNotFoundError, ChangedBytes) as error:
        log.error("a stored document cannot be looked into", document=document_id, error=type(error).__name__)
        look = NOTHING
    words = _read(look, row, claims)
    kept = _keep(look, store)
    copy, pictures = kept
    try:
        with committed():
            document = get_document_for_change(document_id)
            old = forget_look(document)
            done = keep_look(
                document,
                copy=copy,
                media_type=look.media_type,
                pictures=pictures,
                read_by=look.read_by,
                **words,
            )
    except BaseException:
        _drop(kept, store)
        raise
    for key in old:
        store.delete(key)
    if not done:
        _drop(kept, store)
    return done


class _WordsRead(TypedDict):
    """What is kept of the words, by its column."""

    read_expires_on: date | None
    read_name: str
    seen_name: str | None
    seen_tax_id: str | None


def _read(look: Look, row: DocumentRow, claims: Claims) -> _WordsRead:
    """What the words say. A stranger wrote them and they may take their time: read outside any transaction."""
    assert not is_writing(), "nobody else waits while a stranger's words are searched"
    was_read = look.read_by in (ReadBy.TEXT_LAYER, ReadBy.OCR)
    of_w9 = was_read and row.kind is DocumentKind.W9
    return {
        "read_expires_on": find_expiry(look.words) if row.expires else None,
        "read_name": find_name(look.words, claims.name),
        "seen_name": read_seen_name(look.words, claims.names(row), claims.others(row)) if was_read else None,
        "seen_tax_id": read_tax_id(look.words, claims.tax_id) if of_w9 else None,
    }


def _keep(look: Look, store: Store) -> tuple[StoredFile | None, list[KeptPicture]]:
    copy = store.put("copies", look.copy) if look.copy else None
    pictures = [
        KeptPicture(store.put("previews", picture.data), picture.width, picture.height)
        for picture in look.pictures
    ]
    return copy, pictures


def _drop(kept: tuple[StoredFile | None, list[KeptPicture]], store: Store) -> None:
    copy, pictures = kept
    for stored in [copy, *(picture.stored for picture in pictures)]:
        if stored is not None:
            store.delete(stored.key)


def _bytes(document_id: int, store: Store) -> bytes:
    """The bytes as they came in, read outside a transaction; raises ChangedBytes when they are others now."""
    document = db.session.get_one(Document, document_id)
    key, sha256 = document.storage_key, document.sha256
    db.session.rollback()
    data = store.read(key)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ChangedBytes("The stored document is not the one that came in.")
    return data
