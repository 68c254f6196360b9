"""Recredentialing in a real browser, for staff and for the provider; the confirmation on the narrowest phones."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from onboarding.extensions import committed
from onboarding.models import OutboxMessage
from onboarding.policy.vocabulary import Channel, MessageState, Role, Status
from tests.browser.test_staff import sign_in
from tests.support.cases import letters_leave, make_case, make_staff
from tests.support.walk import come_in
from tests.web.staff.test_renewals import in_the_network

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def test_renewals_and_letters_to_settle_have_no_barrier_for_staff(browser_page: Page, look: Look) -> None:
    decided = in_the_network(-20, "Lapsed", renewal=True)
    in_the_network(-3, "Evers-Castellanos")
    in_the_network(60, "Soonish")
    make_case(Status.APPROVED)
    letters_leave()
    with committed() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.channel == Channel.MAIL)
            .values(state=MessageState.IN_DOUBT)
        )
    sign_in(browser_page, make_staff(Role.COORDINATOR, name="Josephine Marchetti"))
    for path, name in (
        ("/staff/recredentialing", "renewals"),
        ("/staff/recredentialing?due=soon", "renewals-soon"),
        ("/staff/counts", "counts-to-settle"),
        (f"/staff/applications/{decided.id}", "decided-file"),
    ):
        browser_page.goto(path)
        if name == "decided-file":
            browser_page.get_by_text("Extend the due date").click()
        look(browser_page, name)
    browser_page.get_by_role("link", name=re.compile("^[A-Z0-9]{4}-")).first.click()
    assert "20 days late" in browser_page.inner_text("header.file-head")
    look(browser_page, "late-renewal")


def test_the_renewal_is_told_without_barrier_and_the_id_stays_in_its_card(
    browser_page: Page, look: Look
) -> None:
    come_in(browser_page, in_the_network(-20, "Lapsed", renewal=True))
    look(browser_page, "status-overdue")
    browser_page.get_by_role("link", name="Open your onboarding list").click()
    look(browser_page, "onboarding-list")
    browser_page.goto("/partners/laboratory")
    look(browser_page, "partner")
    come_in(browser_page, make_case(Status.RECEIVED))
    browser_page.goto("/apply/done")
    for width in (390, 375, 360, 320):
        browser_page.set_viewport_size({"width": width, "height": 800})
        out = browser_page.evaluate(
            "(() => { const range = document.createRange(), id = document.querySelector('.reference');"
            " range.selectNodeContents(id); const card = id.parentElement.getBoundingClientRect();"
            " return range.getBoundingClientRect().right - card.right; })()"
        )
        assert out <= 0, f"the Application ID is {out} px out of its card at {width}"
    look(browser_page, "done")
