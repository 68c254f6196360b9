"""The way of an applicant: by keyboard alone, and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Application
from onboarding.policy.vocabulary import ProviderType, Status
from tests.browser.conftest import PHONE
from tests.support.cases import make_case
from tests.support.files import jpeg_bytes, pdf_bytes
from tests.support.people import contract_answers
from tests.support.walk import begin, come_in, fill_form

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def _tab_to(page: Page, name: str, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if _focused(page) == name:
            return
    raise AssertionError(f"{name} cannot be reached by the Tab key")


def test_the_first_page_of_the_form_is_filled_in_by_keyboard_alone(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    page.keyboard.press("Tab")
    assert _focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    _tab_to(page, "kind-0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.is_checked("#kind-0")
    _tab_to(page, "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply?kind=medical")
    _tab_to(page, "provider_type-0")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert page.is_checked('input[value="cnp"]')
    _tab_to(page, "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply/identity")
    _tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary:focus")
    page.keyboard.press("Tab")
    assert _focused(page) == "Enter the NPI."
    page.keyboard.press("Enter")
    assert _focused(page) == "npi"
    answers = contract_answers(ProviderType.CNP)
    for field in ("npi", "first_name", "last_name", "birth_date"):
        if _focused(page) != field:
            _tab_to(page, field)
        page.keyboard.type(answers[field])
    _tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply/contact")


def test_the_focus_can_always_be_seen(browser_page: Page) -> None:
    browser_page.goto("/status")
    for _ in range(12):
        browser_page.keyboard.press("Tab")
        seen = browser_page.evaluate(
            """() => {
                const element = document.activeElement, box = element.getBoundingClientRect();
                const style = getComputedStyle(element);
                const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return {
                    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                    uncovered: element === document.body || element.contains(middle),
                    large: element === document.body || box.height >= 24,
                    name: element.outerHTML.slice(0, 80),
                };
            }"""
        )
        if "<body" not in seen["name"]:
            assert seen["outlined"] and seen["uncovered"] and seen["large"], seen


@pytest.mark.parametrize("javascript", [False, True])
def test_the_whole_way_works_with_and_without_javascript(
    app: Flask, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(javascript=javascript, size=PHONE)
    page.goto("/")
    page.check('input[value="medical"]')
    page.get_by_role("button", name="Continue").click()
    code = ProviderType.PA
    begin(page, "medical", code)
    answers = contract_answers(code, felony="yes", felony_explained="A fine in 2004, paid.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    fill_form(page, code, answers)
    page.get_by_role("link", name="Race, ethnicity and languages").click()
    page.check('input[name="languages"][value="Spanish"]')
    page.get_by_role("button", name="Save and continue").click()
    page.fill("#signature", "Maribel Thornquist")
    page.check("#agreed")
    page.get_by_role("button", name="Sign and send").click()
    application = db.session.scalars(select(Application)).unique().one()
    assert application.status is Status.RECEIVED
    assert page.locator(".reference").inner_text() == application.public_id
    page.get_by_role("link", name="Send documents and see your status").click()
    card = page.locator("#document-w9")
    card.locator("input[type=file]").first.set_input_files(
        {"name": "w9.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("W-9")}
    )
    card.get_by_role("button", name="Send").click()
    assert "Sent, waits for review" in page.locator("#document-w9").inner_text()
    card = page.locator("#document-malpractice_face_sheet")
    card.locator("input[type=file]").first.set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": jpeg_bytes()}
    )
    card.get_by_role("button", name="Send").click()
    assert "Enter the expiration date" in page.locator(".error-summary").inner_text()
    page.get_by_role("button", name="Close application").click()
    come_in(page, application)
    assert "Step 2 of 6" in page.inner_text("h2#steps-heading")


def test_a_question_that_follows_is_shown_with_its_answer(browser_page: Page) -> None:
    begin(browser_page, "medical", ProviderType.CNP)
    browser_page.goto("/apply/prescribing")
    assert not browser_page.is_visible("#dea_number")
    browser_page.check('input[name="prescribes"][value="yes"]')
    assert browser_page.is_visible("#dea_number")


def test_text_at_four_hundred_percent_needs_no_sideways_scrolling(app: Flask, open_page: OpenPage) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP)
    page = open_page(size={"width": 320, "height": 256})
    come_in(page, application)
    for path in ("/", "/status/application", "/status"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_confirmation_prints_on_paper_without_navigation(app: Flask, open_page: OpenPage) -> None:
    page = open_page()
    come_in(page, make_case(Status.RECEIVED, ProviderType.CNP))
    page.goto("/apply/done")
    page.emulate_media(media="print")
    assert page.is_visible(".reference") and not page.is_visible(".site-nav")
