"""The authorization of a file in a real browser: CAQH in trouble, and the State's clock of a physician."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from onboarding.clock import now, today
from onboarding.extensions import committed
from onboarding.models import CaqhRosterEntry
from onboarding.policy.caqh import CaqhAnswer, ProviderStatus, RosterState, RosterStatus
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import ProviderType, Status
from onboarding.queries.files import get_application
from onboarding.services.authorizations import order_ccvs, receive_ccvs, record_caqh_answer
from tests.browser.test_staff import coordinator_and_director, sign_in
from tests.support.cases import make_case, on_day, specialist

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def test_the_authorization_panels_have_no_barrier(app: Flask, browser_page: Page, look: Look) -> None:
    app.extensions["settings"].state_clock = True
    application = make_case(Status.GATHERING, ProviderType.CNP)
    attested_on = today() - timedelta(days=110)
    with committed() as session:
        answer = CaqhAnswer(ProviderStatus.RE_ATTESTATION, RosterStatus.ACTIVE, True, attested_on, "14203377")
        record_caqh_answer(get_application(application.id, for_change=True), CLOCK, answer)
        session.add(
            CaqhRosterEntry(
                application_id=application.id, state=RosterState.REFUSED, asked_at=now(), answered_at=now(),
                exceptions=["Warning: middle name differs; see the profile", "Invalid License_Number"],
                trouble="CAQH asks us to slow down (429).", next_at=now(),
            )
        )  # fmt: skip
    sign_in(browser_page, coordinator_and_director())
    browser_page.goto(f"/staff/applications/{application.id}")
    look(browser_page, "file-caqh")
    browser_page.get_by_text("Record what CAQH shows now").click()
    browser_page.get_by_role("button", name="Record", exact=True).first.click()
    look(browser_page, "file-caqh-refused")
    browser_page.goto("/staff/counts")
    look(browser_page, "counts-caqh")

    with on_day(today() - timedelta(days=60)):
        physician, who = make_case(Status.GATHERING, ProviderType.MD), specialist()
        with committed():
            order_ccvs(get_application(physician.id, for_change=True), who)
    with on_day(today() - timedelta(days=40)), committed():
        receive_ccvs(get_application(physician.id, for_change=True), who)
    with on_day(today() - timedelta(days=5)), committed():
        order_ccvs(get_application(physician.id, for_change=True), who)
    browser_page.goto(f"/staff/applications/{physician.id}")
    look(browser_page, "file-state-clock")
