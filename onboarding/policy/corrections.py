"""What may be asked back of a form, and which of its pages are open while it is being corrected."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onboarding.policy.contract_form import PAGES, fields_for, problems
from onboarding.policy.provider_types import ProviderTypeRow

PROVIDER_TYPE = "provider_type"
LONGEST_COMMENT = 400  # what a letter shows whole


def askable(row: ProviderTypeRow) -> dict[str, tuple[str, str]]:
    """Everything that can be named when a form is sent back: its code, the page it stands on, and how it is called. The
    provider type stands on no page."""
    asked = {field.code: (field.page, field.label.removesuffix(" (optional)")) for field in fields_for(row)}
    return {PROVIDER_TYPE: ("", "Provider type"), **asked}


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
    if not named:
        return frozenset(PAGES)
    changed = {
        field.page
        for field in fields_for(row)
        if (answers.get(field.code) or "") != (sent.get(field.code) or "")
    }
    return frozenset(
        page for page in PAGES if page in named or page in changed or problems(row, answers, today, page)
    )  # fmt: skip
