"""A document at the desk: the picture, what was read, the copy, the original; nothing of what the scanner holds."""

import io
from datetime import timedelta

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.jobs.documents import look_into_documents
from onboarding.models import Application, Document
from onboarding.policy.uploads import SCAN_SAYS
from onboarding.policy.vocabulary import DocumentKind, DocumentState, Role, ScanState, Status
from onboarding.queries.files import list_documents
from tests.support.cases import make_case, upload
from tests.support.sessions import send
from tests.web.staff.conftest import Desk

FACE_SHEET, W9 = DocumentKind.MALPRACTICE_FACE_SHEET, DocumentKind.W9


@pytest.fixture
def application(app: Flask) -> Application:
    return make_case(Status.GATHERING, first_name="Odalys", last_name="Brightwater")


def looked_into(app: Flask, application: Application, kind: DocumentKind, text: str) -> Document:
    document = upload(application, kind, today() + timedelta(days=200), text=text)
    look_into_documents(app.extensions["settings"])
    return document


def test_the_review_shows_the_picture_and_what_was_read_and_accepts_nothing_by_itself(
    app: Flask, desk: Desk, application: Application
) -> None:
    document = looked_into(app, application, FACE_SHEET, "Odalys Brightwater, expires 12/31/2027")
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text
    assert f'src="/staff/documents/{document.public_id}/pages/1"' in page
    assert "expires December 31, 2027" in page and "Other than the applicant typed" in page
    assert "The name on it is the form" in page and "text of the PDF" in page
    assert f'value="{today() + timedelta(days=200)}"' in page, "what the applicant typed, to be corrected"
    assert list_documents(application.id)[0].state is DocumentState.RECEIVED


def test_the_review_shows_both_sides_of_what_differs_from_the_form_before_and_after_it_is_accepted(
    app: Flask, desk: Desk, application: Application
) -> None:
    tax_id = application.form.tax_id or ""
    assert len(tax_id) == 9
    strange = ("12" if tax_id[:2] != "12" else "13") + tax_id[2:]
    document = looked_into(app, application, W9, f"Odalys Brightvater\nEIN {strange[:2]}-{strange[2:]}")
    client, path = desk(Role.SPECIALIST), f"/staff/applications/{application.id}"
    for step in ("waiting", "accepted"):
        panel = client.get(path).text.split('id="documents"')[1].split("</section>")[0]
        assert "Please check" in panel, step
        assert "Brightvater" in panel, step
        assert "The last four digits are the same; the digits before them differ." in panel, step
        assert "takes the file to the committee" in panel and strange not in panel and tax_id not in panel, (
            step
        )
        send(client, f"{path}/documents/{document.id}/accept")


def test_a_document_that_came_without_a_date_is_offered_the_one_that_was_read(
    app: Flask, desk: Desk, application: Application
) -> None:
    document = looked_into(app, application, FACE_SHEET, "Policy expires 12/31/2027")
    with committed():
        document.expires_on = None
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text
    assert 'value="2027-12-31"' in page and "no name found" in page


def test_before_the_clock_has_looked_the_page_says_so(desk: Desk, application: Application) -> None:
    upload(application, W9)
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text
    assert "Pictures of the pages are being made." in page


def test_the_picture_is_a_jpeg_that_only_a_page_of_ours_shows(
    app: Flask, desk: Desk, application: Application
) -> None:
    document = looked_into(app, application, W9, "W-9")
    answer = desk(Role.AUDITOR).get(f"/staff/documents/{document.public_id}/pages/1")
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.data)).format == "JPEG"
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    for page in (0, 2, 999):
        assert (
            desk(Role.AUDITOR).get(f"/staff/documents/{document.public_id}/pages/{page}").status_code == 404
        )


def test_the_copy_is_a_download_and_not_the_original(
    app: Flask, desk: Desk, application: Application
) -> None:
    document = looked_into(app, application, W9, "W-9")
    client = desk(Role.SPECIALIST)
    copy = client.get(f"/staff/documents/{document.public_id}/copy")
    assert copy.headers["Content-Disposition"] == 'attachment; filename="copy of w9.pdf"'
    assert len(pikepdf.open(io.BytesIO(copy.data)).pages) == 1
    assert copy.data != client.get(f"/staff/documents/{document.public_id}").data


def test_before_there_is_a_copy_it_is_not_found(desk: Desk, application: Application) -> None:
    document = upload(application, W9)
    assert desk(Role.SPECIALIST).get(f"/staff/documents/{document.public_id}/copy").status_code == 404


@pytest.mark.parametrize("state", [ScanState.PENDING, ScanState.FAILED, ScanState.INFECTED])
def test_what_the_scanner_holds_is_neither_opened_nor_accepted(
    app: Flask, desk: Desk, application: Application, state: ScanState
) -> None:
    document, client = looked_into(app, application, W9, "W-9"), desk(Role.SPECIALIST)
    with committed():
        document.scan_state = state
    for path in ("", "/copy", "/pages/1"):
        answer = client.get(f"/staff/documents/{document.public_id}{path}")
        assert answer.status_code == 409 and SCAN_SAYS[state] in answer.text
    page = client.get(f"/staff/applications/{application.id}").text
    assert SCAN_SAYS[state] in page and document.public_id not in page
    accept = f"/staff/applications/{application.id}/documents/{document.id}/accept"
    assert accept not in page
    assert send(client, accept).status_code == 409
    assert list_documents(application.id)[0].state is DocumentState.RECEIVED


def test_earlier_files_and_what_was_asked_stay_on_the_page(
    app: Flask, desk: Desk, application: Application
) -> None:
    client, document = desk(Role.SPECIALIST), upload(application, W9)
    path = f"/staff/applications/{application.id}/documents/{document.id}/reject"
    assert send(client, path, reason="The signature is missing.").status_code == 303
    upload(application, W9)
    page = client.get(f"/staff/applications/{application.id}").text
    assert "Earlier files (1)" in page and "The signature is missing." in page
    assert "What the applicant was asked for (3)" in page
    assert "credentialing staff, who could not accept the last one, Desk specialist" in page
