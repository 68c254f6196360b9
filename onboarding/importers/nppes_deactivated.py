"""The monthly deactivation report of CMS: an XLSX, by itself or in its zip, of every NPI out of service and since when.

Above the two columns (NPI; NPPES Deactivation Date, MM/DD/YYYY) stands a title. The rows are streamed from the sheet.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from onboarding.errors import BadFile
from onboarding.importers.registry_file import find_columns
from onboarding.importers.source_file import RowError

COLUMNS = ("NPI", "NPPES Deactivation Date")
ADVICE = (
    "Download the monthly NPPES Deactivated NPI Report from download.cms.gov/nppes again and import the zip, or the "
    "XLSX in it, as it is. Nothing was changed."
)
LINES_ABOVE = 10
MOST_UNPACKED = 1 << 30  # bytes; the whole report has some sixty million

Row = tuple[str, str]


def read_rows(path: Path) -> Iterator[Row | RowError]:
    """NPI and day (YYYY-MM-DD) of each row, a RowError for each that cannot be taken. Raises BadFile for another file."""
    import openpyxl  # a quarter of a second, for one file a month

    try:
        with path.open("rb") as raw:
            book = openpyxl.load_workbook(_workbook(raw), read_only=True, data_only=True)
            try:
                yield from _rows(book.worksheets[0].iter_rows(values_only=True))
            finally:
                book.close()
    except BadFile:
        raise
    except Exception as error:  # openpyxl tells of a damaged workbook in many ways
        raise BadFile(f"The file cannot be read ({type(error).__name__}: {error}). {ADVICE}") from error


def _workbook(raw: IO[bytes]) -> IO[bytes]:
    """The workbook itself; taken out of the zip it is published in."""
    try:
        with ZipFile(raw) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise BadFile(f"The file is far larger than a report is. {ADVICE}")
            books = [item for item in archive.infolist() if item.filename.lower().endswith(".xlsx")]
            if "[Content_Types].xml" not in archive.namelist():
                if len(books) != 1:
                    raise BadFile(f"There is no XLSX in this zip, or more than one. {ADVICE}")
                return _workbook(io.BytesIO(archive.read(books[0])))
    except BadZipFile as error:
        raise BadFile(f"This is no XLSX and no zip. {ADVICE}") from error
    raw.seek(0)
    return raw


def _rows(lines: Iterator[tuple[Any, ...]]) -> Iterator[Row | RowError]:
    line, places = _header(lines)
    for fields in lines:
        line += 1
        cells = [fields[place] if place < len(fields) else None for place in places]
        if any(cell is not None for cell in cells):
            yield _row(line, *cells)


def _header(lines: Iterator[tuple[Any, ...]]) -> tuple[int, list[int]]:
    for line, fields in zip(range(1, LINES_ABOVE + 1), lines, strict=False):
        header = [str(cell or "") for cell in fields]
        if "npi" in (name.strip().lower() for name in header):
            return line, find_columns(header, COLUMNS, {}, ADVICE)
    raise BadFile(f"The columns {' and '.join(COLUMNS)} are not in this file. {ADVICE}")


def _row(line: int, npi: Any, day: Any) -> Row | RowError:
    text = str(int(npi)) if isinstance(npi, float) and npi.is_integer() else str(npi or "").strip()
    if not (len(text) == 10 and text.isascii() and text.isdigit()):
        return RowError(line, "NPI is not ten digits")
    try:
        return text, _day(day).isoformat()
    except ValueError:
        return RowError(line, "the date is not written MM/DD/YYYY")


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    return datetime.strptime(str(cell or "").strip(), "%m/%d/%Y").date()  # noqa: DTZ007 (a day has no time zone)
