"""What may be asked back of a form, and what of it is open while it is being corrected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from onboarding.policy.contract_form import fields_for, problems
from onboarding.policy.fields import Field, follows, read, told
from onboarding.policy.form_pages import PAGES, pages_for
from onboarding.policy.groups import Group
from onboarding.policy.identifiers import looks_like_ssn
from onboarding.policy.provider_types import ProviderTypeRow, provider_type

PROVIDER_TYPE = "provider_type"
UNCHANGED = "form"  # stands for the whole form where a reason is given why it is sent again as it is
LONGEST_COMMENT = 400  # what a letter shows whole
_HIDDEN = "(not shown)"
SAME_ENDING = "Changed; the last four digits are the same"
UNSHOWN = "Changed in digits that are not shown"
STAYS = "We sent the form back for other corrections: this part of it stays as it is."


def askable(row: ProviderTypeRow) -> dict[str, tuple[str, str]]:
    """Everything that can be named when a form is sent back, questions and groups of entries: its code, the page it
    stands on, and how it is called. The provider type stands on no page."""
    fields = {field.code: (field.page, field.label.removesuffix(" (optional)")) for field in fields_for(row)}
    groups = {page.group.code: (page.code, page.title) for page in pages_for(row) if page.group}
    return {PROVIDER_TYPE: ("", "Provider type"), **fields, **groups}


def changed_codes(
    row: ProviderTypeRow, before: Mapping[str, Any], after: Mapping[str, Any]
) -> frozenset[str]:
    """The questions and groups whose answer differs; an empty answer is none."""
    return frozenset(code for code in askable(row) if (before.get(code) or "") != (after.get(code) or ""))


def open_codes(
    row: ProviderTypeRow,
    named: Collection[str],
    answers: Mapping[str, Any],
    sent: Mapping[str, Any],
    today: date,
    refused: Collection[str] = (),
) -> frozenset[str]:
    """The questions and groups that may be changed, `named` being those asked back. Where none was named, all.
    `refused` are those whose answer a registry speaks against.

    A question also opens where its answer is wrong or missing by now, because the form could not be sent again, and
    stays open where it was changed already. What is answered together opens together.
    """
    everything = frozenset(askable(row))
    if not named:
        return everything
    wrong = {_code_of(key, everything) for key in problems(row, answers, today)}
    begun = everything & {*named, *changed_codes(row, sent, answers), *wrong, *refused}
    return frozenset(together for code in begun for together in answered_with(row, code))


@dataclass(frozen=True)
class Change:
    """One question, or the entries of one page: its code and label, the answer before and the answer now."""

    code: str
    label: str
    before: str
    now: str
    same: bool = False


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], today: date, also: Collection[str] = ()
) -> list[Change]:
    """One kept copy of the form against another, as both are read; `also` names what is told even where it is the same.
    A date of birth is not read in passing: that it changed is enough."""
    row, then, now = provider_type(after["provider_type"]), sent_answers(before), sent_answers(after)
    differ = changed_codes(row, then, now)
    earlier, later = (
        {PROVIDER_TYPE: provider_type(said[PROVIDER_TYPE]).label, **as_read(row, said, today)}
        for said in (then, now)
    )
    return [
        Change(
            code, label, earlier[code], _now(code in differ, earlier[code], later[code]), code not in differ
        )
        for code, (_, label) in askable(row).items()
        if code in differ or code in also
    ]


def _now(differs: bool, before: str, now: str) -> str:
    """The answer now; that it changed, where what is shown of it did not."""
    if not differs or before != now or now == _HIDDEN:
        return now
    return SAME_ENDING if now.startswith("Ending in ") else f"{now}\n{UNSHOWN}"


def as_read(row: ProviderTypeRow, given: Mapping[str, Any], today: date) -> dict[str, str]:
    """Every answer and every group of entries as it is read, by its code."""
    told_of = {field.code: _seen(field, given.get(field.code)) for field in fields_for(row)}
    for page in pages_for(row):
        if group := page.group:
            told_of[group.code] = "\n\n".join(_entry(group, entry) for entry in group.entries(given, today))
    return told_of


def _entry(group: Group, entry: Mapping[str, Any]) -> str:
    lines = [told(field, _seen(field, entry[field.code])) for field in group.fields if entry.get(field.code)]
    return "\n".join([group.title(entry), *lines] if group.found else lines)


def _seen(field: Field, value: Any) -> str:
    return _HIDDEN if value and field.code.endswith("birth_date") else read(field, value)


def sent_answers(copy: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a kept copy of the form, the provider type among them."""
    return {**copy["answers"], PROVIDER_TYPE: copy["provider_type"]}


def left_as_they_are(
    row: ProviderTypeRow, named: Collection[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> frozenset[str]:
    """Of what was asked back, what has the same answer still."""
    return frozenset({*named} & askable(row).keys() - changed_codes(row, before, after))


def reason_problem(code: str, reason: str) -> str | None:
    """What is wrong with the reason for leaving an answer as it is that was asked back, or the whole form."""
    if len(reason.strip()) < 5:
        if code == UNCHANGED:
            return "Correct the form, or say why you send it again as it is."
        return "Correct this answer, or say why you leave it as it is."
    if len(reason) > LONGEST_COMMENT:
        return f"At most {LONGEST_COMMENT} characters, please: this has {len(reason)}."
    if looks_like_ssn(reason):
        return "This looks like a Social Security number. Please leave it out: we do not need it here."
    return None


def pages_of(row: ProviderTypeRow, codes: Collection[str]) -> frozenset[str]:
    """The pages on which these questions and groups stand."""
    return frozenset(page for code, (page, _) in askable(row).items() if page and code in codes)


def answered_with(row: ProviderTypeRow, code: str) -> frozenset[str]:
    """This question with the one it follows from or that follows from it; on a page of entries all of the page."""
    page = PAGES.get(askable(row)[code][0])
    if page is None:
        return frozenset({code})
    asked = fields_for(row, page.code)
    if page.group:
        return frozenset({page.group.code, *(field.code for field in asked)})
    pairs = [{first.code, then.code} for first, then in pairwise(asked) if follows(first, then)]
    return frozenset({code}.union(*(pair for pair in pairs if code in pair)))


def _code_of(key: str, known: Collection[str]) -> str:
    """The question or group of a problem's key, which for an entry is the group's code and the entry's id."""
    return key if key in known else key.partition("-")[0]
