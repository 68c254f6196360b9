"""What was answered so far, as the screens of the contract form show it: the list of entries, the check of the answers."""

from typing import Any

from flask import url_for

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.contract_form import PageState, problems
from onboarding.policy.form_pages import PAGES, SECTIONS, Page
from onboarding.policy.provider_types import provider_type
from onboarding.web.form_room import TO_CHECK, states_of
from onboarding.web.forms.contract import entry_to_check, entry_told, to_check

# A question, its answer, the address that changes it, and what it is about.
Line = tuple[str, str, str, str]


def entries_shown(page: Page, application: Application) -> list[dict[str, Any]]:
    """The entries of a page as its list shows them, each with what is wrong with it."""
    group, answers = page.group, application.form.answers
    if group is None:
        return []
    wrong = problems(provider_type(application.provider_type), answers, today(), page.code)
    return [
        {
            "id": entry["id"],
            "title": group.title(entry),
            "told": entry_told(group, entry),
            "problem": wrong.get(f"{group.code}-{entry['id']}", "").removeprefix(f"{group.title(entry)}: "),
        }
        for entry in group.entries(answers, today())
    ]


def answers_to_check(application: Application) -> list[tuple[str, str, list[Line]]]:
    """The answers by section, each with the way to change it."""
    open_pages = [
        PAGES[code] for code, state in states_of(application).items() if state is not PageState.BLOCKED
    ]
    by_section = {
        section: [
            line for page in open_pages if page.section == section for line in _lines(page, application)
        ]
        for section in SECTIONS
    }
    return [(section, SECTIONS[section], lines) for section, lines in by_section.items() if lines]


def _lines(page: Page, application: Application) -> list[Line]:
    answers = application.form.answers
    address = url_for("apply.page", page=page.code, back=TO_CHECK)
    lines = [
        (field.label, text, f"{address}#{field.code}", field.label)
        for field, text in to_check(provider_type(application.provider_type), page.code, answers)
    ]
    group = page.group
    entries = group.entries(answers, today()) if group else []
    lines += [
        (
            f"{page.title}: {group.title(entry)}",
            entry_to_check(group, entry),
            url_for("entries.entry", page=page.code, entry_id=entry["id"], back=TO_CHECK),
            group.title(entry),
        )
        for entry in entries
        if group
    ]
    return lines or [(page.title, "", address, page.title)]
