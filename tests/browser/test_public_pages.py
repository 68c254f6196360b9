"""Every public page in every state: axe finds nothing, and it fits a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application
from onboarding.policy.vocabulary import DocumentKind, PaymentChoice, ProviderType, Status
from onboarding.queries.files import get_application, list_documents
from onboarding.services.apply import save_answers
from onboarding.services.documents import reject_document
from tests.support.cases import accept_all, make_case, specialist, upload
from tests.support.files import pdf_bytes
from tests.support.people import ENTRIES, contract_answers, signature
from tests.support.walk import begin, come_in

Look = Callable[[BrowserPage, str], None]
pytestmark = pytest.mark.browser


def test_the_start_page_and_the_partners_have_no_barrier(browser_page: BrowserPage, look: Look) -> None:
    browser_page.goto("/")
    look(browser_page, "start")
    browser_page.get_by_role("button", name="Continue").click()
    look(browser_page, "start-error")
    expect(browser_page).to_have_title(re.compile("^Error: "))
    for kind in ("vision", "laboratory"):
        browser_page.goto("/")
        browser_page.check(f'input[value="{kind}"]')
        browser_page.get_by_role("button", name="Continue").click()
        look(browser_page, f"partner-{kind}")
    browser_page.goto("/there-is-no-such-page")
    look(browser_page, "not-found")


@pytest.mark.parametrize(
    ("code", "mine", "changes"),
    [
        (ProviderType.CNP, ("prescribing", "boards", "jobs", "gaps", "access", "hours", "malpractice", "policies"), {
            "prescribes": "yes", "has_other_licenses": "yes", "board_certified": "yes", "has_privileges": "yes",
            "malpractice_claims": "yes", "malpractice_claims_explained": "In 2023.",
            "jobs": [{"id": "a", **ENTRIES["jobs"], "job_began": "2024-01"}]}),
        (ProviderType.MD, (), {}),
        (ProviderType.HCBS_PROVIDER, ("owners", "waiver_counties", "waiver_levels"), {
            "has_ties": "yes", "has_interests": "yes", "has_transactions": "yes", "owner_convicted": "yes",
            "owner_convicted_explained": "In 2009."}),
    ],
)  # fmt: skip
def test_every_page_of_the_form_has_no_barrier(
    app: Flask, browser_page: BrowserPage, look: Look, code: ProviderType, mine: tuple[str, ...], changes: dict[str, Any]
) -> None:  # fmt: skip
    page = browser_page
    whole = code is ProviderType.CNP  # the others show what is theirs alone
    kind = {ProviderType.HCBS_PROVIDER: "hcbs"}.get(code, "medical")
    page.goto(f"/apply?kind={kind}")
    look(page, f"type-{code}")
    if whole:
        page.get_by_role("button", name="Continue").click()
        look(page, f"type-{code}-error")
    begin(page, kind, code)
    if whole:
        page.get_by_role("button", name="Save and continue").click()
        look(page, f"form-{code}-identity-error")
        page.goto("/apply/list")
        look(page, f"form-{code}-list-begun")
    answers = contract_answers(code, **changes)
    with committed():
        save_answers(get_application(db.session.scalar(select(Application.id)), for_change=True), answers)
    for name in mine:
        page.goto(f"/apply/{name}")
        look(page, f"form-{code}-{name}")
    for name in ("jobs", "owners"):
        if name in mine:
            page.goto(f"/apply/{name}/new")
            look(page, f"form-{code}-{name}-new")
    page.goto("/apply/list")
    look(page, f"form-{code}-list")
    if whole:
        _errors_of_entries(page, look)
        page.goto("/apply/background")
        look(page, f"form-{code}-background")
    page.goto("/apply/check")
    look(page, f"form-{code}-check")
    if whole:
        page.get_by_role("button", name="Sign and send").click()
        look(page, f"form-{code}-check-error")
    page.fill("#signature", signature(answers))
    page.check("#agreed")
    page.get_by_role("button", name="Sign and send").click()
    look(page, f"form-{code}-done")


def _errors_of_entries(page: BrowserPage, look: Look) -> None:
    page.goto("/apply/gaps")
    page.get_by_role("button", name="Save and continue").click()
    look(page, "form-gaps-error")
    page.get_by_role("link", name="Explain").click()
    page.fill("#explained", "Parental leave.")
    page.get_by_role("button", name="Save and continue").click()
    look(page, "form-gap-error")
    page.fill("#explained", "I cared for my father full time in those years, at home in Conway.")
    page.get_by_role("button", name="Save and continue").click()
    page.goto("/apply/jobs/new")
    page.get_by_role("button", name="Save and continue").click()
    look(page, "form-job-error")
    page.goto("/apply/jobs/a/remove")
    look(page, "form-job-remove")


def test_the_look_up_has_no_barrier(browser_page: BrowserPage, look: Look) -> None:
    browser_page.goto("/status")
    look(browser_page, "look-up")
    browser_page.get_by_role("button", name="Show status").click()
    look(browser_page, "look-up-miss")


@pytest.mark.parametrize("status", [Status.RETURNED, Status.GATHERING, Status.PARTICIPATING, Status.DENIED])
def test_the_status_page_has_no_barrier_where_there_is_most_to_see(
    browser_page: BrowserPage, look: Look, status: Status
) -> None:
    application = make_case(status, ProviderType.CNP, prescribes="yes")
    come_in(browser_page, application)
    look(browser_page, f"status-{status}")


def test_documents_in_every_state_have_no_barrier(browser_page: BrowserPage, look: Look) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP, prescribes="yes", tests_on_site="yes")
    _documents_in_every_state(application)
    come_in(browser_page, application)
    look(browser_page, "documents")
    browser_page.get_by_text("Send another").first.click()
    look(browser_page, "documents-another")
    card = browser_page.locator("#document-w9")
    card.locator("input[type=file]").first.set_input_files(
        {"name": "w9.pdf", "mimeType": "application/pdf", "buffer": b"no"}
    )
    card.get_by_role("button", name="Send").click()
    look(browser_page, "documents-error")
    card.locator("input[type=file]").first.set_input_files(
        {"name": "w9.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("W-9")}
    )
    card.get_by_role("button", name="Send").click()
    look(browser_page, "documents-sent")
    browser_page.get_by_role("link", name="Withdraw this application").click()
    look(browser_page, "withdraw")
    browser_page.get_by_role("button", name="Withdraw application").click()
    look(browser_page, "withdraw-error")


def test_the_portal_has_no_barrier(browser_page: BrowserPage, look: Look) -> None:
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
