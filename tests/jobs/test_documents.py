"""Looking into uploads by the clock: scanned first, held when nobody answers, then looked into once."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.errors import Conflict
from onboarding.extensions import committed, db
from onboarding.jobs.documents import look_into_documents
from onboarding.models import Application, Document, DocumentLook
from onboarding.policy.documents import requirements
from onboarding.policy.vocabulary import (
    AskedBy,
    DocumentKind,
    DocumentState,
    PrecheckState,
    ReadBy,
    RequirementState,
    ScanState,
    Status,
)
from onboarding.queries import looks
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.queries.looks import find_looks, list_requests
from onboarding.queries.papers import find_sent_files
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.documents import accept_document
from onboarding.storage import Store
from tests.support.cases import make_case, specialist, upload
from tests.support.clamd import EICAR, Clamd, clamd

NOT_COMPARED, OK = PrecheckState.NOT_COMPARED, PrecheckState.OK
W9, FACE_SHEET = DocumentKind.W9, DocumentKind.MALPRACTICE_FACE_SHEET


@pytest.fixture
def application(app: Flask) -> Application:
    return make_case(Status.GATHERING, first_name="Odalys", last_name="Brightwater")


@pytest.fixture
def daemon(settings: Settings, application: Application) -> Clamd:
    with clamd() as running:
        settings.clamav = running.address
        yield running


def waiting(application: Application, kind: DocumentKind = W9, text: str = "") -> Document:
    """A document that waits for the scanner."""
    document = upload(application, kind, text=text)
    with committed():
        document.scan_state = ScanState.PENDING
    return document


def fresh(document: Document) -> Document:
    db.session.rollback()
    db.session.refresh(document)
    return document


def state_of(application: Application, kind: DocumentKind) -> RequirementState:
    items = requirements(get_credentialing_file(get_application(application.id)))
    return next(item.state for item in items if item.row.kind is kind)


def accept(application: Application, document: Document) -> None:
    document_id, who = document.id, specialist()
    with committed() as session:
        found = get_application(application.id, for_change=True)
        accept_document(found, session.get_one(Document, document_id), who, today() + timedelta(days=99))


def test_a_file_is_looked_into_once_and_what_is_read_is_a_suggestion(
    settings: Settings, application: Application
) -> None:
    document = upload(application, FACE_SHEET, text="BRIGHTWATER, ODALYS  Policy expires 12/31/2027")
    assert look_into_documents(settings) == {"scanned": 0, "infected": 0, "held": 0, "looked_into": 1}
    look = find_looks([document.id])[document.id]
    assert (look.read_by, look.read_expires_on) == (ReadBy.TEXT_LAYER, date(2027, 12, 31))
    assert look.read_name == "Odalys Brightwater"
    store = Store(settings.storage)
    assert store.read(look.view_key).startswith(b"%PDF") and len(look.previews) == 1
    assert store.read(look.previews[0].storage_key).startswith(b"\xff\xd8\xff")
    assert fresh(document).state is DocumentState.RECEIVED and document.expires_on != look.read_expires_on
    assert document.scan_state is ScanState.NOT_CONFIGURED
    assert not any(look_into_documents(settings).values())


def test_after_another_name_was_given_the_documents_that_wait_are_looked_into_anew(
    app: Flask, settings: Settings
) -> None:
    returned = make_case(Status.RETURNED, first_name="Odalys", last_name="Brightwater")
    document = upload(returned, FACE_SHEET, text="Insured: Priscilla Overbrook")
    look_into_documents(settings)
    old = find_looks([document.id])[document.id].view_key
    with committed():
        file = get_application(returned.id, for_change=True)
        save_answers(file, {"first_name": "Priscilla", "last_name": "Overbrook"})
        submit_application(file, signature="Priscilla Overbrook", agreed=True)
    db.session.rollback()
    assert [found.state for found in find_sent_files([document.id])[document.id].compared] == [NOT_COMPARED]
    assert look_into_documents(settings)["looked_into"] >= 1
    assert [found.state for found in find_sent_files([document.id])[document.id].compared] == [OK]
    with pytest.raises(FileNotFoundError):
        Store(settings.storage).read(old)


def test_a_file_that_is_gone_is_marked_and_does_not_stop_the_others(
    settings: Settings, application: Application
) -> None:
    gone, there = upload(application, W9), upload(application, W9)
    Store(settings.storage).delete(gone.storage_key)
    assert look_into_documents(settings)["looked_into"] == 2
    found = find_looks([gone.id, there.id])
    assert (found[gone.id].view_key, bool(found[there.id].view_key)) == ("", True)


def test_a_clean_file_is_passed_and_then_looked_into(
    settings: Settings, application: Application, daemon: Clamd
) -> None:
    document = waiting(application)
    assert state_of(application, W9) is RequirementState.BEING_SCANNED
    with pytest.raises(Conflict, match="waits for the virus scanner"):
        accept(application, document)
    assert look_into_documents(settings) == {"scanned": 1, "infected": 0, "held": 0, "looked_into": 1}
    assert fresh(document).scan_state is ScanState.CLEAN
    assert state_of(application, W9) is RequirementState.RECEIVED
    accept(application, document)
    assert len(daemon.seen) == 1


def test_an_infected_file_is_refused_quarantined_and_asked_for_anew(
    settings: Settings, application: Application, daemon: Clamd
) -> None:
    document = waiting(application, text=EICAR.decode())
    data, old_key = Store(settings.storage).read(document.storage_key), document.storage_key
    daemon.says = b"stream: Eicar-Signature FOUND\0"  # the text is escaped in a PDF
    assert look_into_documents(settings)["infected"] == 1
    assert fresh(document).state is DocumentState.REJECTED
    assert (document.scan_state, document.scan_note) == (ScanState.INFECTED, "Eicar-Signature")
    assert "found something harmful" in document.reason and document.reviewed_by_id is None
    store = Store(settings.storage)
    assert not store.exists(old_key) and document.storage_key.startswith("quarantine/")
    assert store.read(document.storage_key) == data
    assert db.session.query(DocumentLook).count() == 0
    assert state_of(application, W9) is RequirementState.REJECTED
    request = list_requests(application.id)[0]
    assert (request.kind, request.through, request.asked_by) == (W9, AskedBy.REJECTION, "Clock")
    assert not any(look_into_documents(settings).values())


def test_while_the_scanner_is_down_files_are_held_not_lost_and_never_clean(
    settings: Settings, application: Application, daemon: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = waiting(application), waiting(application, FACE_SHEET)
    address, settings.clamav = settings.clamav, "127.0.0.1:1"
    assert look_into_documents(settings) == {"scanned": 0, "infected": 0, "held": 1, "looked_into": 0}
    assert [fresh(one).scan_state for one in (first, second)] == [ScanState.FAILED, ScanState.PENDING]
    assert "gave no answer" in first.scan_note
    for document in (first, second):
        with pytest.raises(Conflict, match="nobody opens it"):
            accept(application, document)
    settings.clamav = address
    assert look_into_documents(settings)["scanned"] == 1, (
        "the one that failed is not asked about at every turn"
    )
    monkeypatch.setattr(looks, "AGAIN_AFTER", timedelta(0))
    assert look_into_documents(settings)["scanned"] == 1
    assert {fresh(one).scan_state for one in (first, second)} == {ScanState.CLEAN}


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\xff\xff\0"])
def test_a_file_the_scanner_fails_on_is_held_and_the_next_is_scanned(
    settings: Settings, application: Application, daemon: Clamd, says: bytes
) -> None:
    bad, good = waiting(application), waiting(application, FACE_SHEET)
    daemon.answer = lambda data: says if len(daemon.seen) == 1 else b"stream: OK\0"  # type: ignore[method-assign]
    done = look_into_documents(settings)
    assert (done["held"], done["scanned"], done["looked_into"]) == (1, 1, 1)
    assert (fresh(bad).scan_state, fresh(good).scan_state) == (ScanState.FAILED, ScanState.CLEAN)
    assert state_of(application, W9) is RequirementState.BEING_SCANNED


def test_bytes_that_changed_on_disk_are_never_clean(
    settings: Settings, application: Application, daemon: Clamd
) -> None:
    document = waiting(application)
    path = Path(settings.storage) / document.storage_key
    path.write_bytes(path.read_bytes() + b" ")
    assert look_into_documents(settings)["held"] == 1
    assert fresh(document).scan_state is ScanState.FAILED
    assert daemon.seen == []


def test_where_the_scanner_is_taken_away_files_are_let_go_and_say_that_nobody_scanned_them(
    settings: Settings, application: Application
) -> None:
    document = waiting(application)
    assert look_into_documents(settings)["looked_into"] == 1
    assert fresh(document).scan_state is ScanState.NOT_CONFIGURED
    assert "detached" in document.scan_note
