"""The desk in a real browser: axe finds nothing, every page fits a phone, the keyboard and no script suffice."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Staff
from onboarding.policy.vocabulary import DocumentKind, ProviderType, Role, Status, VoteChoice
from onboarding.queries.files import get_application
from tests.support.cases import (
    PASSWORD,
    import_list,
    letters_leave,
    make_case,
    make_staff,
    on_day,
    screen,
    upload,
    vote,
)

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]
MARLOWE = (
    "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,20210420,"
    "00000000,00000000,"
)


def sign_in(page: Page, staff: Staff) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail address").fill(staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)  # a key pressed before the page is there goes nowhere


def coordinator_and_director() -> Staff:
    return make_staff(Role.COORDINATOR, Role.MEDICAL_DIRECTOR, name="Josephine Marchetti")


def test_the_sign_in_page_has_no_barrier(browser_page: Page, look: Look) -> None:
    browser_page.goto("/staff/sign-in")
    look(browser_page, "staff-sign-in")
    browser_page.get_by_role("button", name="Sign in").click()
    look(browser_page, "staff-sign-in-empty")
    browser_page.get_by_label("E-mail address").fill("nobody@plan.example")
    browser_page.get_by_label("Password").fill("not the password")
    browser_page.get_by_role("button", name="Sign in").click()
    look(browser_page, "staff-sign-in-error")
    expect(browser_page).to_have_title(re.compile("^Error: "))
    expect(browser_page.locator(".error-summary")).to_be_focused()


def test_the_queue_has_no_barrier_empty_filled_and_filtered(browser_page: Page, look: Look) -> None:
    sign_in(browser_page, coordinator_and_director())
    look(browser_page, "queue-empty")
    with on_day(today() - timedelta(days=30)):
        for status in (Status.RECEIVED, Status.GATHERING, Status.READY):
            make_case(status, ProviderType.CNP, first_name="Marguerite", last_name="O'Shaughnessy-Whitcombe")
    make_case(Status.VERIFYING, ProviderType.HCBS_PROVIDER)
    browser_page.goto("/staff")
    look(browser_page, "queue")
    browser_page.get_by_label("Stage").select_option("gathering")
    browser_page.get_by_label("Name, NPI or Application ID").fill("marguerite o'sh")
    browser_page.get_by_role("button", name="Show").click()
    look(browser_page, "queue-filtered")
    expect(browser_page.get_by_role("link", name="Marguerite O'Shaughnessy-Whitcombe")).to_have_count(1)
    browser_page.get_by_label("Name, NPI or Application ID").fill("nobody of that name")
    browser_page.get_by_role("button", name="Show").click()
    look(browser_page, "queue-nothing")
    browser_page.goto("/staff/counts")
    look(browser_page, "counts")
    browser_page.goto("/staff/password")
    look(browser_page, "password")


@pytest.mark.parametrize(
    "status", [Status.RETURNED, Status.GATHERING, Status.READY, Status.IN_COMMITTEE, Status.PARTICIPATING]
)
def test_the_application_page_has_no_barrier_where_there_is_most_to_see(
    browser_page: Page, look: Look, status: Status
) -> None:
    disclosed = {} if status is Status.PARTICIPATING else {"felony": "yes", "felony_explained": "Long ago."}
    application = make_case(status, ProviderType.CNP, prescribes="yes", **disclosed)
    letters_leave()
    sign_in(browser_page, coordinator_and_director())
    browser_page.goto(f"/staff/applications/{application.id}")
    browser_page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    look(browser_page, f"file-{status}-open")


def test_a_possible_match_and_documents_to_review_have_no_barrier(browser_page: Page, look: Look) -> None:
    import_list(MARLOWE)
    application = make_case(
        Status.GATHERING, ProviderType.CNP, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
    )
    upload(application, DocumentKind.W9)
    upload(application, DocumentKind.MALPRACTICE_FACE_SHEET)
    screen(application)
    sign_in(browser_page, make_staff(Role.SPECIALIST, name="Otto Grahn"))
    browser_page.goto(f"/staff/applications/{application.id}")
    look(browser_page, "file-match")
    browser_page.get_by_role("button", name="Resolve").click()
    look(browser_page, "file-match-error")
    expect(browser_page).to_have_title(re.compile("^Error: "))


def test_a_refused_decision_has_no_barrier_and_keeps_what_was_typed(browser_page: Page, look: Look) -> None:
    application = make_case(Status.IN_COMMITTEE)
    vote(application, VoteChoice.DENY)
    sign_in(browser_page, make_staff(Role.MEDICAL_DIRECTOR, name="Amara Nwosu"))
    browser_page.goto(f"/staff/applications/{application.id}")
    browser_page.locator("summary", has_text="Record: committee denied").click()
    denial = browser_page.locator("#step-deny")
    denial.get_by_label("Reasons", exact=True).fill("The license lapsed.")
    denial.get_by_role("button", name="Record: committee denied").click()
    look(browser_page, "file-decision-error")
    expect(browser_page.locator(".error-summary")).to_be_focused()
    expect(denial.get_by_label("Reasons", exact=True)).to_have_value("The license lapsed.")
    assert get_application(application.id).status is Status.IN_COMMITTEE


def test_a_file_is_worked_from_received_to_decided_without_a_script(open_page: Callable[..., Page]) -> None:
    """Received, gathered, verified, screened, signed: by two people, JavaScript off."""
    import_list()
    application = make_case(Status.RECEIVED)
    specialist, director = open_page(javascript=False), open_page(javascript=False)
    path = f"/staff/applications/{application.id}"
    sign_in(specialist, make_staff(Role.SPECIALIST, name="Otto Grahn"))
    specialist.goto(path)
    specialist.get_by_role("button", name="Claim").click()
    specialist.get_by_role("button", name="Accept for credentialing").click()
    upload(application, DocumentKind.W9)
    upload(application, DocumentKind.MALPRACTICE_FACE_SHEET)
    specialist.goto(path)
    specialist.get_by_label("Yes", exact=True).check()
    specialist.get_by_label("Last attested on").fill("2026-02-20")
    specialist.get_by_label("What you looked at").fill("CAQH, printed page in the file")
    specialist.locator("#authorization").get_by_role("button", name="Record").click()
    for _ in range(2):
        specialist.locator("#documents").get_by_role("button", name="Accept").first.click()
    specialist.get_by_role("button", name="File complete: start verification").click()
    for item in specialist.locator("#verifications li.item").all():
        name = item.get_attribute("id")
        row = specialist.locator(f"#{name}")
        row.locator("summary", has_text="Record").click()
        row.get_by_label("Source", exact=True).select_option(index=1)
        row.get_by_label("What was found").select_option("verified")
        row.get_by_label("Or a reference").fill("Page printed today")
        for until in row.get_by_label("Good until").all():
            until.fill("2027-01-31")
        row.get_by_role("button", name="Record").click()
    specialist.get_by_role("button", name="Run screening").click()
    specialist.get_by_role("button", name="Verification finished: ready for decision").click()
    expect(specialist.get_by_text("Done: Verification finished")).to_be_visible()
    sign_in(director, make_staff(Role.MEDICAL_DIRECTOR, name="Amara Nwosu"))
    director.goto(path)
    director.get_by_label("Your password, to sign").fill(PASSWORD)
    director.get_by_role("button", name="Approve clean file").click()
    expect(director.get_by_text("Done: Approve clean file.")).to_be_visible()
    db.session.rollback()
    assert get_application(application.id).status is Status.APPROVED


def test_the_queue_is_worked_by_keyboard_alone(browser_page: Page) -> None:
    make_case(Status.RECEIVED, first_name="Odalys", last_name="Brightwater")
    sign_in(browser_page, make_staff(Role.SPECIALIST, name="Otto Grahn"))
    browser_page.goto("/staff")
    browser_page.keyboard.press("Tab")
    expect(browser_page.get_by_role("link", name="Skip to main content")).to_be_focused()
    browser_page.keyboard.press("Enter")
    for _ in range(80):
        browser_page.keyboard.press("Tab")
        if browser_page.evaluate("document.activeElement.textContent.trim()") == "Odalys Brightwater":
            break
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("Odalys Brightwater")
