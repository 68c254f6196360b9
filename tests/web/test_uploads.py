"""Sending files: several at once, each for itself; the camera; what was asked; odd names and bytes that are no file."""

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.malformed import malformed
from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.jobs.documents import look_into_documents
from onboarding.models import Application
from onboarding.policy import uploads
from onboarding.policy.vocabulary import DocumentKind, DocumentState, ProviderType, ScanState, Status
from onboarding.queries.files import get_application, list_documents
from onboarding.services.documents import reject_document
from tests.support.cases import make_case, specialist, upload
from tests.support.files import jpeg_bytes, locked_pdf_bytes, pdf_bytes, png_bytes, tiff_bytes
from tests.support.pages import come_in, hidden, look_up


@pytest.fixture
def gathering(app: Flask) -> Application:
    return make_case(Status.GATHERING, ProviderType.LCSW)


@pytest.fixture
def let_in(app: Flask, gathering: Application) -> FlaskClient:
    client = app.test_client()
    come_in(client, gathering)
    return client


def send_files(client: FlaskClient, *files: tuple[bytes, str], kind: str = "w9") -> TestResponse:
    values = {
        **hidden(client, "/status/application"),
        "kind": kind,
        "file": [(io.BytesIO(data), name) for data, name in files],
    }
    return client.post("/status/documents", data=values, content_type="multipart/form-data")


def stored(app: Flask) -> list[Path]:
    folder = Path(app.extensions["settings"].storage)
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_several_files_each_become_a_document(
    app: Flask, let_in: FlaskClient, gathering: Application
) -> None:
    answer = send_files(
        let_in,
        (pdf_bytes(), "front.pdf"),
        (jpeg_bytes(300, 300), "back.jpg"),
        (tiff_bytes(300, 300, 2), "fax.tif"),
    )
    assert answer.status_code == 303
    sent = list_documents(gathering.id)
    assert [(one.file_name, one.media_type, one.pages) for one in sent] == [
        ("front.pdf", "application/pdf", 1), ("back.jpg", "image/jpeg", 1), ("fax.tif", "image/tiff", 2),
    ]  # fmt: skip
    page = let_in.get("/status/application").text
    assert "Received: 3 files (front.pdf, back.jpg, fax.tif). We will review them." in page
    assert "Everything you sent (3)" in page
    assert len(stored(app)) == 3


def test_one_bad_file_does_not_lose_the_good_ones(let_in: FlaskClient, gathering: Application) -> None:
    answer = send_files(
        let_in,
        (pdf_bytes(), "good.pdf"),
        (locked_pdf_bytes(), "locked <b>.pdf"),
        (png_bytes(300, 300), "also good.png"),
    )
    assert answer.status_code == 422
    assert [one.file_name for one in list_documents(gathering.id)] == ["good.pdf", "also good.png"]
    assert "Received: 2 files (good.pdf, also good.png)" in answer.text
    assert "locked &lt;b&gt;.pdf was not received: This PDF is locked with a password." in answer.text
    assert 'href="#file-w9"' in answer.text


def test_where_the_only_other_file_is_good_the_answer_names_both(let_in: FlaskClient) -> None:
    answer = send_files(let_in, (b"", "empty.pdf"), (pdf_bytes(), "good.pdf"))
    assert "Received: IRS Form W-9, signed (good.pdf). We will review it." in answer.text
    assert "empty.pdf was not received: This file is empty." in answer.text


def test_a_photo_and_a_file_left_empty_is_one_document(let_in: FlaskClient, gathering: Application) -> None:
    assert send_files(let_in, (b"", ""), (jpeg_bytes(300, 300), "image.jpg")).status_code == 303
    assert [one.file_name for one in list_documents(gathering.id)] == ["image.jpg"]


def test_too_many_files_at_once_are_refused_with_the_number(
    app: Flask, let_in: FlaskClient, gathering: Application
) -> None:
    answer = send_files(let_in, *[(b"x", f"{number}.pdf") for number in range(11)])
    assert answer.status_code == 422 and "Choose at most 10 files at once: these are 11." in answer.text
    assert list_documents(gathering.id) == [] and stored(app) == []


