"""Tables handed out as CSV, read by spreadsheet programs as text and never as a formula."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, send_file

from onboarding.policy.roster import guarded

IN_MEMORY = 1_000_000
_BOM = "\ufeff"  # so that a spreadsheet program reads accents


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The rows as the lines of a CSV file."""
    start = _BOM
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line).writerow([guarded("" if cell is None else str(cell)) for cell in row])
        yield (start + line.getvalue()).encode()
        start = ""


def csv_answer(name: str, rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as a download; a long table waits on disk and not in memory."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed when it has been sent)
    file.writelines(csv_lines(rows))
    file.seek(0)
    response = send_file(file, mimetype="text/csv", as_attachment=True, download_name=name, etag=False)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
