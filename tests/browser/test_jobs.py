"""The jobs of the clock, looked at and asked for: axe finds nothing, and they fit a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.config import Settings
from onboarding.jobs.runner import tick
from onboarding.policy.vocabulary import Role, Status
from tests.browser.test_staff import sign_in
from tests.support.cases import make_case, make_staff

pytestmark = pytest.mark.browser


def test_a_job_is_asked_for_and_says_what_came_of_it(
    app: Flask, settings: Settings, browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    page = browser_page
    make_case(Status.RECEIVED)
    sign_in(page, make_staff(Role.COORDINATOR))
    page.goto("/staff/jobs")
    page.get_by_role("button", name="Run now letters to render").click()
    expect(page.get_by_text("Waits for the scheduler")).to_be_visible()
    look(page, "jobs-asked")
    tick(settings)
    page.goto("/staff/jobs")
    expect(page.get_by_text("Waits for the scheduler")).to_have_count(0)
    look(page, "jobs")
