"""What an applicant changed when the form was sent again: the old answer beside the new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.contract_form import answer_codes, fields_for, pages_for
from onboarding.policy.corrections import PROVIDER_TYPE
from onboarding.policy.fields import read
from onboarding.policy.provider_types import ProviderTypeRow, provider_type
from onboarding.queries.corrections import list_last_questions
from onboarding.web.staff.answers import entry_line

# Not read in passing: that it changed is enough.
_OUT_OF_SIGHT = frozenset({"birth_date"})
_HIDDEN = "(not shown)"


@dataclass(frozen=True)
class Change:
    """One question, or the entries of one page: the answer before, the answer now, and what was asked of it."""

    label: str
    before: str
    now: str
    asked: str = ""


def changes(application: Application, unseen: frozenset[str] = frozenset()) -> list[Change]:
    """The last sending of the form against the one before; questions asked back that were left as they were stand
    there too. Empty for a form that was sent once."""
    copies = application.form.sent_copies or []
    if len(copies) < 2:
        return []
    asked = {question.field: question.comment for question in list_last_questions(application.id)}
    before, after = copies[-2:]
    found = []
    if before["provider_type"] != after["provider_type"] or PROVIDER_TYPE in asked:
        old, new = (provider_type(copy["provider_type"]).label for copy in (before, after))
        found.append(Change("Provider type", old, new, asked.get(PROVIDER_TYPE, "")))
    row = provider_type(after["provider_type"])
    then, this_time = (as_read(row, copy["answers"]) for copy in (before, after))
    for code, label in answer_codes(row).items():
        same = (before["answers"].get(code) or "") == (after["answers"].get(code) or "")
        if (not same or code in asked) and code not in unseen:
            now = "Left as it was" if same else this_time[code]
            found.append(Change(label, then[code], now, asked.get(code, "")))
    return found


def as_read(row: ProviderTypeRow, given: Mapping[str, Any]) -> dict[str, str]:
    """Every answer and every group of entries as the desk reads it, by its code."""
    told = {
        field.code: _HIDDEN if field.code in _OUT_OF_SIGHT else read(field, given.get(field.code))
        for field in fields_for(row)
    }
    for page in pages_for(row):
        if page.group:
            lines = [entry_line(page, page.group, entry) for entry in page.group.entries(given, today())]
            told[page.group.code] = "\n\n".join(
                f"{line.value}\nDate of birth: {_HIDDEN}" if line.on_demand else line.value for line in lines
            )
    return told
