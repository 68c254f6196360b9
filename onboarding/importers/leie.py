"""The OIG List of Excluded Individuals/Entities: the monthly full file, UPDATED.csv.

Dates are YYYYMMDD and 00000000 for none, the NPI is 0000000000 for none. Reinstated people vanish from the full file;
the monthly supplements do not add up to it, so only the full file is taken (reference interfaces 2.2).
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from onboarding.errors import BadFile
from onboarding.importers.source_file import RowError
from onboarding.policy.names import BUSINESS_WIDTH, business_key, name_key

COLUMNS = (
    "LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI", "DOB", "ADDRESS", "CITY",
    "STATE", "ZIP", "EXCLTYPE", "EXCLDATE", "REINDATE", "WAIVERDATE", "WVRSTATE",
)  # fmt: skip
ALIASES = {"WAIVERSTATE": "WVRSTATE"}  # OIG's layout sheet uses this name, its file the other

# The widest text we keep of each column; OIG's own widths are smaller, so a longer text means a shifted row.
WIDTHS = {
    "LASTNAME": 60, "FIRSTNAME": 60, "MIDNAME": 60, "BUSNAME": 120, "GENERAL": 40, "SPECIALTY": 40, "CITY": 40,
    "STATE": 2, "ZIP": 10, "EXCLTYPE": 12, "WVRSTATE": 2,
}  # fmt: skip

# The full file has held more than 60,000 rows for years; the supplements hold a few hundred.
FULL_ROWS = 50_000
ADVICE = (
    "Download UPDATED.csv (LEIE Downloadable Databases) from oig.hhs.gov/exclusions again and import it as it is. "
    "Nothing was changed."
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_ENDED = "the file ends inside a quoted text"


def read_rows(path: Path, encoding: str) -> Iterator[dict[str, Any] | RowError]:
    """The rows as columns of the exclusion record, a RowError for each that cannot be taken.

    Raises BadFile at the first step when the header is another, and after the last when the file is the reinstatement
    supplement.
    """
    rows = reinstated = 0
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for line, fields in _read_lines(file):
            if isinstance(fields, str):
                yield RowError(line, fields)
                continue
            rows += 1
            raw = dict(zip(COLUMNS, fields, strict=True))
            reinstated += bool(raw["REINDATE"].strip("0 "))
            yield _clean(line, raw)
    if rows and reinstated * 2 > rows:
        raise BadFile(f"This is the supplement of reinstated people, not the list of excluded ones. {ADVICE}")


def _read_lines(file: TextIO) -> Iterator[tuple[int, list[str] | str]]:
    """The line on which each row begins, and its fields or, as text, what is wrong with it."""
    reader = csv.reader(file, strict=True)
    try:
        header = next(reader, [])
    except csv.Error:
        header = []
    _must_be_header(header)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _NOT_ENDED if "end of data" in str(error) else f"not valid CSV ({error})"
            continue
        if fields:
            yield line, _stripped(fields)


def _must_be_header(header: list[str]) -> None:
    found = tuple(ALIASES.get(name.strip(), name.strip()) for name in header)
    if found == COLUMNS:
        return
    if set(found) == set(COLUMNS):
        raise BadFile(f"The columns of the LEIE stand in another order than {', '.join(COLUMNS)}. {ADVICE}")
    missing = [name for name in COLUMNS if name not in found]
    extra = [name[:20] for name in found if name and name not in COLUMNS]
    if len(missing) > len(COLUMNS) // 2:
        raise BadFile(
            f"This is not the LEIE: its first line does not name the columns of that file. {ADVICE}"
        )
    said = [f"missing: {', '.join(missing)}"] if missing else []
    said += [f"new: {', '.join(extra)}"] if extra else []
    raise BadFile(
        f"The header of the LEIE has changed ({'; '.join(said) or 'a column stands twice'}). {ADVICE}"
    )


def _stripped(fields: list[str]) -> list[str] | str:
    if len(fields) != len(COLUMNS):
        return f"{len(fields)} columns where {len(COLUMNS)} belong"
    if any(_CONTROL.search(field) or "\ufffd" in field for field in fields):
        return "a line break or an unreadable character inside a text"
    return [field.strip() for field in fields]


def _clean(line: int, raw: dict[str, str]) -> dict[str, Any] | RowError:
    for column, width in WIDTHS.items():
        if len(raw[column]) > width:
            return RowError(line, f"{column} is longer than {width} characters")
    if not (raw["LASTNAME"] or raw["FIRSTNAME"] or raw["BUSNAME"]):
        return RowError(line, "no name")
    npi = raw["NPI"]
    if npi and not (len(npi) == 10 and npi.isascii() and npi.isdigit()):
        return RowError(line, "NPI is not ten digits")
    days: dict[str, date | None] = {}
    for column in ("DOB", "EXCLDATE", "WAIVERDATE", "REINDATE"):
        try:
            days[column] = _day(raw[column])
        except ValueError:
            return RowError(line, f"{column} is not a date written YYYYMMDD")
    return _columns(raw, days)


def _day(text: str) -> date | None:
    if not text.strip("0"):
        return None
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        raise ValueError(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _columns(raw: dict[str, str], days: dict[str, date | None]) -> dict[str, Any]:
    return {
        "last_name": raw["LASTNAME"],
        "first_name": raw["FIRSTNAME"],
        "middle_name": raw["MIDNAME"],
        "business_name": raw["BUSNAME"],
        "last_key": name_key(raw["LASTNAME"]),
        "first_key": name_key(raw["FIRSTNAME"]),
        "business_key": business_key(raw["BUSNAME"], cut_at=BUSINESS_WIDTH),
        "general": raw["GENERAL"],
        "specialty": raw["SPECIALTY"],
        "npi": raw["NPI"] if raw["NPI"].strip("0") else "",
        "birth_date": days["DOB"],
        "city": raw["CITY"],
        "state": raw["STATE"],
        "zip_code": raw["ZIP"],
        "exclusion_type": raw["EXCLTYPE"],
        "excluded_on": days["EXCLDATE"],
        "waiver_on": days["WAIVERDATE"],
        "waiver_state": raw["WVRSTATE"],
    }
