"""The NUCC Health Care Provider Taxonomy: the CSV that nucc.org publishes twice a year (reference interfaces 2.7).

The code set is the AMA's; the operator loads it, nothing of it is shipped. Definitions and notes are left out.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from onboarding.errors import BadFile
from onboarding.importers.registry_file import find_columns
from onboarding.importers.source_file import RowError
from onboarding.policy.identifiers import taxonomy_problem

COLUMNS = {
    "Code": "code", "Grouping": "grouping", "Classification": "classification", "Specialization": "specialization",
    "Display Name": "display_name", "Section": "section",
}  # fmt: skip
ADVICE = "Download the CSV of the code set from nucc.org again and import it as it is. Nothing was changed."


def read_rows(path: Path, encoding: str) -> Iterator[dict[str, str] | RowError]:
    """The codes as columns of the table, a RowError for each line that cannot be taken. Raises BadFile for another file."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next(reader, [])
            places = find_columns(header, COLUMNS, {}, ADVICE)
            for fields in reader:
                if fields:
                    yield _row(reader.line_num, fields, len(header), places)
        except csv.Error as error:
            raise BadFile(f"The file is not valid CSV ({error}). {ADVICE}") from error


def _row(line: int, fields: list[str], width: int, places: list[int]) -> dict[str, str] | RowError:
    if len(fields) != width:
        return RowError(line, f"{len(fields)} columns where {width} belong")
    row = {column: fields[place].strip() for column, place in zip(COLUMNS.values(), places, strict=True)}
    problem = taxonomy_problem(row["code"])
    return RowError(line, problem) if problem else {**row, "code": row["code"].upper()}
