"""The NPPES file of CMS: npidata_pfile_*.csv, by itself or inside the monthly or weekly zip, read a row at a time.

Two layouts are about (V1 until March 2026, V2 since: longer names, more columns), and CMS adds and renames columns, so
each is found by its name in the header. Dates are MM/DD/YYYY. A deactivated NPI has its date and nothing else.
"""

import csv
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from onboarding.errors import BadFile
from onboarding.importers.registry_file import find_columns
from onboarding.importers.source_file import RowError

_AT = "Provider Business Practice Location Address"
# Our columns, in the order of a row, and what the file calls them.
COLUMNS = {
    "npi": "NPI",
    "entity_type": "Entity Type Code",
    "replaced_by": "Replacement NPI",
    "organization_name": "Provider Organization Name (Legal Business Name)",
    "other_name": "Provider Other Organization Name",
    "last_name": "Provider Last Name (Legal Name)",
    "first_name": "Provider First Name",
    "middle_name": "Provider Middle Name",
    "suffix": "Provider Name Suffix Text",
    "credential": "Provider Credential Text",
    "address": "Provider First Line Business Practice Location Address",
    "address_2": "Provider Second Line Business Practice Location Address",
    "city": f"{_AT} City Name",
    "state": f"{_AT} State Name",
    "zip_code": f"{_AT} Postal Code",
    "phone": f"{_AT} Telephone Number",
    "official_last": "Authorized Official Last Name",
    "official_first": "Authorized Official First Name",
    "sole_proprietor": "Is Sole Proprietor",
    "updated_on": "Last Update Date",
    "deactivated_on": "NPI Deactivation Date",
    "reactivated_on": "NPI Reactivation Date",
}
_TAXONOMIES = 15
_EACH = (
    "Healthcare Provider Taxonomy Code_{}",
    "Provider License Number_{}",
    "Provider License Number State Code_{}",
    "Healthcare Provider Primary Taxonomy Switch_{}",
)
# What a column has been called elsewhere, in small letters.
ALIASES = {"sole proprietor": "is sole proprietor", "provider last name": "provider last name (legal name)"}

# A person's former or other name, which stands in the column `other_name`.
FORMER = ("Provider Other First Name", "Provider Other Last Name")

WANTED = [*COLUMNS.values(), *(name.format(n) for n in range(1, _TAXONOMIES + 1) for name in _EACH), *FORMER]
DAYS = tuple(list(COLUMNS).index(name) for name in ("updated_on", "deactivated_on", "reactivated_on"))
ROW = (*COLUMNS, "taxonomies")
_OTHER_NAME, _FIRST_NAME = ROW.index("other_name"), ROW.index("first_name")
ADVICE = (
    "Download the monthly or weekly NPPES file from download.cms.gov/nppes again and import the zip, or the "
    "npidata_pfile CSV in it, as it is."
)
_MEMBER = re.compile(r"(?:.*/)?npidata_pfile_[^/]*(?<!fileheader)\.csv", re.IGNORECASE)
_BROKEN = (csv.Error, EOFError, BadZipFile, OSError, zlib.error)
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")

Row = tuple[Any, ...]


class NppesReader:
    """The rows of one open file. `size` and `place` are in bytes of the CSV, so that progress can be told."""

    def __init__(self, raw: IO[bytes], size: int):
        self.size = size
        self._raw = raw
        self._lines = csv.reader(
            io.TextIOWrapper(raw, "utf-8-sig", errors="replace", newline=""), strict=True
        )
        self.header = _header(self._lines)
        self._pick = itemgetter(*find_columns(self.header, WANTED, ALIASES, f"{ADVICE} Nothing was changed."))

    @property
    def place(self) -> int:
        return self._raw.tell()

    def rows(self) -> Iterator[Row | RowError]:
        """Each row as a tuple in the order of ROW, a RowError for each that cannot be taken.

        Raises BadFile where the file breaks off: what came before it is good.
        """
        width, pick, lines = len(self.header), self._pick, self._lines
        try:
            for fields in lines:
                if len(fields) == width:
                    yield _row(lines.line_num, pick(fields))
                elif fields:
                    yield RowError(lines.line_num, f"{len(fields)} columns where {width} belong")
        except _BROKEN as error:
            raise BadFile(
                f"The file breaks off after line {lines.line_num} ({error}). Rows before it may be in already, which does no "
                f"harm. {ADVICE}"
            ) from error


@contextmanager
def open_nppes(path: Path) -> Iterator[NppesReader]:
    """Open a CSV, or the CSV inside a zip, up to its header. Raises BadFile for a file that is no NPPES file."""
    try:
        if is_zipfile(path):
            with ZipFile(path) as archive:
                members = [item for item in archive.infolist() if _MEMBER.fullmatch(item.filename)]
                if len(members) != 1:
                    raise BadFile(f"There is no npidata_pfile CSV in this zip, or more than one. {ADVICE}")
                with archive.open(members[0]) as raw:
                    yield NppesReader(raw, members[0].file_size)
            return
        with path.open("rb") as raw:
            yield NppesReader(raw, path.stat().st_size)
    except (BadZipFile, OSError) as error:
        raise BadFile(f"The file cannot be read: {error}. {ADVICE}") from error


def _header(lines: Iterator[list[str]]) -> list[str]:
    try:
        header = next(lines, [])
    except _BROKEN as error:
        raise BadFile(f"This is not a CSV text file ({error}). {ADVICE} Nothing was changed.") from error
    if not header:
        raise BadFile(f"The file is empty. {ADVICE} Nothing was changed.")
    return header


def _row(line: int, found: tuple[str, ...]) -> Row | RowError:
    npi = found[0]
    if not (len(npi) == 10 and npi.isascii() and npi.isdigit()):
        return RowError(line, "NPI is not ten digits")
    if "\0" in "".join(found):
        return RowError(line, "an unreadable character inside a text")
    own: list[Any] = list(found[: len(COLUMNS)])
    if own[1] not in ("1", "2", ""):
        return RowError(line, "Entity Type Code is neither 1 nor 2")
    own[2], own[18] = own[2][:10], own[18][:1]
    if former := found[-1]:
        own[_OTHER_NAME] = own[_OTHER_NAME] or f"{found[-2] or own[_FIRST_NAME]} {former}".strip()
    try:
        for place in DAYS:
            own[place] = _day(own[place])
    except ValueError:
        return RowError(line, "a date is not written MM/DD/YYYY")
    return (*own, _taxonomies(found[len(COLUMNS) : -len(FORMER)]))


@lru_cache(maxsize=20_000)
def _day(text: str) -> str | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[3]), int(found[1]), int(found[2])).isoformat()


def _taxonomies(fields: tuple[str, ...]) -> str:
    """Code, license number, its state, primary or not, for each of the fifteen that is filled in; as JSON."""
    return json.dumps([
        [fields[at], fields[at + 1], fields[at + 2], fields[at + 3] == "Y"]
        for at in range(0, len(fields), len(_EACH))
        if fields[at]
    ])  # fmt: skip
