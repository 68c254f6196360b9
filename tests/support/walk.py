"""Walking through the pages as an applicant does, in a browser."""

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.contract_form import Entry, Field, fields_for, pages_for
from onboarding.policy.groups import Group
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType


def begin(page: Page, kind: str, code: ProviderType) -> None:
    """From the choice of the type to the first page of the form."""
    page.goto(f"/apply?kind={kind}")
    page.check(f'input[value="{code}"]')
    page.get_by_role("button", name="Continue").click()


def fill_page(page: Page, code: ProviderType, name: str, answers: dict[str, Any]) -> None:
    """Answer every question of one page that can be seen."""
    _fill(page, fields_for(provider_type(code), name), answers)


def fill_entry(page: Page, group: Group, entry: dict[str, Any]) -> None:
    """Answer every question of one entry that can be seen."""
    _fill(page, group.fields, entry)


def fill_form(page: Page, code: ProviderType, answers: dict[str, Any]) -> None:
    """Fill in every page of the form, entries one by one, and come back to the list of parts."""
    for asked in pages_for(provider_type(code)):
        if not asked.when(answers, today()):
            continue
        for entry in answers.get(asked.group.code, ()) if asked.group else ():
            page.goto(f"/apply/{asked.code}/new")
            fill_entry(page, asked.group, entry)
            page.get_by_role("button", name="Save and continue").click()
        page.goto(f"/apply/{asked.code}")
        fill_page(page, code, asked.code, answers)
        page.get_by_role("button", name="Save and continue").click()
    page.goto("/apply/list")


def _fill(page: Page, fields: Iterable[Field], answers: dict[str, Any]) -> None:
    for field in fields:
        answer = answers.get(field.code)
        if not answer:
            continue
        if field.entry in (Entry.YES_NO, Entry.CHOICES):
            for value in [answer] if isinstance(answer, str) else answer:
                page.check(f'input[name="{field.code}"][value="{value}"]')
        elif field.entry is Entry.CHOICE:
            page.select_option(f"#{field.code}", answer)
        else:
            page.fill(f"#{field.code}", answer)


def look_up(page: Page, application: Application) -> None:
    """Open the status page by NPI and Application ID."""
    page.goto("/status")
    page.fill("#npi", application.npi)
    page.fill("#application_id", application.public_id)
    page.get_by_role("button", name="Show status").click()
