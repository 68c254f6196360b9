"""The pages that say no, and those that ask once more: axe finds nothing, and they fit a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.policy.vocabulary import ProviderType, Role, Status
from tests.browser.test_staff import sign_in
from tests.support.cases import PASSWORD, make_case, make_draft, make_staff
from tests.support.walk import look_up

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def _fail() -> str:
    raise RuntimeError("something broke")


def test_public_pages_that_refuse_have_no_barrier(
    app: Flask, browser_page: Page, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, draft, other = browser_page, make_draft(ProviderType.LCSW), make_case(Status.GATHERING)
    look_up(page, draft)
    page.goto("/apply/identity")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and continue").click()
    look(page, "again-idle")
    page.get_by_role("button", name="Go on").click()
    look(page, "again-error")

    look_up(page, draft)
    page.goto("/apply/identity")
    tab = page.context.new_page()
    look_up(tab, other)
    page.get_by_role("button", name="Save and continue").click()
    look(page, "again-other")
    tab.close()

    app.config["MAX_CONTENT_LENGTH"] = 3000
    page.goto("/status/application")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "w9.pdf", "mimeType": "application/pdf", "buffer": bytes(9000)}
    )
    page.get_by_role("button", name="Send").first.click()
    expect(page.get_by_role("link", name="Back to your application")).to_be_visible()
    look(page, "refused-413")

    look_up(page, make_case(Status.PARTICIPATING))
    page.goto("/status/withdraw")
    look(page, "refused-409")
    page.goto("/status")
    page.context.clear_cookies()
    page.get_by_role("button", name="Show status").click()
    look(page, "refused-400")
    app.extensions["settings"].lookups_per_window = 0
    page.goto("/status")
    page.get_by_role("button", name="Show status").click()
    look(page, "refused-429")
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    _fail.access_rule = app.view_functions["home.start"].access_rule  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "home.start", _fail)
    page.goto("/")
    look(page, "refused-500")


def test_the_desk_asks_to_sign_in_again_without_a_barrier(app: Flask, browser_page: Page, look: Look) -> None:
    page, staff, case = browser_page, make_staff(Role.SPECIALIST), make_case(Status.RECEIVED)
    sign_in(page, staff)
    page.goto(f"/staff/applications/{case.id}")
    page.locator("summary", has_text="Return").click()
    page.locator("form[action$='steps/return'] textarea").fill("The W-9 is of another practice.")
    app.extensions["settings"].staff_idle_minutes = -1
    page.locator("form[action$='steps/return'] button").click()
    look(page, "staff-again")
    app.extensions["settings"].staff_idle_minutes = 15
    page.get_by_label("E-mail address").fill(staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    look(page, "staff-go-on")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("The W-9 is of another practice.").first).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, make_staff(Role.ADMINISTRATOR, name="Ida Bloom"))
    page.goto(f"/staff/applications/{case.id}")
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible()
    look(page, "refused-403")
