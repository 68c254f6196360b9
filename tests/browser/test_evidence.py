"""Evidence at the desk in a real browser: a page of the source attached, a record corrected, both sides compared."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from onboarding.policy.vocabulary import Role, Status
from tests.browser.test_staff import sign_in
from tests.support.cases import make_case, make_staff
from tests.support.files import pdf_bytes

pytestmark = pytest.mark.browser


def test_evidence_is_attached_corrected_and_compared(
    browser_page: Page, look: Callable[[Page, str], None]
) -> None:
    application = make_case(
        Status.VERIFYING,
        licence_number="L-204417",
        licence_expires_on="2026-09-30",
        has_other_licenses="yes",
    )
    sign_in(browser_page, make_staff(Role.SPECIALIST, name="Otto Grahn"))
    browser_page.goto(f"/staff/applications/{application.id}")
    row = browser_page.locator("#verifications-licence")
    row.locator("summary", has_text="Record").click()
    row.get_by_label("Source", exact=True).select_option("State licensing board")
    row.get_by_label("What was found").select_option("discrepancy")
    row.get_by_label("What the source shows").fill("L-204471")
    row.get_by_role("button", name="Record").click()
    look(browser_page, "evidence-error")
    row.get_by_label("What the source gave you").set_input_files(
        {"name": "board page.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("License L-204471")}
    )
    row.get_by_label("Good until").fill("2026-10-31")
    row.get_by_label("Note").fill("The last two digits are turned.")
    row.get_by_role("button", name="Record").click()
    row.locator("summary", has_text="Correct this record").click()
    row.get_by_label("What was recorded wrongly").fill("The date was of the line below.")
    fix = row.locator("form", has=browser_page.get_by_label("What was recorded wrongly"))
    fix.get_by_label("Good until").fill("2027-09-30")
    fix.get_by_role("button", name="Correct").click()
    row.locator("summary", has_text="Earlier records").click()
    expect(row.locator("s")).to_contain_text("October 31, 2026")
    expect(row.get_by_role("link", name="board page.pdf").first).to_be_visible()
    expect(browser_page.locator("#sides .differs").first).to_contain_text("The source says L-204471")
    texas = browser_page.locator("#verifications-licence-TX-T-5512")
    texas.locator("summary", has_text="Record").click()
    texas.get_by_label("Source", exact=True).select_option("State licensing board")
    texas.get_by_label("What was found").select_option("verified")
    texas.get_by_label("What the source shows").fill("T-5512")
    texas.get_by_label("Good until").fill("2030-01-31")
    texas.get_by_label("Or a reference").fill("Texas board, page of today")
    texas.get_by_role("button", name="Record").click()
    expect(browser_page.locator("#sides")).to_contain_text("License to practice (TX T-5512)")
    look(browser_page, "evidence")
