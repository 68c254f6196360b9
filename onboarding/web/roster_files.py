"""Files of the roster pages: the template as CSV and workbook, and the rows to correct."""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache

from onboarding.models import RosterRow
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.roster import TEMPLATE, WHAT_TO_CORRECT, guarded
from onboarding.policy.vocabulary import Subject

_TEXT = "@"  # a column of text keeps the digits of an NPI and the zeros in front of a license number
_BOM = "\ufeff"  # so that a spreadsheet program reads accents


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return (_BOM + out.getvalue()).encode()


def template_csv() -> bytes:
    """The names of our columns."""
    return _csv([[column.label for column in TEMPLATE]])


@cache
def template_xlsx() -> bytes:
    """The names of our columns over columns of text, and a sheet that says how to fill them in."""
    from openpyxl import Workbook  # a quarter of a second, for one page that is seldom asked for
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet, guide = book.active, book.create_sheet("How to fill it in")
    assert sheet is not None
    sheet.title = "Roster"
    sheet.append([column.label for column in TEMPLATE])
    for place, column in enumerate(TEMPLATE, 1):
        shape = sheet.column_dimensions[get_column_letter(place)]
        shape.number_format, shape.width = _TEXT, max(14, len(column.label) + 3)
        sheet.cell(1, place).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    guide.append(["Column", "Must be filled in", "Example"])
    for column in TEMPLATE:
        guide.append([column.label, "yes" if column.required else "if there is one", column.example])
    guide.append([])
    guide.append(["Provider types"])
    for row in PROVIDER_TYPES:
        if row.subject is Subject.PRACTITIONER:
            guide.append([row.label])
    guide.column_dimensions["A"].width = 48
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Lines of text as a file in which nothing is taken for a formula."""
    return _csv([list(map(guarded, row)) for row in rows])


def errors_csv(headers: Sequence[str], rows: Iterable[RosterRow]) -> bytes:
    """The refused rows as they were sent, with what to correct behind; nothing in it is taken for a formula."""
    kept = [header for header in headers if header != WHAT_TO_CORRECT]
    lines = [[*map(guarded, kept), WHAT_TO_CORRECT]]
    for row in rows:
        cells = list((row.cells or {}).get("cells", []))
        padded = [*cells, *[""] * len(headers)]
        own = [cell for header, cell in zip(headers, padded, strict=False) if header != WHAT_TO_CORRECT]
        says = " ".join(f"{column}: {problem}" if column else problem for column, problem in row.problems)
        lines.append([*map(guarded, own), guarded(says)])
    return _csv(lines)
