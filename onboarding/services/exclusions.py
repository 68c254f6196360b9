"""Importing an exclusion list: check the whole file first, then replace the old list by the new one, or do nothing.

Checking reads a stranger's file and takes its time, so it happens before the transaction:

    checked = check_exclusion_file("leie", path)
    with committed():
        import_exclusion_list(checked, actor=actor)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import cast

from sqlalchemy import Table, delete, insert, text, update

from onboarding.clock import now, today
from onboarding.errors import BadFile, Conflict, NotFound
from onboarding.extensions import db
from onboarding.importers import IMPORTERS, Importer, Row
from onboarding.importers.source_file import RowError, read_facts
from onboarding.models import ExclusionList, ExclusionRecord
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.queries.exclusions import find_current_list, find_list_by_hash
from onboarding.services.audit import record_event

BATCH = 2_000
ERRORS_SHOWN = 10
# Month to month the LEIE moves by well under one in a hundred. A small list is a sample: its size proves nothing.
LEAST_SHARE = 0.95
SAMPLE_ROWS = 1_000
INSIST = "If you are sure, add --anyway."

_RECORDS = cast(Table, ExclusionRecord.__table__)  # rows straight into the table: no object for each

Progress = Callable[[int], None]


@dataclass(frozen=True)
class CheckedFile:
    """A list that was read to its end without an error."""

    importer: Importer
    path: Path
    file_name: str
    sha256: str
    encoding: str
    rows: int
    newest_exclusion_on: date | None


@dataclass(frozen=True)
class ImportResult:
    """What an import did. `changed` is False when these very bytes were current already."""

    list_id: int
    rows: int
    changed: bool
    rows_before: int | None


def check_exclusion_file(
    source: str, path: Path, *, file_name: str | None = None, progress: Progress | None = None
) -> CheckedFile:
    """Read every row, keeping none. `progress` is told the number of rows read so far.

    Raises NotFound for a source we do not know, BadFile with the first ten bad lines when any row cannot be taken:
    a damaged list must not become a list on which nobody is found.
    """
    importer = _importer(source)
    facts = read_facts(path, importer.advice)
    rows, newest, errors = 0, None, []
    for row in importer.read_rows(path, facts.encoding):
        if isinstance(row, RowError):
            errors.append(row)
            if len(errors) > ERRORS_SHOWN:
                break
            continue
        rows += 1
        newest = max(newest or date.min, row["excluded_on"] or date.min)
        if progress and rows % BATCH == 0:
            progress(rows)
    if errors:
        raise BadFile(_say_errors(errors, importer.advice))
    if not rows:
        raise BadFile(f"The file has a header and no rows. {importer.advice}")
    if progress:
        progress(rows)
    name = (file_name or path.name)[:160]
    return CheckedFile(
        importer, path, name, facts.sha256, facts.encoding, rows, newest if newest != date.min else None
    )


def import_exclusion_list(
    checked: CheckedFile, *, actor: Actor, full_only: bool = False, anyway: bool = False,
    progress: Progress | None = None,
) -> ImportResult:  # fmt: skip
    """Make the checked file the current list of its source; the older list's records go in the same transaction.

    The same bytes again change no row: `confirmed_on` becomes today, and `imported_on`, by which freshness is judged,
    stays, since looking at an old file again does not make it newer. `full_only` refuses a list smaller than the full
    one has ever been. `anyway` takes a list that shrank or that was replaced before.

    Raises BadFile when the list is too small, was replaced by a newer one, or changed on disk since it was checked.
    """
    importer = checked.importer
    _alone()
    current = find_current_list(importer.source)
    if current and current.sha256 == checked.sha256:
        current.confirmed_on = today()
        _record(
            actor, checked, f"{importer.label} looked at again: the same file, nothing changed", current.rows
        )
        return ImportResult(current.id, current.rows, False, current.rows)
    _must_be_whole(checked, current, full_only, anyway)
    imported_on = _first_imported_on(checked, anyway)
    db.session.execute(
        update(ExclusionList).where(ExclusionList.source == importer.source).values(current=False)
    )
    added = ExclusionList(
        source=importer.source, file_name=checked.file_name, sha256=checked.sha256, rows=checked.rows, current=True,
        imported_on=imported_on, imported_at=now(), confirmed_on=today(),
        newest_exclusion_on=checked.newest_exclusion_on,
    )  # fmt: skip
    db.session.add(added)
    db.session.flush()
    _insert_records(checked, added.id, progress)
    if current:
        db.session.execute(
            delete(ExclusionRecord)
            .where(ExclusionRecord.list_id == current.id)
            .execution_options(synchronize_session=False)
        )
    if _on_postgresql():  # or the planner knows nothing of the new rows for a minute, and reads them all
        db.session.execute(text("ANALYZE exclusion_record"))
    before = current.rows if current else None
    _record(
        actor, checked, f"{importer.label} imported: {checked.rows:,} rows from {checked.file_name}", before
    )
    return ImportResult(added.id, checked.rows, True, before)


def _importer(source: str) -> Importer:
    if source not in IMPORTERS:
        raise NotFound(f"There is no list called {source[:20]!r}. Known: {', '.join(sorted(IMPORTERS))}.")
    return IMPORTERS[source]


def _alone() -> None:
    """Two imports at once go one after the other; SQLite has one writer anyway."""
    if _on_postgresql():
        db.session.execute(text("LOCK TABLE exclusion_list IN SHARE ROW EXCLUSIVE MODE"))


def _on_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"


def _must_be_whole(
    checked: CheckedFile, current: ExclusionList | None, full_only: bool, anyway: bool
) -> None:
    advice = checked.importer.advice
    if full_only and checked.rows < checked.importer.full_rows:
        raise BadFile(
            f"The file has {checked.rows:,} rows; the full {checked.importer.label} has more than "
            f"{checked.importer.full_rows:,}. It is a sample, a supplement or cut off. {advice}"
        )
    if anyway or current is None or current.rows < SAMPLE_ROWS or checked.rows >= current.rows * LEAST_SHARE:
        return
    raise BadFile(
        f"The file has {checked.rows:,} rows and the current list {current.rows:,}: the download was probably cut off. "
        f"{advice} {INSIST}"
    )


def _first_imported_on(checked: CheckedFile, anyway: bool) -> date:
    """Today; for a list that was here before, the day it first came: it is as old as it was."""
    earlier = find_list_by_hash(checked.importer.source, checked.sha256)
    if earlier is None:
        return today()
    if not anyway:
        raise BadFile(
            f"This file was imported on {say(earlier.imported_on)} and replaced by a newer one since. "
            f"{checked.importer.advice} {INSIST}"
        )
    return earlier.imported_on


def _insert_records(checked: CheckedFile, list_id: int, progress: Progress | None) -> None:
    importer = checked.importer
    if read_facts(checked.path, importer.advice).sha256 != checked.sha256:
        raise Conflict(f"The file changed while it was imported. {importer.advice}")
    rows = _good_rows(checked, list_id)
    done = 0
    while batch := list(islice(rows, BATCH)):
        db.session.execute(insert(_RECORDS), batch)
        done += len(batch)
        if progress:
            progress(done)
    if done != checked.rows:
        raise Conflict(f"The file changed while it was imported. {importer.advice}")


def _good_rows(checked: CheckedFile, list_id: int) -> Iterator[Row]:
    for row in checked.importer.read_rows(checked.path, checked.encoding):
        if not isinstance(row, RowError):
            yield {"list_id": list_id, **row}


def _say_errors(errors: list[RowError], advice: str) -> str:
    shown = "; ".join(f"line {error.line}: {error.problem}" for error in errors[:ERRORS_SHOWN])
    more = "; and more" if len(errors) > ERRORS_SHOWN else ""
    return f"The file is damaged or has changed ({shown}{more}). {advice}"


def _record(actor: Actor, checked: CheckedFile, what: str, rows_before: int | None) -> None:
    newest = checked.newest_exclusion_on
    details = {
        "source": checked.importer.source,
        "file_name": checked.file_name,
        "sha256": checked.sha256,
        "rows": checked.rows,
        "rows_before": rows_before,
        "newest_exclusion_on": newest.isoformat() if newest else None,
    }
    record_event(actor=actor, action="import_exclusion_list", what=what, details=details)
