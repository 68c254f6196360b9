"""Today and the queue in a real browser: numbers, keys, a preview, a picture."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from onboarding.policy.vocabulary import Role, Status
from tests.browser.test_staff import sign_in
from tests.queries.test_queue import fill
from tests.support.cases import make_case, make_staff

pytestmark = pytest.mark.browser


def test_a_day_begins_with_its_numbers_and_goes_on_by_keys(
    browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    page = browser_page
    first, second = (make_case(Status.RECEIVED, last_name=name) for name in ("Abernathy", "Brightwater"))
    fill(30)
    sign_in(page, make_staff(Role.COORDINATOR, name="Josephine Marchetti"))
    expect(page.get_by_role("heading", name="Today, March 2, 2026")).to_be_visible()
    look(page, "today")
    page.get_by_role("link", name="All open work").click()
    expect(page.get_by_role("heading", name="Review queue")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("a")  # typed, not taken as a key
    expect(page.get_by_label("Name, NPI or Application ID")).to_have_value("a")
    page.goto("/staff?sort=name&q=a")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("table.queue tbody tr").first.locator("th a")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the lists")).to_be_visible()
    page.get_by_label("Use these keys in this browser").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/staff?status=received")
    for application in (first, second):
        page.get_by_label(f"Choose {application.name}").check()
    page.get_by_text("Saved views").click()
    look(page, "queue-tools")
    page.get_by_label("With the checked files").select_option("Return to applicant")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="2 will be done")).to_be_visible()
    look(page, "bulk")
    page.goto("/staff/reports")
    expect(page.get_by_role("img", name="Open applications by stage")).to_be_visible()
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    look(page, "reports")
