"""Quality results of the network: a CSV file with the columns NPI, Measure, Period, Result and Threshold, in any order.

The threshold is a number that the result has to reach; written with <= before it, a number that it must not pass.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from onboarding.errors import BadFile
from onboarding.importers.registry_file import find_columns
from onboarding.importers.source_file import RowError
from onboarding.policy.identifiers import npi_problem

COLUMNS = ("NPI", "Measure", "Period", "Result", "Threshold")
ADVICE = (
    f"The first line names the columns {', '.join(COLUMNS)}; every other line is one result of one provider."
)
LONGEST_MEASURE, LONGEST_PERIOD = 120, 40
_AT_MOST, _AT_LEAST = ("<=", "≤"), (">=", "≥")


@dataclass(frozen=True)
class QualityRow:
    """One result: of whom, what was measured, when, and what it is measured by; `at_most`: lower is better."""

    line: int
    npi: str
    measure: str
    period: str
    result: Decimal
    threshold: Decimal
    at_most: bool


def read_rows(path: Path, encoding: str) -> Iterator[QualityRow | RowError]:
    """Each row, a RowError for each that cannot be taken. Raises BadFile for another header, and for what is no CSV."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = csv.reader(file)
        try:
            places = find_columns(next(lines, []), COLUMNS, {}, ADVICE)
            for fields in lines:
                if any(field.strip() for field in fields):
                    cells = [
                        " ".join(fields[place].split()) if place < len(fields) else "" for place in places
                    ]
                    yield _row(lines.line_num, *cells)
        except csv.Error as wrong:
            raise BadFile(f"Line {lines.line_num} is not CSV ({wrong}). {ADVICE}") from wrong


def _row(
    line: int, npi: str, measure: str, period: str, result: str, threshold: str
) -> QualityRow | RowError:
    if npi_problem(npi):
        return RowError(line, "the NPI is missing or one of its digits is wrong")
    if not 0 < len(measure) <= LONGEST_MEASURE or not 0 < len(period) <= LONGEST_PERIOD:
        return RowError(line, "the measure or the period is missing or too long")
    at_most = threshold.startswith(_AT_MOST)
    for sign in (*_AT_MOST, *_AT_LEAST):
        threshold = threshold.removeprefix(sign)
    try:
        return QualityRow(line, npi, measure, period, _number(result), _number(threshold), at_most)
    except InvalidOperation:
        return RowError(line, "the result or the threshold is not a number")


def _number(cell: str) -> Decimal:
    found = Decimal(cell.strip().removesuffix("%").strip())
    if not found.is_finite():
        raise InvalidOperation
    return found
