"""One row of a roster: numbers and dates brought to one form, each answer checked as the contract form checks it.

What is wrong is said without the value itself, so that a list of mistakes carries no birth date.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from onboarding.policy.contract_form import (
    FIELDS,
    Field,
    clean,
    field_problem,
    fields_for,
    parse_day,
    problems,
)
from onboarding.policy.identifiers import looks_like_ssn, npi_problem
from onboarding.policy.provider_types import provider_type
from onboarding.policy.roster import MAX_ROWS, SPLIT, TABLE, find_type, holds_tax_id, label_of, unguarded
from onboarding.policy.vocabulary import ProviderType

_WORDS = {"license": "License", "body": "the licensing body"}  # where the provider type is not known yet
_FIELDS: dict[str, Field] = {
    found.code: replace(found, label=found.label.format(**_WORDS), hint=found.hint.format(**_WORDS))
    for found in FIELDS
}
_SHORTENED = "The spreadsheet has shortened this number. Format the column as text, enter the number again and send the file again."
_TWO_DIGIT_YEAR = "The year has two digits. Give four, for example 04/17/1980."
_KEPT_DIGITS = 8  # a spreadsheet that shortens a number leaves six
_MIDNIGHT = re.compile(r"[ T]+(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)$", re.IGNORECASE)
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of a spreadsheet


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


def read_number(text: str) -> tuple[str, str | None]:
    """A number out of a spreadsheet, without its decimal point or exponent; and what is wrong when digits are lost."""
    if re.fullmatch(r"\d{1,15}\.0+", text):
        return text.partition(".")[0], None
    found = re.fullmatch(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})", text)
    if found is None:
        return text, None
    digits, power = found[1] + (found[2] or ""), int(found[3])
    if len(digits) < min(_KEPT_DIGITS, power + 1) or power > 14:
        return text, _SHORTENED
    return digits.ljust(power + 1, "0")[: power + 1], None


def read_day(text: str) -> tuple[str, str | None]:
    """A date as YYYY-MM-DD, from MM/DD/YYYY, YYYY-MM-DD or the day number of a spreadsheet; and what is wrong with it."""
    text = _MIDNIGHT.sub("", text)
    if re.fullmatch(r"\d{5}(?:\.0+)?", text):
        return (_SERIAL_ZERO + timedelta(days=int(text[:5]))).isoformat(), None
    day = parse_day(text)
    if day is not None:
        return day.isoformat(), None
    return text, _TWO_DIGIT_YEAR if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", text) else None


def read_state(text: str) -> tuple[str, str | None]:
    """A state by its two letters; and what is wrong when there are more."""
    return text.upper(), None if len(text) == 2 else "Give the state as two letters, for example AR."


def read_board(text: str) -> tuple[str, None]:
    """Whether a board is named; the certification itself is asked in the form."""
    return "no" if text.strip().lower() in {"no", "none", "n", "n/a", "not certified"} else "yes", None


_READERS: dict[str, Callable[[str], tuple[str, str | None]]] = {
    "npi": read_number,
    "caqh_number": read_number,
    "licence_number": read_number,
    "birth_date": read_day,
    "board_certified": read_board,
    "licence_expires_on": read_day,
    "licence_state": read_state,
}


def check_row(
    number: int, headers: Sequence[str], cells: Sequence[str], columns: Mapping[int, str], today: date
) -> CheckedRow:
    """Read one row by the columns that were recognized, and say what is wrong with it."""
    cells = [unguarded(cell) for cell in cells]
    texts = {code: cells[place] for place, code in columns.items() if place < len(cells)}
    code = find_type(texts.get("provider_type", ""))
    answers: dict[str, Any] = {}
    found: dict[str, str] = {}
    for column in TABLE:
        text = texts.get(column.code, "")
        if not text:
            if column.required:
                found[column.code] = f"Fill in: {column.label}."
        elif column.code in _FIELDS:
            text, problem = _READERS.get(column.code, _as_it_is)(text)
            answers[column.code] = clean(_FIELDS[column.code], text)
            if problem:
                found[column.code] = problem
    if code is None and texts.get("provider_type"):
        found["provider_type"] = (
            "We do not know this provider type. Use a short form such as MD, CNP, LCSW or BCBA."
        )
    answers, wrong = _of_anybody(answers) if code is None else _of_type(code, answers, today)
    return CheckedRow(number, answers, code, {**wrong, **found, **_out_of_place(headers, cells, columns)})


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
        before = first.setdefault(npi, number) if npi_problem(npi) is None else number
        if before != number:
            says = f"This NPI stands in row {before} already. Keep one of the two rows."
            row = replace(row, problems={**row.problems, "npi": says})
        yield row


def say_problems(found: Mapping[str, str]) -> list[list[str]]:
    """What is to be corrected, each with the name of its column."""
    return [[label_of(code), says] for code, says in found.items()]
