"""What was answered so far, as the screens of the contract form show it: the list of entries, the check of the answers."""

from collections.abc import Collection
from typing import Any

from flask import url_for

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.contract_form import PageState, problems
from onboarding.policy.corrections import Change, changes
from onboarding.policy.form_pages import PAGES, SECTIONS, Page
from onboarding.policy.provider_types import provider_type
from onboarding.policy.workflow import EDITABLE_STATUSES
from onboarding.queries.corrections import find_open_codes
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


def changes_since_sent(application: Application) -> list[Change]:
    """What differs from the form as it was last sent; of one just sent again, from the time before."""
    copies = application.form.sent_copies or []
    if application.status in EDITABLE_STATUSES:
        answers, code = application.form.answers, application.provider_type.value
        copies = [*copies, {"answers": answers, "provider_type": code}]
    return changes(copies[-2], copies[-1], today()) if len(copies) > 1 else []


def answers_to_check(application: Application) -> list[tuple[str, str, list[Line]]]:
    """The answers by section, each with the way to change it where it may be changed."""
    open_now = find_open_codes(application)
    pages = {PAGES[code]: state for code, state in states_of(application).items()}
    by_section = {
        section: [
            line
            for page, state in pages.items()
            if page.section == section and state is not PageState.BLOCKED
            for line in _lines(page, application, open_now)
        ]
        for section in SECTIONS
    }
    return [(section, SECTIONS[section], lines) for section, lines in by_section.items() if lines]


def _lines(page: Page, application: Application, open_now: Collection[str]) -> list[Line]:
    answers = application.form.answers
    address = url_for("apply.page", page=page.code, back=TO_CHECK)
    lines = [
        (field.label, text, f"{address}#{field.code}" if field.code in open_now else "", field.label)
        for field, text in to_check(provider_type(application.provider_type), page.code, answers)
    ]
    group = page.group
    entries = group.entries(answers, today()) if group else []
    lines += [
        (
            f"{page.title}: {group.title(entry)}",
            entry_to_check(group, entry),
            url_for("entries.entry", page=page.code, entry_id=entry["id"], back=TO_CHECK)
            if group.code in open_now
            else "",
            group.title(entry),
        )
        for entry in entries
        if group
    ]
    may_change = group is None or group.code in open_now
    return lines or [(page.title, "", address if may_change else "", page.title)]
