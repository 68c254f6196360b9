"""The auditor's rooms in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.jobs.papers import make_papers
from onboarding.policy.vocabulary import Role, Status
from onboarding.queries.files import get_application
from onboarding.services.audit import record_event
from onboarding.services.file_audit import draw_sample
from tests.browser.test_staff import sign_in
from tests.support.cases import actor_of, make_case, make_staff

pytestmark = pytest.mark.browser
Look = Callable[[Page, str], None]


def test_samples_packet_report_and_the_file_of_a_day_have_no_barrier(
    browser_page: Page, look: Look, settings: Settings
) -> None:
    application = make_case(Status.APPROVED, last_name="Pellworth-Castellanos")
    auditor, staff = make_staff(Role.AUDITOR, name="Josephine Marchetti"), make_staff(Role.SPECIALIST)
    with committed():
        draw_sample(actor_of(auditor), from_on=today(), to_on=today(), seed="spring-2026")
        record_event(
            actor=actor_of(staff),
            application=get_application(application.id, for_change=True),
            action="record_verification",
            what="License to practice: verified (State licensing board, website)",
        )
    sign_in(browser_page, auditor)
    for path, name in (
        ("/staff/audit/samples", "samples"),
        ("/staff/audit/samples/1", "sample"),
        ("/staff/audit/samples/1/files/1", "checklist"),
        ("/staff/audit/integrity", "integrity"),
        (f"/staff/applications/{application.id}/as-of?on={today().isoformat()}", "as-of"),
    ):
        browser_page.goto(path)
        look(browser_page, name)
    browser_page.goto(f"/staff/applications/{application.id}")
    browser_page.get_by_role("link", name="Audit packet").click()
    with browser_page.expect_navigation():
        browser_page.get_by_role("button", name="Make the packet").click()
    make_papers(settings)
    browser_page.reload()
    with browser_page.expect_download() as download:
        browser_page.get_by_role("button", name="Download the packet").click()
    assert download.value.suggested_filename.endswith(".zip")
