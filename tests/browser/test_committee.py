"""The committee in a real browser: meeting day for the coordinator and the chair, clean files for the director."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.jobs.papers import make_papers
from onboarding.policy.vocabulary import DecisionOutcome, ProviderType, Role, Status, VoteChoice
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.services.committee import close_meeting
from onboarding.services.minutes import draft_minutes
from onboarding.services.votes import recuse
from tests.browser.test_staff import sign_in
from tests.support.cases import (
    PASSWORD,
    convene,
    coordinator,
    decide,
    make_case,
    make_staff,
    place,
    vote,
)

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def test_meeting_day_has_no_barrier_from_the_roll_to_the_minutes(
    app: Flask, browser_page: Page, open_page: Callable[..., Page], look: Look
) -> None:
    decided = make_case(Status.IN_COMMITTEE, first_name="Odalys", last_name="Brightwater")
    old = make_case(Status.READY, ProviderType.CNP, first_name="Lucinda", last_name="Marlowe-Castellanos")
    place(make_case(Status.READY, first_name="Ansel"), today() + timedelta(days=130))
    split = make_case(
        Status.READY,
        felony="yes",
        felony_explained="A conviction in 2004, pardoned in 2011.",
        first_name="Tobias",
    )
    item = place(split)
    place(old)
    decide(
        decided, DecisionOutcome.APPROVED_WITH_CONDITIONS, reason="Send the supervision plan within 60 days."
    )
    lead, out = coordinator(), convene()[2]
    with committed():
        found = get_application(split.id, for_change=True)
        recuse(item, found, lead, out.id, "Shares an office with the applicant")
    sign_in(browser_page, make_staff(Role.COORDINATOR, name="Curtis Bell"))
    browser_page.goto("/staff/committee")
    look(browser_page, "committee")
    browser_page.get_by_role("link", name="July 10, 2026").click()
    look(browser_page, "meeting-planned")
    browser_page.go_back()
    browser_page.get_by_role("link", name="March 2, 2026").click()
    with browser_page.expect_navigation():
        browser_page.get_by_role("button", name="Make the packet").click()
    make_papers(app.extensions["settings"])
    browser_page.reload()
    look(browser_page, "meeting-day")
    browser_page.locator(f"#item-{item.id}").get_by_role("button", name="Record for all").click()
    expect(browser_page.get_by_text("Carried: Approve", exact=True)).to_be_visible()
    vote(old, VoteChoice.DENY)
    director = open_page()
    sign_in(director, make_staff(Role.MEDICAL_DIRECTOR, name="Amara Nwosu"))
    director.goto(browser_page.url)
    director.get_by_role("button", name="Record: deny").click()
    look(director, "meeting-deny-error")
    expect(director.locator(".error-summary")).to_be_focused()


def test_clean_files_are_signed_by_keyboard_and_password(browser_page: Page, look: Look) -> None:
    make_case(Status.READY, first_name="Odalys", last_name="Brightwater")
    make_case(Status.READY, felony="yes", felony_explained="A conviction in 2004, pardoned in 2011.")
    sign_in(browser_page, make_staff(Role.MEDICAL_DIRECTOR, name="Amara Nwosu"))
    browser_page.goto("/staff/clean-files")
    browser_page.get_by_text("Evidence of").first.press("Enter")
    look(browser_page, "clean-files")
    browser_page.get_by_label("Odalys").press("Space")
    browser_page.get_by_role("button", name="Approve and sign").click()
    look(browser_page, "clean-files-error")
    browser_page.get_by_label("Your password, to sign").fill(PASSWORD)
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_text("Signed 1 of 1")).to_be_visible()
    look(browser_page, "clean-files-signed")


def test_minutes_are_opened_with_a_reason_and_attested_without_barrier(
    browser_page: Page, look: Look
) -> None:
    application, chair = make_case(Status.IN_COMMITTEE), convene()[0]
    decide(application, DecisionOutcome.DENIED, reason="The license was suspended in May.")
    lead, meeting = coordinator(), find_agenda_item(application.id).meeting
    with committed():
        close_meeting(meeting, lead)
        draft_minutes(meeting, lead)
    sign_in(browser_page, chair)
    browser_page.goto(f"/staff/committee/meetings/{meeting.id}")
    browser_page.get_by_text("Open the minutes").click()
    browser_page.get_by_role("button", name="Open", exact=True).click()
    look(browser_page, "minutes")
    browser_page.get_by_label("Your password, to sign").fill(PASSWORD)
    browser_page.get_by_role("button", name="Attest and lock").click()
    expect(browser_page.get_by_text("Attested and locked", exact=True)).to_be_visible()
    look(browser_page, "meeting-closed")


def test_a_meeting_is_moved_and_canceled_without_barrier(browser_page: Page, look: Look) -> None:
    application = make_case(Status.READY, last_name="Pellworth-Castellanos")
    item = place(application, today() + timedelta(days=7))
    sign_in(browser_page, make_staff(Role.COORDINATOR, name="Josephine Marchetti"))
    browser_page.goto(f"/staff/committee/meetings/{item.meeting_id}#whole")
    for words in ("Move", "Cancel"):
        browser_page.locator("#whole summary", has_text=words).click()
    look(browser_page, "meeting-to-move")
    browser_page.get_by_label("Reason").first.fill("The chair is away that week.")
    browser_page.get_by_label("Place").fill("Room 9")
    browser_page.get_by_role("button", name="Move the meeting").click()
    browser_page.locator("#whole summary", has_text="Cancel").click()
    browser_page.locator("#cancel-reason").fill("Too few members can come.")
    browser_page.get_by_label("The meeting is canceled").check()
    browser_page.get_by_role("button", name="Cancel the meeting").click()
    browser_page.get_by_role("heading", name="Canceled").first.wait_for()
    look(browser_page, "meeting-canceled")
    browser_page.goto("/staff/today")
    look(browser_page, "today-with-notices")
