"""Read one stranger's CSV or XLSX file into plain cells, alone and on a short lead.

A program of the sandbox with the argument MAX_ROWS. Row numbers are those a spreadsheet program shows, from 1.
"""

import codecs
import csv
import datetime
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

MAX_COLUMNS = 150
MAX_CELL = 2500  # characters
MAX_SHEETS = 10
MAX_ENTRIES, MAX_UNPACKED, MAX_RATIO, SMALL = 1000, 64 << 20, 150, 1 << 20
DELIMITERS = (",", ";", "\t", "|")
MANY_ZEROS, FEW_ZEROS = 0.7, 0.02  # of the bytes at every second place
LOOKED_AT = 40  # rows by which the delimiter is told


class Refused(Exception):
    """The file cannot be taken: a code."""


def read(data: bytes, max_rows: int) -> dict[str, Any]:
    """The sheets of the file: name and rows, each row its number and its cells as text. Raises Refused."""
    if data.startswith(b"PK\x03\x04"):
        return {"sheets": list(_workbook(data, max_rows))}
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("old_workbook")
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    rows = _kept(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), max_rows)
    return {"sheets": [{"name": "", "rows": rows}], "encoding": encoding, "delimiter": delimiter}


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in data:
        encodings = _wide(data)
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Refused("not_text")


def _wide(data: bytes) -> list[str]:
    """UTF-16 that does not say so: English text has a zero at every second place and hardly any at the others."""
    first = data[:4096]
    zeros = [first[place::2].count(0) / max(len(first[place::2]), 1) for place in (0, 1)]
    if max(zeros) < MANY_ZEROS or min(zeros) > FEW_ZEROS:
        return []
    return ["utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"]


def _delimiter(text: str) -> str:
    """The sign that divides the first rows into the most cells."""
    found = {}
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        found[delimiter] = sum(len(row) for row, _ in zip(reader, range(LOOKED_AT), strict=False))
    return max(DELIMITERS, key=lambda delimiter: found[delimiter])


def _workbook(data: bytes, max_rows: int) -> Iterator[dict[str, Any]]:
    import python_calamine

    _must_unpack_small(data)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        visible = [sheet.name for sheet in book.sheets_metadata
                   if sheet.visible == python_calamine.SheetVisibleEnum.Visible
                   and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]  # fmt: skip
        for name in visible[:MAX_SHEETS]:
            rows = book.get_sheet_by_name(name).to_python(
                skip_empty_area=False, nrows=_most_looked_at(max_rows)
            )
            yield {"name": name, "rows": _kept(rows, max_rows)}
    except python_calamine.CalamineError:
        raise Refused("damaged") from None


def _most_looked_at(max_rows: int) -> int:
    """Blank rows count here, so that a file of many gaps is still read to its end."""
    return 10 * max_rows


def _must_unpack_small(data: bytes) -> None:
    """Ask the archive's directory how much would come out, before anything does."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise Refused("not_workbook")
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or swollen:
        raise Refused("bomb")


def _kept(rows: Iterable[Iterable[Any]], max_rows: int) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, with their numbers; one more than `max_rows` is a refusal."""
    kept: list[tuple[int, list[str]]] = []
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise Refused("too_wide")
        if len(kept) == max_rows:
            raise Refused("too_long")
        kept.append((number, cells))
    return kept


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, str):
        return value.strip()[:MAX_CELL]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def load(arguments: list[str]) -> None:
    import python_calamine  # noqa: F401


def answer(data: bytes, arguments: list[str]) -> bytes:
    """A line of JSON: the sheets, or the code of a refusal, which the parent puts into words."""
    found: dict[str, Any]
    try:
        found = read(data, int(arguments[0]))
    except Refused as refused:
        found = {"refused": str(refused)}
    except (csv.Error, zipfile.BadZipFile):
        found = {"refused": "damaged"}
    return json.dumps(found).encode() + b"\n"
