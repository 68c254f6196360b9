"""After a decision in a real browser: the applicant appeals, the desk lets the appeal in and marks the report."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.extensions import committed
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import Role, Status
from onboarding.queries.files import get_application
from onboarding.services.appeals import ask_appeal
from tests.browser.test_staff import sign_in
from tests.support.cases import make_case, make_staff
from tests.support.walk import come_in
from tests.web.staff.test_after import some_work

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def test_the_desk_sees_what_is_due_after_a_decision_and_answers_it(
    app: Flask, browser_page: Page, open_page: Callable[..., Page], look: Look
) -> None:
    application = make_case(Status.DENIED, first_name="Odalys", last_name="Brightwater")
    with committed():
        found = get_application(application.id, for_change=True)
        ask_appeal(
            found, applicant("Dana Reyes"), "The board has corrected its record, and I ask for a hearing."
        )
    kept, _ = some_work()
    sign_in(browser_page, make_staff(Role.COORDINATOR, name="Curtis Bell"))
    browser_page.goto("/staff/after-decisions")
    look(browser_page, "after-decisions")
    browser_page.goto(f"/staff/applications/{kept.id}")
    browser_page.get_by_text("The State has confirmed the enrollment").click()
    browser_page.get_by_text("The conditions were looked at again").click()
    look(browser_page, "after-joined")
    browser_page.goto("/staff/after-decisions")
    browser_page.get_by_role("link", name="Odalys").first.click()
    panel = browser_page.locator("#after")
    panel.get_by_text("Mark: Application denied").click()
    panel.get_by_text("Set a hearing").click()
    look(browser_page, "after-file")
    panel.get_by_role("button", name="Save the answer").click()
    expect(browser_page.get_by_role("alert")).to_contain_text("Choose whether it is reported.")
    look(browser_page, "after-refused")
    applicants = open_page()
    come_in(applicants, application)
    applicants.goto("/status/appeal")
    look(applicants, "appeal-asked")
    other = make_case(Status.TERMINATED)
    come_in(applicants, other)
    applicants.get_by_role("link", name="Appeal, or see where your appeal stands").click()
    applicants.get_by_role("button", name="Ask for an appeal").click()
    look(applicants, "appeal-refused")
