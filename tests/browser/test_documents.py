"""Documents in a browser: dropped, chosen, photographed; reviewed beside their picture."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.jobs.documents import look_into_documents
from onboarding.policy.vocabulary import DocumentKind, ProviderType, Role, ScanState, Status
from tests.browser.test_staff import sign_in
from tests.support.cases import accept_all, make_case, make_staff, upload
from tests.support.files import pdf_bytes, tiff_bytes
from tests.support.walk import come_in

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.browser
DROP = """([zone, files]) => {
  const dropped = new DataTransfer();
  for (const name of files) dropped.items.add(new File([new Uint8Array(20000)], name, {type: "application/pdf"}));
  zone.dispatchEvent(new DragEvent("dragover", {dataTransfer: dropped, bubbles: true, cancelable: true}));
  zone.dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true}));
}"""


def test_files_are_dropped_or_chosen_and_the_page_says_which(
    browser_page: Page, look: Look, app: Flask
) -> None:
    page = browser_page
    application = make_case(Status.GATHERING, ProviderType.CNP, prescribes="yes")
    upload(application, DocumentKind.MALPRACTICE_FACE_SHEET, today() + timedelta(days=12))
    accept_all(application)
    held = upload(application, DocumentKind.DEA_CERTIFICATE)
    with committed():
        held.scan_state = ScanState.PENDING
    come_in(page, application)
    form = page.locator("#document-w9 form")
    form.evaluate(f"zone => ({DROP})([zone, ['front.pdf', 'back.pdf']])")
    expect(form.get_by_role("status")).to_have_text("Chosen: 2 files, 40 KB (front.pdf, back.pdf)")
    form.locator("#file-w9").set_input_files([
        {"name": "one.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()},
        {"name": "two.pdf", "mimeType": "application/pdf", "buffer": b"no"},
    ])  # fmt: skip
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("two.pdf was not received")
    look(page, "uploads-partly")
    wrong = upload(application, DocumentKind.W9, text="Maribella Thornqvist 12-3456789", pages=2)
    with committed():
        wrong.file_name = f"{'W-9_signed_and_scanned_' * 6}.pdf"
    look_into_documents(app.extensions["settings"])
    page.goto("/status/application")
    page.get_by_text("Send another").first.click()
    page.locator("#document-w9").get_by_text("Everything you sent").click()
    look(page, "uploads")
    page.get_by_role("link", name="What we asked you for, and why").click()
    look(page, "requests")


def test_a_document_is_reviewed_beside_its_picture(browser_page: Page, look: Look, app: Flask) -> None:
    page = browser_page
    application = make_case(Status.GATHERING, ProviderType.LCSW, first_name="Odalys", last_name="Brightwater")
    upload(
        application, DocumentKind.MALPRACTICE_FACE_SHEET, text="Insured: Odalys Brightwater. Expires 12/31/2027",
        pages=3,
    )  # fmt: skip
    upload(application, DocumentKind.W9, data=tiff_bytes(850, 1100), media_type="image/tiff")
    look_into_documents(app.extensions["settings"])
    held = upload(application, DocumentKind.W9)
    with committed():
        held.scan_state = ScanState.FAILED
    sign_in(page, make_staff(Role.SPECIALIST, name="Otto Grahn"))
    page.goto(f"/staff/applications/{application.id}")
    picture = page.get_by_role("img", name="Page 1 of malpractice_face_sheet.pdf")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 500
    page.get_by_text("What the applicant was asked for").click()
    look(page, "review")
    page.get_by_label("Expires on, as printed").fill("2027-12-31")
    page.get_by_role("button", name="Accept Malpractice").click()
    expect(page.get_by_text("Document accepted.")).to_be_visible()
