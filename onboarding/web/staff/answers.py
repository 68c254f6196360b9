"""What the applicant said, as the desk reads it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.contract_form import Entry, Field, attested_codes, fields_for, pages_for, parse_day
from onboarding.policy.days import say
from onboarding.policy.fields import read, told
from onboarding.policy.form_pages import SECTIONS, Page
from onboarding.policy.groups import Group
from onboarding.policy.provider_types import ProviderTypeRow, provider_type

# What is not shown with the other answers: the tax id has its own line, the birth date its own click.
_APART = frozenset({"tax_id", "birth_date"})


class Line(NamedTuple):
    """One answer; `on_demand` is shown after a click only."""

    label: str
    value: str
    on_demand: str = ""


def answers(application: Application, unseen: frozenset[str] = frozenset()) -> list[tuple[str, list[Line]]]:
    """What was said, by section of the form, without the questions to attest; never the optional questions, of every
    number kept out of sight the last four. `unseen`: questions whose answers this reader does not see."""
    given = {code: value for code, value in application.form.answers.items() if code not in unseen}
    return answers_of(provider_type(application.provider_type), given)


def answers_of(row: ProviderTypeRow, given: Mapping[str, Any]) -> list[tuple[str, list[Line]]]:
    """The same of any sending of the form."""
    return [
        (title, [line for page in pages_for(row) if page.section == section for line in _lines(row, page, given)])
        for section, title in SECTIONS.items()
    ]  # fmt: skip


def _lines(row: ProviderTypeRow, page: Page, given: Mapping[str, Any]) -> list[Line]:
    apart = _APART | attested_codes(row)
    lines = [
        Line(_label(asked), _answer(asked, given.get(asked.code)))
        for asked in fields_for(row, page.code)
        if asked.code not in apart and given.get(asked.code)
    ]
    group = page.group
    if group and page.when(given, today()):
        lines += [entry_line(page, group, entry) for entry in group.entries(given, today())]
    return lines


def entry_line(page: Page, group: Group, entry: Mapping[str, Any]) -> Line:
    """One entry, a line a question; dates of birth on demand only."""
    lines = {
        asked.code: told(asked, _answer(asked, entry.get(asked.code)))
        for asked in group.fields
        if entry.get(asked.code)
    }
    if group.found:
        lines = {"": group.title(entry), **lines}
    private = [code for code in lines if code.endswith("birth_date")]
    return Line(
        page.title,
        "\n".join(text for code, text in lines.items() if code not in private),
        "\n".join(lines[code] for code in private),
    )


def _label(asked: Field) -> str:
    return asked.label.removesuffix(" (optional)")


def _answer(asked: Field, value: Any) -> str:
    if asked.entry is Entry.CHOICES:
        return read(asked, value).replace("\n", ", ")
    day = parse_day(str(value)) if asked.entry is Entry.DATE else None
    return say(day) if day else read(asked, value)
