"""NPPES in a real browser: the page filled in and marked, the pre-check, the desk's panel: no barrier, and fits a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.policy.vocabulary import ProviderType, Role, Status
from tests.browser.test_staff import sign_in
from tests.support.cases import make_case, make_staff
from tests.support.nppes import person, running_registry, said
from tests.support.people import contract_answers, npi
from tests.support.walk import begin, fill_form, fill_page

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.browser


def test_an_npi_fills_in_the_form_and_the_pre_check_explains(
    app: Flask, browser_page: Page, look: Look
) -> None:
    page, number = browser_page, npi(88)
    with running_registry() as registry:
        app.extensions["settings"].nppes_url = registry.url
        registry.answers[number] = said(person(number, middle_name="JUNE"))
        begin(page, "medical", ProviderType.CNP)
        page.get_by_label("NPI", exact=True).fill(number)
        page.get_by_role("button", name="Save and continue").click()
        look(page, "prefill-identity")
        expect(page.get_by_label("Last name")).to_have_value("Thornquist")
        answers = contract_answers(
            ProviderType.CNP, npi=number, first_name="Mary", prescribes="yes", tests_on_site="yes"
        )
        fill_page(page, ProviderType.CNP, "identity", answers)
        page.get_by_role("button", name="Save and continue").click()
        for name in ("license", "practice"):
            page.goto(f"/apply/{name}")
            look(page, f"prefill-{name}")
        fill_form(page, ProviderType.CNP, answers)
    page.goto("/apply/list")
    page.get_by_role("link", name="Pre-check").click()
    look(page, "precheck")
    page.get_by_role("link", name="Go to your answers").click()
    expect(page.get_by_text("please look at this before you sign")).to_be_visible()
    look(page, "precheck-check")


def test_the_desk_sees_both_sides(app: Flask, browser_page: Page, look: Look) -> None:
    application = make_case(Status.RECEIVED, ProviderType.CNP, first_name="Mary", city="Conway")
    with running_registry() as registry:
        app.extensions["settings"].nppes_url = registry.url
        registry.answers[application.npi] = said(person(application.npi))
        sign_in(browser_page, make_staff(Role.SPECIALIST, name="Otto Grahn"))
        browser_page.goto(f"/staff/applications/{application.id}")
        browser_page.get_by_role("button", name="Ask NPPES").click()
        expect(browser_page.locator("#sides")).to_contain_text("LITTLE ROCK")
    look(browser_page, "nppes-panel")
