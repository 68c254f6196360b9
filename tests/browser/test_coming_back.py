"""Coming back with a mailed code, correcting what was asked back, and the desk that asks: no barrier on the way."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from onboarding.extensions import committed
from onboarding.policy.vocabulary import ProviderType, Role, Status
from onboarding.queries.files import get_application
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.returns import return_to_applicant
from tests.support.cases import PASSWORD, make_case, make_staff, specialist
from tests.support.mails import code_of, link_and_code
from tests.support.people import signature
from tests.support.walk import look_up

Look = Callable[[Page, str], None]

pytestmark = pytest.mark.browser


def test_coming_back_and_correcting_has_no_barrier(app: Flask, browser_page: Page, look: Look) -> None:
    page, application, who = browser_page, make_case(Status.RECEIVED, ProviderType.CNP), specialist()
    questions = {
        "licence_number": "Your board shows another number.",
        "licence_expires_on": "Is this the new date?",
    }
    with committed():
        return_to_applicant(get_application(application.id, for_change=True), who, "", questions)
    look_up(page, application)
    look(page, "short-view")
    page.get_by_role("link", name="Correct your application", exact=True).click()
    look(page, "code-ask-open")
    page.get_by_role("button", name="Send link and code").click()
    look(page, "code-sent")
    page.get_by_role("button", name="Open application").click()
    look(page, "code-wrong")
    page.fill("#code", code_of(application))
    page.get_by_role("button", name="Open application").click()
    look(page, "whole-view")
    page.get_by_role("link", name="How long each stage takes").click()
    look(page, "times")
    page.go_back()
    page.get_by_role("link", name="Correct your application", exact=True).click()
    look(page, "correct-list")
    page.get_by_role("link", name="License and specialty").click()
    look(page, "correct-page")
    page.goto("/apply/check")
    look(page, "correct-check")
    page.get_by_role("button", name="Close application").click()
    page.goto("/status/code")
    look(page, "code-ask")
    page.fill("#npi", application.npi)
    page.fill("#application_id", application.public_id)
    page.get_by_role("button", name="Send link and code").click()
    link, _ = link_and_code(application)
    page.goto(link)
    look(page, "link")
    page.get_by_role("button", name="Open application").click()
    page.goto(link)
    look(page, "link-used")


def test_asking_back_and_reading_what_changed_has_no_barrier(
    app: Flask, browser_page: Page, look: Look
) -> None:
    page, application, who = browser_page, make_case(Status.RECEIVED, ProviderType.CNP), specialist()
    staff = make_staff(Role.SPECIALIST)
    with committed():
        file = get_application(application.id, for_change=True)
        return_to_applicant(file, who, "", {"licence_number": "Your board shows another number."})
    with committed():
        file = get_application(application.id, for_change=True)
        save_answers(file, {"licence_number": "C-4711"})
        submit_application(file, signature=signature(file.form.answers), agreed=True)
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail address").fill(staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"/staff/applications/{application.id}")
    page.locator("summary", has_text="Return to applicant").click()
    page.locator("summary", has_text="Practice address").click()
    look(page, "desk-ask-back")
