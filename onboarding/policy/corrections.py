"""What may be asked back of a form, and which of its pages are open while it is being corrected."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onboarding.policy.contract_form import fields_for, problems
from onboarding.policy.form_pages import pages_for
from onboarding.policy.provider_types import ProviderTypeRow

PROVIDER_TYPE = "provider_type"
LONGEST_COMMENT = 400  # what a letter shows whole
STAYS = "We sent the form back for other corrections: this part of it stays as it is."


def askable(row: ProviderTypeRow) -> dict[str, tuple[str, str]]:
    """Everything that can be named when a form is sent back, questions and groups of entries: its code, the page it
    stands on, and how it is called. The provider type stands on no page."""
    fields = {field.code: (field.page, field.label.removesuffix(" (optional)")) for field in fields_for(row)}
    groups = {page.group.code: (page.code, page.title) for page in pages_for(row) if page.group}
    return {PROVIDER_TYPE: ("", "Provider type"), **fields, **groups}


def changed_pages(
    row: ProviderTypeRow, before: Mapping[str, Any], after: Mapping[str, Any]
) -> frozenset[str]:
    """The pages on which an answer or an entry differs; an empty answer is none."""
    return frozenset(
        page
        for code, (page, _) in askable(row).items()
        if page and (before.get(code) or "") != (after.get(code) or "")
    )


def open_pages(
    row: ProviderTypeRow,
    named: Collection[str],
    answers: Mapping[str, Any],
    sent: Mapping[str, Any],
    today: date,
) -> frozenset[str]:
    """The pages that may be changed, `named` being those of the questions asked back. Where none was named, all.

    A page also opens where an answer is wrong or missing by now, because the form could not be sent again, and stays
    open where one was changed already.
    """
    pages = [page.code for page in pages_for(row)]
    if not named:
        return frozenset(pages)
    changed = changed_pages(row, sent, answers)
    return frozenset(
        page for page in pages if page in named or page in changed or problems(row, answers, today, page)
    )
