"""Walking through the pages as an applicant does, in a browser."""

from typing import Any

from playwright.sync_api import Page

from onboarding.models import Application
from onboarding.policy.contract_form import Entry, fields_for
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType
from tests.support.mails import code_of


def begin(page: Page, kind: str, code: ProviderType) -> None:
    """From the choice of the type to the first page of the form."""
    page.goto(f"/apply?kind={kind}")
    page.check(f'input[value="{code}"]')
    page.get_by_role("button", name="Continue").click()


def fill_page(page: Page, code: ProviderType, name: str, answers: dict[str, Any]) -> None:
    """Answer every question of one page that can be seen."""
    for field in fields_for(provider_type(code), name):
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


def come_in(page: Page, application: Application) -> None:
    """Open the status page whole: by the pair and the mailed code."""
    look_up(page, application)
    page.goto("/status/code")
    page.get_by_role("button", name="Send link and code").click()
    page.fill("#code", code_of(application))
    page.get_by_role("button", name="Open application").click()
    page.goto("/status/application")
