"""A provider we know already, and a form with parts open: the way on is told without a barrier, on a phone too."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from onboarding.policy.vocabulary import ProviderType, Status
from tests.support.cases import make_case, make_draft
from tests.support.people import npi
from tests.support.walk import come_in

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.browser


def test_the_way_on_of_a_duplicate_has_no_barrier(app: Flask, browser_page: Page, look: Look) -> None:
    page = browser_page
    known = make_case(Status.RECEIVED, ProviderType.LCSW, npi=npi(777), tax_id="714556203")
    draft = make_draft(ProviderType.LCSW, npi=npi(777), tax_id="714556203", city="")
    come_in(page, draft)
    page.goto("/apply/check")
    look(page, "check-not-ready")
    page.get_by_role("link", name="See what you can do").first.click()
    look(page, "duplicate")
    page.get_by_role("button", name="Mail me its Application ID").click()
    assert "is on the way there" in page.inner_text("main")
    assert known.public_id not in page.content()