def test_there_is_an_end_to_the_files_of_one_application(
    let_in: FlaskClient, gathering: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.services.documents.MOST_FILES", 2)
    assert uploads.MOST_FILES == 200
    for number in (1, 2):
        upload(gathering, DocumentKind.W9, text=str(number))
    answer = send_files(let_in, (pdf_bytes(), "one more.pdf"))
    assert answer.status_code == 409 and "has 2 files already" in answer.text
    assert len(list_documents(gathering.id)) == 2


def test_with_a_scanner_attached_a_file_is_held_and_the_page_says_so(
    app: Flask, let_in: FlaskClient, gathering: Application
) -> None:
    app.extensions["settings"].clamav = "127.0.0.1:1"
    assert send_files(let_in, (pdf_bytes(), "w9.pdf")).status_code == 303
    assert list_documents(gathering.id)[0].scan_state is ScanState.PENDING
    page = let_in.get("/status/application").text
    assert "Being scanned for viruses" in page and "You need not do anything." in page


def test_the_page_offers_a_plain_button_for_several_files_and_one_for_the_camera(let_in: FlaskClient) -> None:
    page = let_in.get("/status/application").text
    assert page.count('name="file" multiple accept=".pdf,.jpg,.jpeg,.png,.tif,.tiff"') == 2
    assert page.count('accept="image/jpeg,image/png" capture="environment"') == 2


def test_what_was_asked_is_told_with_its_reason_and_its_answer_and_no_name_of_staff(
    let_in: FlaskClient, gathering: Application
) -> None:
    document = upload(gathering, DocumentKind.W9)
    document_id, who = document.id, specialist()
    with committed() as session:
        found = get_application(gathering.id, for_change=True)
        reject_document(found, session.get_one(type(document), document_id), who, "The signature is missing.")
    assert 'href="/status/requests"' in let_in.get("/status/application").text
    page = let_in.get("/status/requests").text
    assert "The last one was not accepted: The signature is missing." in page
    assert "Credentialing staff, who could not accept the last one" in page
    assert "The plan&#39;s rules, when the form was sent" in page
    assert "by w9.pdf" in page and "Not yet" in page
    assert specialist().name not in page


def test_what_was_asked_is_for_the_applicant_alone(app: Flask) -> None:
    assert app.test_client().get("/status/requests").location == "/status"


def test_malformed_uploads_are_taken_or_refused_and_never_fail(
    app: Flask, let_in: FlaskClient, gathering: Application
) -> None:
    form = hidden(let_in, "/status/application")
    for number in range(0, 12, 3):
        odd = [malformed(number + more) for more in range(3)]
        files = [(io.BytesIO(one.data), one.name.encode("utf-8", "replace").decode()) for one in odd]
        answer = let_in.post("/status/documents", data={**form, "kind": "w9", "file": files})
        assert answer.status_code in (303, 422), [one.trouble for one in odd]
    kept = list_documents(gathering.id)
    assert len(stored(app)) == len(kept)
    assert all("/" not in one.file_name and one.file_name.isprintable() for one in kept)


def test_with_the_code_each_file_and_what_it_says_are_shown_and_without_it_the_state_only(
    app: Flask, gathering: Application, let_in: FlaskClient, settings: Settings
) -> None:
    before = upload(gathering, DocumentKind.W9)
    with committed():
        document = list_documents(gathering.id)[0]
        document.file_name = "<b>" + "long" * 37 + ".pdf"
        reject_document(
            get_application(gathering.id, for_change=True), document, specialist(), "It is not signed."
        )
    upload(gathering, DocumentKind.W9, text="Somebody Else 12-3456789", pages=2)
    page = let_in.get("/status/application").text
    assert "We have not read this document yet" in page
    look_into_documents(settings)
    page = let_in.get("/status/application").text
    assert "&lt;b&gt;longlong" in page and "<b>long" not in page and ", 1 page, sent " in page
    assert "w9.pdf</span>, 1 KB, 2 pages, sent " in page and before.state is DocumentState.REJECTED
    assert "not accepted. It is not signed." in page and "waits for review" in page
    assert "before our staff does" in page and 'href="#document-w9"' in page
    assert "Please check" in page and "••-•••6789" in page and gathering.form.tax_id not in page
    short = app.test_client()
    page = look_up(short, gathering).text
    for detail in ("w9.pdf", "longlong", "Please check", "before our staff", "6789", "Everything you sent"):
        assert detail not in page
