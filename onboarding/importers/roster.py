"""A group's roster, CSV or XLSX: the sheet, the header row below its titles, and the rows that are not blank."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onboarding.errors import BadFile
from onboarding.policy.roster import MAX_ROWS, holds_ssn, match_headers
from onboarding.sandbox import Limits, run_program

logger = logging.getLogger(__name__)

_CHILD = Path(__file__).with_name("roster_child.py")
SECONDS, MEMORY_MB = 20, 1024
MOST_ROWS = 5 * MAX_ROWS  # of a file that is looked at at all; those beyond MAX_ROWS are refused one by one
TITLES = 30  # rows among which the header is looked for
_A_GUESS = 1  # how well a row fits that is taken for the header because nothing better is there
_LONGEST_ANSWER = 64 << 20

_SAVE_AS = (
    "Open it in your spreadsheet program, save it as “Excel workbook (.xlsx)” or as CSV, and send that copy."
)
_REFUSALS = {
    "old_workbook": f"This is an old Excel file (.xls) or one locked with a password. {_SAVE_AS}",
    "not_workbook": f"This is an archive, not an Excel workbook. {_SAVE_AS}",
    "not_text": f"This is neither an Excel workbook nor a CSV text file. {_SAVE_AS}",
    "damaged": f"This file is damaged and we cannot read it. {_SAVE_AS}",
    "bomb": "This workbook would unpack to far more than a roster needs. Copy the rows into our template and send that.",
    "too_wide": "This file has too many columns. Copy the columns you need into our template and send that.",
    "too_long": f"This file has more than {MOST_ROWS:,} rows. Split it into files of up to {MAX_ROWS:,} practitioners.",
}
_NOT_SAFELY = "We could not read this file safely. Copy the rows into our template and send that."
_NO_HEADER = (
    "We find no row of column names in this file. Put names such as NPI, Last name and License number above the rows, "
    "or copy the rows into our template."
)
_WIDE = (
    "The file does not say how its letters are written; we read it as Unicode text. Check names with accents."
)
_GUESSED = {
    "cp1252": "The file does not say how its letters are written; we read it as Windows text. Check names with accents.",
    "utf-16-le": _WIDE,
    "utf-16-be": _WIDE,
    "latin-1": "The file does not say how its letters are written; we had to guess. Check names with accents.",
}

Rows = list[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True)
class RosterFile:
    """What a file holds: its headers, which of our columns stands where, its rows by number, and what we guessed."""

    headers: tuple[str, ...]
    columns: dict[int, str]
    rows: Rows
    notes: tuple[str, ...]


def read_roster(data: bytes, remembered: Mapping[str, str]) -> RosterFile:
    """Read a roster in a child process and find its header. `remembered`: what the group told us of its headers.

    Nothing of a column of social security numbers comes out. Raises BadFile with what to do.
    """
    answer = _ask_child(data)
    sheets = [(str(sheet["name"]), _rows(sheet["rows"])) for sheet in answer["sheets"]]
    found = [(_find_header(rows, remembered), name, rows) for name, rows in sheets if rows]
    if not found:
        raise BadFile(f"This file is empty. {_SAVE_AS}")
    (score, place), name, rows = max(found, key=lambda sheet: sheet[0][0])
    if not score:
        raise BadFile(_NO_HEADER)
    headers = rows[place][1]
    notes = [_GUESSED[answer["encoding"]]] if answer.get("encoding") in _GUESSED else []
    if sum(other > _A_GUESS for (other, _), _, _ in found) > 1:
        notes.append(f"The workbook has several sheets that look like a roster. We read “{name[:40]}”.")
    secret = {at for at, header in enumerate(headers) if holds_ssn(header)}
    if secret:
        notes.append("We never need social security numbers: nothing of that column was kept.")
    kept = [(number, _without(cells, secret)) for number, cells in rows[place + 1 :]]
    return RosterFile(headers, match_headers(headers, remembered), kept, tuple(notes))


def _rows(found: Sequence[Any]) -> Rows:
    return [(int(number), tuple(str(cell) for cell in cells)) for number, cells in found]


def _without(cells: tuple[str, ...], secret: set[int]) -> tuple[str, ...]:
    return tuple("" if at in secret else cell for at, cell in enumerate(cells)) if secret else cells


def _find_header(rows: Rows, remembered: Mapping[str, str]) -> tuple[int, int]:
    """How well the best row among the first fits a header (0: none does), and where it stands.

    The row with the most names we know; where none has two of them, the first of at least four cells without a digit.
    """
    first = rows[:TITLES]
    score, behind = max((len(match_headers(cells, remembered)), -at) for at, (_, cells) in enumerate(first))
    if score > 1:
        return _A_GUESS + score, -behind
    for at, (_, cells) in enumerate(first):
        named = [cell for cell in cells if cell]
        if len(named) > 3 and not any(sign.isdigit() for cell in named for sign in cell):
            return _A_GUESS, at
    return 0, 0


def _ask_child(data: bytes) -> dict[str, Any]:
    """Have the child read, and trust only the shape of what it says."""
    arguments, limits = (str(MOST_ROWS + TITLES),), Limits(SECONDS, MEMORY_MB)
    try:
        said = run_program(_CHILD, arguments, data, limits, _LONGEST_ANSWER)
    except OSError:
        logger.exception("the roster's child could not be started")
        raise BadFile(
            "We could not read this file just now. Start the check again in a few minutes."
        ) from None
    try:
        answer: dict[str, Any] = json.loads(said)
        if "refused" in answer:
            raise BadFile(_REFUSALS[answer["refused"]])
        _rows([row for sheet in answer["sheets"] for row in sheet["rows"]][:1])
        return answer
    except (ValueError, KeyError, TypeError, RecursionError):
        logger.warning("the roster's child ended saying %.80r", said)
        raise BadFile(_NOT_SAFELY) from None
