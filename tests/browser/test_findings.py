"""Monitoring findings in a real browser: on the file of a provider in the network, and as a list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from onboarding.clock import today
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState, Role
from tests.browser.test_staff import sign_in
from tests.support.cases import make_staff
from tests.support.monitoring import act, hear, in_network

pytestmark = pytest.mark.browser


def test_findings_have_no_barrier_on_the_file_and_in_the_list(
    app: Flask, browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    provider = in_network()
    for ago in (50, 20, 3):
        finding = hear(provider, today() - timedelta(days=ago))
    act(provider, finding, FindingState.LOOKED_INTO)
    says = "Follow-up within 7 days after a hospital stay, 2025: 51.64, where at least 75 is asked."
    hear(
        provider,
        kind=FindingKind.QUALITY_RESULT,
        severity=FindingSeverity.MODERATE,
        source="Report of 2025",
        says=says,
    )
    sign_in(browser_page, make_staff(Role.COORDINATOR, name="Josephine Marchetti"))
    browser_page.goto("/staff/today")
    browser_page.get_by_role("link", name="4 Findings that are not closed").click()
    look(browser_page, "findings-list")
    browser_page.goto(f"/staff/applications/{provider.id}#findings-new")
    browser_page.get_by_text("Record a finding", exact=True).click()
    browser_page.get_by_text("Act on it").first.click()
    look(browser_page, "findings-file")
    browser_page.get_by_label("What was done and found").first.fill("The practice was called.")
    browser_page.get_by_label("Close it").first.check()
    browser_page.locator("#findings").get_by_role("button", name="Record").first.click()
    browser_page.get_by_text("Finding: closed.").wait_for()
