"""Held letters in a real browser: the list, and one letter held on its file."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.jobs.letters import render_letters
from onboarding.policy.vocabulary import Role, Status
from onboarding.services.holds import admit_letters
from tests.browser.test_staff import sign_in
from tests.support.cases import make_case, make_staff

pytestmark = pytest.mark.browser


def test_a_coordinator_releases_some_and_holds_one(
    settings: Settings, browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    page = browser_page
    first = make_case(Status.RECEIVED, last_name="Abernathy").id
    make_case(Status.RETURNED, last_name="Brightwater")
    for name in ("Cole", "Dorsey"):
        make_case(Status.RECEIVED, last_name=name)
    render_letters(settings)
    with committed():
        admit_letters(1)
    sign_in(page, make_staff(Role.COORDINATOR, name="Josephine Marchetti"))
    page.get_by_role("link", name="Held letters: release or drop them").click()
    expect(page.get_by_role("heading", name="Held letters", level=1)).to_be_visible()
    page.get_by_text("Release or drop").first.click()
    look(page, "held-letters")
    page.get_by_label("Release: they leave with the next runs").check()
    page.get_by_label("Reason").first.fill("The office is ready for them")
    page.get_by_role("button", name="Settle").first.click()
    expect(page.get_by_text("3 letters released.")).to_be_visible()
    expect(page.get_by_text("No letter is held.")).to_be_visible()
    page.goto(f"/staff/applications/{first}#letters")
    page.get_by_text("Hold it").click()
    page.get_by_label("Why it is not to leave now").fill("The mailbox is being asked for")
    page.get_by_role("button", name="Hold the letter").click()
    page.get_by_text("Release or drop it").click()
    look(page, "held-on-the-file")
