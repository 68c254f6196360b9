"""One row of a roster: numbers and dates brought to one form, each answer checked as the contract form checks it.

What is wrong is said without the value itself, so that a list of mistakes carries no birth date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from onboarding.policy.contract_form import (
    FIELDS,
    Field,
    clean,
    field_problem,
    fields_for,
    problems,
)
from onboarding.policy.identifiers import looks_like_ssn, npi_problem
from onboarding.policy.provider_types import provider_type
from onboarding.policy.roster import MAX_ROWS, SPLIT, TABLE, holds_tax_id, label_of, unguarded
from onboarding.policy.roster_cells import READERS, action_problem, joined_address
from onboarding.policy.roster_names import part_of_name, split_name
from onboarding.policy.type_words import find_type
from onboarding.policy.vocabulary import ProviderType

_WORDS = {"license": "License", "body": "the licensing body"}  # where the provider type is not known yet
_FIELDS: dict[str, Field] = {
    found.code: replace(found, label=found.label.format(**_WORDS), hint=found.hint.format(**_WORDS))
    for found in FIELDS
}

ACTION = "action"
_NAMES = ("first_name", "middle_name", "last_name")


@dataclass(frozen=True)
class CheckedRow:
    """One row: its number in the file, the answers read from it, and what is to be corrected, by column code."""

    number: int
    answers: dict[str, Any]
    provider_type: ProviderType | None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Last name first, as a list is sorted."""
        parts = [str(self.answers.get(code) or "") for code in ("last_name", "first_name")]
        return ", ".join(part for part in parts if part)[:200]


def check_row(
    number: int, headers: Sequence[str], cells: Sequence[str], columns: Mapping[int, str], today: date
) -> CheckedRow:
    """Read one row by the columns that were recognized, and say what is wrong with it."""
    cells = [unguarded(cell) for cell in cells]
    texts = _named({code: cells[place] for place, code in columns.items() if place < len(cells)})
    texts["address"] = joined_address(texts.get("address", ""), texts.get("address_2", ""))
    code = find_type(texts.get("provider_type", ""))
    answers: dict[str, Any] = {}
    found: dict[str, str] = {}
    for column in TABLE:
        text = texts.get(column.code, "")
        if not text:
            if column.required:
                found[column.code] = f"Fill in: {column.label}."
        elif column.code in _FIELDS:
            text, problem = READERS.get(column.code, _as_it_is)(text)
            answers[column.code] = clean(_FIELDS[column.code], text)
            if problem:
                found[column.code] = problem
    if code is None and texts.get("provider_type"):
        found["provider_type"] = (
            "We do not know this provider type. Use a short form such as MD, CNP, LCSW or BCBA."
        )
    answers, wrong = _of_anybody(answers) if code is None else _of_type(code, answers, today)
    found = {**wrong, **found}
    if says := action_problem(texts.get(ACTION, "")):
        found = {ACTION: says}  # until then nothing else in the row matters
    return CheckedRow(number, answers, code, {**found, **_out_of_place(headers, cells, columns)})


def _named(texts: dict[str, str]) -> dict[str, str]:
    """The cells with the parts of a whole name, and of what was written behind a name, where no cell of its own says it."""
    parts = split_name(texts.get("full_name", ""))
    for code in _NAMES:
        name, behind = part_of_name(texts.get(code, ""))
        texts = {**texts, code: name}
        parts = {**parts, **behind}
    return {**texts, **{code: part for code, part in parts.items() if not texts.get(code)}}


def _of_anybody(answers: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is wrong with the answers whatever the provider type is."""
    found = {code: field_problem(_FIELDS[code], answers) for code in answers}
    return answers, {code: says for code, says in found.items() if says}


def _as_it_is(text: str) -> tuple[str, None]:
    return text, None


@cache
def _asked_of(code: ProviderType) -> frozenset[str]:
    return frozenset(found.code for found in fields_for(provider_type(code)))


def _of_type(
    code: ProviderType, answers: dict[str, Any], today: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers this provider type is asked for, and what is wrong with those that were given."""
    row, asked = provider_type(code), _asked_of(code)
    kept = {name: value for name, value in answers.items() if name in asked}
    if kept.get("dea_number") and "prescribes" in asked:
        kept["prescribes"] = "yes"
    return kept, {name: says for name, says in problems(row, kept, today).items() if kept.get(name)}


def _out_of_place(headers: Sequence[str], cells: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
    """A social security number where none belongs; the columns that are read look after themselves."""
    found = {}
    for place, cell in enumerate(cells):
        header = headers[place] if place < len(headers) else ""
        if place not in columns and looks_like_ssn(cell) and not holds_tax_id(header):
            name = header or f"column {place + 1}"
            found[f"column {place + 1}"] = (
                f"“{name[:60]}” looks like a social security number. Take it out: we never need it here."
            )
    return found


def check_rows(
    headers: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], columns: Mapping[int, str], today: date
) -> Iterator[CheckedRow]:
    """Every row of a file checked; a second row with the same NPI, and those beyond what a roster holds, are refused.

    `rows` are pairs of the row's number in the file and its cells.
    """
    first: dict[str, int] = {}
    for place, (number, cells) in enumerate(rows):
        row = check_row(number, headers, cells, columns, today)
        npi = str(row.answers.get("npi") or "")
        if place >= MAX_ROWS:
            yield replace(row, problems={"": SPLIT})
            continue
        if ACTION in row.problems:  # is not there for a second row
            yield row
            continue
        before = first.setdefault(npi, number) if npi_problem(npi) is None else number
        if before != number:
            says = f"This NPI stands in row {before} already. Keep one of the two rows."
            row = replace(row, problems={**row.problems, "npi": says})
        yield row


def say_problems(found: Mapping[str, str]) -> list[list[str]]:
    """What is to be corrected, each with the name of its column."""
    return [[label_of(code), says] for code, says in found.items()]
