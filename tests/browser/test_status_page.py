"""The status page where something is awaited, is late or has ended: no barrier, no scroll sideways, a way to print."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import ProviderType, Status, VerificationKind, VerificationResult
from onboarding.queries.files import get_application, list_verifications
from onboarding.services.discrepancies import send_notice
from onboarding.services.returns import return_to_applicant
from tests.support.cases import authorize, letters_leave, make_case, specialist, verify
from tests.support.mails import code_of
from tests.support.walk import look_up

pytestmark = pytest.mark.browser


def _open(page: Page, application: object) -> None:
    look_up(page, application)
    page.get_by_role("link", name="Get the code").click()
    page.get_by_role("button", name="Send link and code").click()
    page.fill("#code", code_of(application))
    page.get_by_role("button", name="Open application").click()


def test_what_is_awaited_late_or_over_has_no_barrier(
    app: Flask, browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    page, who = browser_page, specialist()
    waiting = make_case(Status.GATHERING, ProviderType.CNP, prescribes="yes")
    authorize(waiting, attested_on=today() - timedelta(days=115))
    verify(waiting, verification_row(VerificationKind.LICENCE), VerificationResult.DISCREPANCY)
    with committed():
        send_notice(
            get_application(waiting.id, for_change=True), list_verifications(waiting.id)[-1], who,
            said="Valid until 2027", found="It ended in June.",
        )  # fmt: skip
    returned = make_case(Status.RECEIVED, ProviderType.CNP)
    with committed():
        named = {"licence_number": "Your board shows another number.", "jobs": "Which clinic was this?"}
        return_to_applicant(get_application(returned.id, for_change=True), who, "", named)
    denied = make_case(Status.DENIED)
    letters_leave()
    _open(page, waiting)
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    look(page, "status-gathering")
    _open(page, denied)
    look(page, "status-denied")
    _open(page, returned)
    look(page, "status-returned")
    page.get_by_role("link", name="Correct your application", exact=True).click()
    look(page, "returned-list")
    page.goto("/apply/license")
    look(page, "returned-page")
    page.goto("/apply/check")
    look(page, "returned-check")
    page.goto("/status/application")
    page.locator('a[href^="/status/messages/"]', has_text="E-mail").first.click()
    look(page, "status-message")
    app.config["TODAY"] = today() + timedelta(days=40)
    look_up(page, waiting)
    look(page, "status-late")
