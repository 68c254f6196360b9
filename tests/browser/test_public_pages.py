"""Every public page in every state: axe finds nothing, and it fits a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.contract_form import PAGES
from onboarding.policy.vocabulary import DocumentKind, PaymentChoice, ProviderType, Status
from onboarding.queries.files import get_application, list_documents
from onboarding.services.documents import reject_document
from tests.support.cases import accept_all, make_case, specialist, upload
from tests.support.files import pdf_bytes
from tests.support.people import contract_answers
from tests.support.walk import begin, come_in, fill_page

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.browser


def test_the_start_page_and_the_partners_have_no_barrier(browser_page: Page, look: Look) -> None:
    browser_page.goto("/")
    look(browser_page, "start")
    browser_page.get_by_role("button", name="Continue").click()
    look(browser_page, "start-error")
    assert browser_page.title().startswith("Error: ")
    for kind in ("vision", "laboratory"):
        browser_page.goto("/")
        browser_page.check(f'input[value="{kind}"]')
        browser_page.get_by_role("button", name="Continue").click()
        look(browser_page, f"partner-{kind}")
    browser_page.goto("/there-is-no-such-page")
    look(browser_page, "not-found")


@pytest.mark.parametrize("code", [ProviderType.CNP, ProviderType.MD, ProviderType.HCBS_PROVIDER])
def test_every_page_of_the_form_has_no_barrier(browser_page: Page, look: Look, code: ProviderType) -> None:
    page = browser_page
    kind = {ProviderType.HCBS_PROVIDER: "hcbs"}.get(code, "medical")
    page.goto(f"/apply?kind={kind}")
    look(page, f"type-{code}")
    page.get_by_role("button", name="Continue").click()
    look(page, f"type-{code}-error")
    begin(page, kind, code)
    answers = contract_answers(code, prescribes="yes") if code is ProviderType.CNP else contract_answers(code)
    for name in PAGES:
        look(page, f"form-{code}-{name}")
        page.get_by_role("button", name="Save and continue").click()
        look(page, f"form-{code}-{name}-error")
        assert page.title().startswith("Error: ")
        fill_page(page, code, name, answers)
        page.get_by_role("button", name="Save and continue").click()
    look(page, f"form-{code}-background")
    page.get_by_role("button", name="Skip this question").click()
    look(page, f"form-{code}-check")
    page.get_by_role("button", name="Sign and send").click()
    look(page, f"form-{code}-check-error")
    page.goto("/apply/list")
    look(page, f"form-{code}-list")
    page.goto("/apply/check")
    page.fill("#signature", "Maribel Thornquist")
    page.check("#agreed")
    page.get_by_role("button", name="Sign and send").click()
    look(page, f"form-{code}-done")


def test_the_look_up_has_no_barrier(browser_page: Page, look: Look) -> None:
    browser_page.goto("/status")
    look(browser_page, "look-up")
    browser_page.get_by_role("button", name="Show status").click()
    look(browser_page, "look-up-miss")


@pytest.mark.parametrize("status", list(Status))
def test_the_status_page_has_no_barrier_in_any_status(browser_page: Page, look: Look, status: Status) -> None:
    application = make_case(status, ProviderType.CNP, prescribes="yes")
    come_in(browser_page, application)
    look(browser_page, f"status-{status}")


def test_documents_in_every_state_have_no_barrier(browser_page: Page, look: Look) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP, prescribes="yes", tests_on_site="yes")
    _documents_in_every_state(application)
    come_in(browser_page, application)
    look(browser_page, "documents")
    browser_page.get_by_text("Send another").first.click()
    look(browser_page, "documents-another")
    card = browser_page.locator("#document-w9")
    card.locator("input[type=file]").set_input_files(
        {"name": "w9.pdf", "mimeType": "application/pdf", "buffer": b"no"}
    )
    card.get_by_role("button", name="Send").click()
    look(browser_page, "documents-error")
    card.locator("input[type=file]").set_input_files(
        {"name": "w9.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("W-9")}
    )
    card.get_by_role("button", name="Send").click()
    look(browser_page, "documents-sent")
    browser_page.get_by_role("link", name="Withdraw this application").click()
    look(browser_page, "withdraw")
    browser_page.get_by_role("button", name="Withdraw application").click()
    look(browser_page, "withdraw-error")


def test_the_portal_has_no_barrier(browser_page: Page, look: Look) -> None:
    application = make_case(Status.PARTICIPATING)
    assert application.participation is not None
    come_in(browser_page, application)
    browser_page.get_by_role("link", name="Open your onboarding list").click()
    look(browser_page, "portal")
    browser_page.get_by_role("link", name="Choose how you are paid").click()
    look(browser_page, "payment")
    browser_page.check(f'input[value="{PaymentChoice.EFT}"]')
    browser_page.fill("#provider_number", "P1")
    browser_page.get_by_role("button", name="Save payment choice").click()
    look(browser_page, "payment-error")
    browser_page.check(f'input[value="{PaymentChoice.VIRTUAL_CARD}"]')
    browser_page.fill("#provider_number", application.participation.provider_number)
    browser_page.get_by_role("button", name="Save payment choice").click()
    look(browser_page, "portal-after-payment")


def _documents_in_every_state(application: Application) -> None:
    upload(application, DocumentKind.MALPRACTICE_FACE_SHEET)
    accept_all(application)
    upload(application, DocumentKind.DEA_CERTIFICATE)
    upload(application, DocumentKind.CLIA_CERTIFICATE, expires_on=today() + timedelta(days=5))
    document = list_documents(application.id)[-1]
    who = specialist()
    with committed():
        found = get_application(application.id, for_change=True)
        reject_document(found, document, who, "The page with the expiration date is missing.")
