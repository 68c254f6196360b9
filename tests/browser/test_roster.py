"""A group's contact and a roster, in a real browser: every state of its pages has no barrier and fits a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from onboarding.config import Settings
from onboarding.jobs.rosters import work_on_rosters
from onboarding.policy.vocabulary import ProviderType, Status
from tests.support.cases import make_case
from tests.support.rosters import make_group, people, person, table, xlsx_bytes
from tests.support.walk import come_in

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.browser


def test_a_contact_sends_a_roster_corrects_imports_and_opens_a_practitioner(
    app: Flask, settings: Settings, browser_page: Page, look: Look, tmp_path: Path
) -> None:
    page = browser_page
    group = make_group(organization_name="Ouachita Hollow Care, LLC", tax_id="714556203")
    make_case(Status.RECEIVED, ProviderType.LCSW, npi=person(3)["npi"], tax_id="714556203")
    file = tmp_path / "All practitioners of Ouachita Hollow, November.xlsx"
    bad = [person(90, npi="1234567890", birth_date="4/17/80"), person(91, provider_type="Wizard"), person(1)]
    header, *rows = table([*people(30), *bad])
    first, last = header.index("First name"), header.index("Last name")
    rows = [[*row[:first], f"{row[last]}, {row[first]}", *row[first + 1 :]] for row in rows]
    renamed = {"Provider type": "Kind of person", "First name": "Provider Name", "Last name": "Branch"}
    header = [renamed.get(name, name) for name in header]
    file.write_bytes(xlsx_bytes([["Ouachita Hollow Care"], [*header, "Fax"], *rows]))

    come_in(page, group)
    look(page, "roster-status")
    page.get_by_role("link", name="Your practitioners and rosters").click()
    look(page, "roster-list-empty")
    page.get_by_role("button", name="Send and check").click()
    look(page, "roster-list-error")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Send and check").click()
    look(page, "roster-queued")
    work_on_rosters(settings)
    page.get_by_role("link", name="Show how far it is now").click()
    look(page, "roster-columns")
    page.get_by_label("Kind of person").select_option(label="Provider type (must be there)")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and check again").click()
    work_on_rosters(settings)
    page.reload()
    look(page, "roster-checked")
    page.get_by_role("button", name="Import 30 practitioners").click()
    page.get_by_role("button", name="Stop").click()
    look(page, "roster-stopped")
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").click()
    work_on_rosters(settings)
    page.reload()
    look(page, "roster-imported")
    page.get_by_role("link", name="See your practitioners").click()
    look(page, "roster-practitioners")
    page.get_by_role("button", name="Open Alder, Alma").click()
    look(page, "roster-member")
    page.goto("/apply/access")
    look(page, "roster-from-group")
    page.goto("/status/application")
    page.get_by_role("link", name="Your practitioners").click()
    expect(page.get_by_role("heading", name="Your practitioners")).to_be_visible()
    page.goto("/roster")
    look(page, "roster-list")
    page.goto("/apply/sent")
    look(page, "answers-sent")
    page.get_by_role("button", name="Close application").click()
    page.goto("/roster")
    look(page, "roster-about")
