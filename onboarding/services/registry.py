"""Registry files brought in, and answers of the NPPES service kept.

An NPPES file is taken in batches, each a transaction of its own: it has millions of rows, and nobody else could write
meanwhile. Every row stands by itself, so an import may be stopped and run again. The file itself is written down when
its last row is in:

    checked = check_registry_file("nppes", path)
    with committed():                     # again and again
        save_providers(rows)
    with committed():
        finish_import(checked, rows, actor)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Table, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.clock import now, today
from onboarding.errors import BadFile
from onboarding.extensions import db
from onboarding.importers import nppes, nppes_deactivated, nucc
from onboarding.importers.source_file import RowError, read_facts
from onboarding.models import (
    Application,
    NppesDeactivation,
    NppesLookup,
    NppesProvider,
    NuccTaxonomy,
    RegistryFile,
)
from onboarding.nppes import NppesAnswer
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import NppesOutcome
from onboarding.queries.registry import (
    NPPES,
    NPPES_DEACTIVATED,
    NUCC,
    find_registry_file,
    find_registry_file_by_hash,
)
from onboarding.services.audit import record_event

ERRORS_SHOWN = 10
LABELS = {NPPES: "NPPES", NPPES_DEACTIVATED: "NPPES deactivation report", NUCC: "NUCC taxonomy"}
SAID = {
    NppesOutcome.FOUND: "found",
    NppesOutcome.NOT_FOUND: "no such NPI",
    NppesOutcome.DEACTIVATED: "deactivated",
    NppesOutcome.NOT_CHECKED: "could not check",
}
_CHUNK = 1 << 20

Progress = Callable[[int], None]


@dataclass(frozen=True)
class CheckedRegistryFile:
    """A file whose hash is known. `current` is True when these very bytes are what was imported last."""

    source: str
    path: Path
    sha256: str
    current: bool
    rows: int = 0


def check_registry_file(source: str, path: Path, *, progress: Progress | None = None) -> CheckedRegistryFile:
    """Hash the file; `progress` is told the bytes read. Raises BadFile when it was imported once and replaced since."""
    sha256 = _sha256(path, progress)
    known = find_registry_file_by_hash(source, sha256)
    if known is None:
        return CheckedRegistryFile(source, path, sha256, current=False)
    if not known.current:
        raise BadFile(
            f"This file was imported on {say(known.imported_on)} and replaced by a newer one since. Nothing was changed."
        )
    return CheckedRegistryFile(source, path, sha256, current=True, rows=known.rows)


def _sha256(path: Path, progress: Progress | None) -> str:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(done)
    return digest.hexdigest()


def save_providers(rows: list[nppes.Row]) -> None:
    """Write rows of the NPPES file (columns nppes.ROW), each in the place of an earlier one of its NPI."""
    connection = db.session.connection()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    connection.exec_driver_sql(_UPSERT.format(marks=", ".join([mark] * len(nppes.ROW))), rows)


# At the driver: through the ORM or Core the same rows take three to fifty times as long.
_UPSERT = (
    f"INSERT INTO {NppesProvider.__tablename__} ({', '.join(nppes.ROW)}) VALUES ({{marks}}) "  # noqa: S608
    f"ON CONFLICT (npi) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in nppes.ROW[1:])}"
)


def finish_import(checked: CheckedRegistryFile, rows: int, actor: Actor) -> None:
    """Write down that this file is in, whole: it is the current one of its source from now on."""
    before = find_registry_file(checked.source)
    db.session.execute(
        update(RegistryFile).where(RegistryFile.source == checked.source).values(current=False)
    )
    name = checked.path.name[:160]
    db.session.add(
        RegistryFile(
            source=checked.source, file_name=name, sha256=checked.sha256, rows=rows, current=True,
            imported_on=today(), imported_at=now(),
        )
    )  # fmt: skip
    record_event(
        actor=actor,
        action="import_registry_file",
        what=f"{LABELS[checked.source]} imported: {rows:,} rows from {name}",
        details={"source": checked.source, "file_name": name, "sha256": checked.sha256, "rows": rows,
                 "rows_before": before.rows if before else None},
    )  # fmt: skip


def read_taxonomies(path: Path) -> list[dict[str, str]]:
    """Every code of a NUCC file. Raises BadFile when any line cannot be taken, or none is there."""
    found = list(nucc.read_rows(path, read_facts(path, nucc.ADVICE).encoding))
    errors = [row for row in found if isinstance(row, RowError)]
    if errors:
        shown = "; ".join(f"line {error.line}: {error.problem}" for error in errors[:ERRORS_SHOWN])
        raise BadFile(f"The file is damaged or has changed ({shown}). {nucc.ADVICE}")
    rows = {row["code"]: row for row in found if not isinstance(row, RowError)}
    if not rows:
        raise BadFile(f"The file has a header and no rows. {nucc.ADVICE}")
    return list(rows.values())


def replace_taxonomies(rows: list[dict[str, str]]) -> None:
    """These codes and no others."""
    db.session.execute(delete(NuccTaxonomy))
    db.session.execute(insert(cast(Table, NuccTaxonomy.__table__)), rows)


def read_deactivations(path: Path) -> list[nppes_deactivated.Row]:
    """Every NPI of a deactivation report with its day, the latest where it stands twice. Raises BadFile when a line
    cannot be taken, or when there are far fewer than in the last report: it only grows."""
    found = list(nppes_deactivated.read_rows(path))
    errors = [row for row in found if isinstance(row, RowError)]
    if errors:
        shown = "; ".join(f"line {error.line}: {error.problem}" for error in errors[:ERRORS_SHOWN])
        raise BadFile(f"The file is damaged or has changed ({shown}). {nppes_deactivated.ADVICE}")
    rows = dict(sorted(row for row in found if not isinstance(row, RowError)))
    before = find_registry_file(NPPES_DEACTIVATED)
    if not rows or (before and len(rows) < before.rows // 2):
        had = f" The last report had {before.rows:,}." if before else ""
        raise BadFile(f"The file has {len(rows):,} rows.{had} {nppes_deactivated.ADVICE}")
    return list(rows.items())


def replace_deactivations(rows: list[nppes_deactivated.Row]) -> None:
    """These NPIs are out of service and no others."""
    db.session.execute(delete(NppesDeactivation))
    connection = db.session.connection()
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    table = NppesDeactivation.__tablename__
    connection.exec_driver_sql(f"INSERT INTO {table} (npi, deactivated_on) VALUES ({mark}, {mark})", rows)  # noqa: S608


def keep_answer(npi: str, answer: NppesAnswer) -> None:
    """Keep what the NPPES service answered about an NPI. A failure keeps the facts of the last answer, and its date."""
    asked = {"outcome": answer.outcome, "problem": answer.problem[:300], "asked_at": now()}
    if answer.outcome is not NppesOutcome.NOT_CHECKED:
        asked |= {"facts": answer.facts.as_json() if answer.facts else None, "answered_at": asked["asked_at"]}
    dialect = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    row = dialect.insert(NppesLookup).values(npi=npi, **asked)
    db.session.execute(row.on_conflict_do_update(index_elements=["npi"], set_=asked))  # two may ask at once


def record_asked(application: Application, actor: Actor, outcome: NppesOutcome) -> None:
    """Write into the history that somebody asked NPPES about the NPI of this application, and what came of it."""
    record_event(
        actor=actor, application=application, action="ask_nppes",
        what=f"NPPES asked about NPI {application.npi}: {SAID[outcome]}", details={"outcome": outcome.value},
    )  # fmt: skip
