"""Public file in, clean rows and row errors out. One file a source; IMPORTERS is the register of them.

To add a list: one file here, one row below, a sample, a test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onboarding.importers import leie
from onboarding.importers.source_file import RowError

Row = dict[str, Any]


@dataclass(frozen=True)
class Importer:
    """One public list: what it is called, where a person gets it, how big it is, and who reads its rows.

    `read_rows` takes a path and an encoding, reads a row at a time and yields columns of the table or a RowError;
    it raises BadFile for a file that is not this list at all. `full_rows`: a full list has never been smaller.
    """

    source: str
    label: str
    advice: str
    full_rows: int
    read_rows: Callable[[Path, str], Iterator[Row | RowError]]


IMPORTERS: dict[str, Importer] = {
    row.source: row
    for row in (
        Importer("leie", "OIG LEIE", leie.ADVICE, leie.FULL_ROWS, leie.read_rows),
    )
}  # fmt: skip
