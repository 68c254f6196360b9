"""Turning mail at each change off by the link in a mail: no barrier on the way."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.policy.vocabulary import Status
from tests.support.cases import letters_leave, make_case
from tests.support.mails import code_of, mail_leaves
from tests.support.walk import look_up

pytestmark = pytest.mark.browser


def test_turning_mail_off_and_on_has_no_barrier(
    app: Flask, browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    page, application = browser_page, make_case(Status.GATHERING)
    (mail,) = (mail for mail in mail_leaves().mails if "stands" in mail["Subject"])
    path = mail["List-Unsubscribe"].strip("<>").partition("/status/")[2]
    page.goto(f"/status/{path}")
    look(page, "mails-ask")
    page.get_by_role("button", name="Stop these e-mails").click()
    look(page, "mails-off")
    page.goto(f"/status/{path[:-1]}")
    look(page, "mails-wrong-link")
    look_up(page, application)
    page.get_by_role("link", name="Get the code").click()
    page.get_by_role("button", name="Send link and code").click()
    code = code_of(application)
    letters_leave()  # who chooses the mails of an address has shown a code that went to it
    page.fill("#code", code)
    page.get_by_role("button", name="Open application").click()
    box = page.get_by_label("E-mail me at each change")
    expect(box).not_to_be_checked()
    box.check()
    page.get_by_role("button", name="Save").click()
    expect(box).to_be_checked()
    look(page, "mails-status")
