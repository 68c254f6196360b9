"""The rights of an applicant, the notice of a difference, the plan's other pages and the invitations: no barrier, on a phone too."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import Role, Status, VerificationKind, VerificationResult
from tests.support.cases import PASSWORD, ask, make_case, make_draft, make_staff, refer, screen, verify
from tests.support.people import npi
from tests.support.walk import come_in

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.browser


def test_rights_and_the_plans_pages_have_no_barrier(app: Flask, browser_page: Page, look: Look) -> None:
    page = browser_page
    application = make_case(Status.VERIFYING)
    verify(application, verification_row(VerificationKind.MALPRACTICE_HISTORY))
    verify(application, verification_row(VerificationKind.LICENCE), VerificationResult.DISCREPANCY)
    screen(application)
    ask(application)
    refer()
    refer(npi=npi(78), name="A practice with a name that is long enough to fill the line of a phone, LLC")
    make_draft(npi=npi(78))
    staff = make_staff(Role.SPECIALIST)
    page.goto("/staff/sign-in")
    page.fill("#email", staff.email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"/staff/applications/{application.id}")
    page.get_by_text("Send a discrepancy notice").click()
    page.get_by_label("What the applicant told us").fill("Valid until 2027")
    page.get_by_label("What the source says").fill("The license ended on June 30, 2025.")
    page.get_by_role("button", name="Send the notice").click()
    page.get_by_text("Answer License to practice").click()
    look(page, "rights-staff")
    page.goto("/staff/invitations")
    page.get_by_text("Invite Odalys").click()
    look(page, "invitations")
    page.goto("/staff/counts")
    look(page, "counts")

    come_in(page, application)
    page.get_by_role("link", name="Your rights: review, correct, ask").click()
    look(page, "rights")
    page.get_by_role("button", name="Review it now").click()
    look(page, "rights-review")
    page.goto("/rights")
    page.get_by_role("link", name="Answer about").click()
    page.get_by_role("button", name="Send").click()
    look(page, "rights-correct-error")
    for name in ("contact", "training", "updates", "opportunity", "opportunity/idea"):
        page.goto(f"/{name}")
        look(page, name.replace("/", "-"))
    page.goto("/opportunity/provider")
    page.get_by_role("button", name="Send").click()
    look(page, "opportunity-provider-error")
