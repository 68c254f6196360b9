"""Building the network: migrated tables, then blocks of rows in large transactions, begun anew where it stopped."""

import json
from collections import defaultdict
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import flask_migrate
from flask import Flask
from rich.console import Console
from sqlalchemy import Connection, column, func, insert, select, table, text

from bench.place import SEED, Network, Place, app_at
from bench.progress import progress
from bench.rows import BLOCK, WORKERS, Rows, block_rows, make_seals
from onboarding.clock import today
from onboarding.config import ROOT
from onboarding.extensions import WRITING, Base, db, vault
from onboarding.models import Application
from onboarding.policy.vocabulary import STAFF_ROLES

BLOCKS_A_TRANSACTION = 50
FAST = (
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-400000",
    "PRAGMA foreign_keys=OFF",
)  # thrown away if it breaks
ORDER = [found.name for found in Base.metadata.sorted_tables]


def ready_network(place: Place, applications: int, console: Console, *, fresh: bool) -> Network:
    """The network in this folder: as it is when complete and of this version, else built or built to its end."""
    kept, version = place.read_note(), _version()
    if kept and (fresh or kept.applications != applications or kept.version != version or kept.seed != SEED):
        place.clear()
        kept = None
    if kept and kept.complete:
        console.print(
            f"Network of {applications:,} applications: {place.folder}, as of {kept.day}", highlight=False
        )
        return kept
    network = kept or _begin(place, applications, version)
    with app_at(place, network.day) as app:
        flask_migrate.upgrade()
        _fill(app, network, console)
    network = Network(network.applications, network.seed, network.day, network.version, complete=True)
    place.write_note(network)
    return network


def _version() -> str:
    """Changes with the tables and with what is put in them."""
    migrations = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    rows = (Path(__file__).with_name(name) for name in ("people.py", "rows.py"))
    return sha256(b"".join(path.read_bytes() for path in (*migrations, *rows))).hexdigest()[:16]


def _begin(place: Place, applications: int, version: str) -> Network:
    place.folder.mkdir(parents=True, exist_ok=True)
    with app_at(place, date.max) as app:
        app.config["TODAY"] = None
        network = Network(applications, SEED, today(), version)
    place.write_note(network)
    return network


def _fill(app: Flask, network: Network, console: Console) -> None:
    seals = make_seals(vault())
    aside = Path(app.instance_path) / "indexes.json"
    sqlite = db.engine.dialect.name == "sqlite"
    blocks = -(-network.applications // BLOCK)
    with db.engine.connect().execution_options(**{WRITING: True, "postgresql_readonly": False}) as connection:
        if sqlite:
            for pragma in FAST:
                connection.connection.execute(pragma)  # type: ignore[attr-defined]
            _put_indexes_aside(connection, aside)
        done = connection.scalar(select(func.max(Application.id))) or 0
        if not done:
            _insert(connection, _beginnings(network.day))
        connection.commit()
        with progress(console, "Building", network.applications, done) as tell:
            for first in range(done // BLOCK, blocks, BLOCKS_A_TRANSACTION):
                batch: Rows = defaultdict(list)
                for block in range(first, min(first + BLOCKS_A_TRANSACTION, blocks)):
                    for name, rows in block_rows(
                        block, network.applications, network.seed, network.day, seals
                    ).items():
                        batch[name] += rows
                _insert(connection, batch)
                connection.commit()
                tell(min((first + BLOCKS_A_TRANSACTION) * BLOCK, network.applications))
        if sqlite:
            _make_indexes(connection, aside, console)
        else:
            _move_sequences(connection)
        connection.detach()  # opened for building only


def _put_indexes_aside(connection: Connection, aside: Path) -> None:
    """A million rows in random order go into a table at once and into its twelve indexes one page at a time: the
    indexes are made when the rows are there. Their statements are kept in a file until then."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
    found = dict(connection.execute(text(query)).all())
    kept = json.loads(aside.read_text()) if aside.exists() else {}
    aside.write_text(json.dumps({**kept, **found}))
    for name in found:
        connection.execute(text(f'DROP INDEX "{name}"'))
    connection.commit()


def _make_indexes(connection: Connection, aside: Path, console: Console) -> None:
    statements = json.loads(aside.read_text())
    with progress(console, "Indexes", len(statements)) as tell:
        for place, statement in enumerate(statements.values(), start=1):
            connection.execute(text(statement))
            connection.commit()
            tell(place)
    aside.unlink()


def _insert(connection: Connection, rows: Rows) -> None:
    """One executemany a table. The columns are given without types: the rows hold what the database keeps."""
    for name in sorted(rows, key=ORDER.index):
        found = rows[name]
        bare = table(name, *(column(key) for key in found[0]))
        connection.execute(insert(bare), found)


def _beginnings(day: date) -> Rows:
    """Who works here, one current exclusion list, one meeting."""
    roles = [
        {"id": place, "name": role.value, "description": ""}
        for place, role in enumerate(STAFF_ROLES, start=1)
    ]
    staff: list[dict[str, Any]] = [
        {"id": number, "name": f"Worker {number:02d}", "email": f"worker{number}@plan.example", "password": "",
         "active": True, "fs_uniquifier": token_hex(16)}
        for number in range(1, WORKERS + 1)
    ]  # fmt: skip
    assigned = [{"staff_id": person["id"], "role_id": (person["id"] - 1) % 2 + 1} for person in staff]
    exclusions = {
        "id": 1, "source": "leie", "file_name": "UPDATED.csv", "sha256": "0" * 64, "rows": 0, "current": True,
        "imported_on": day.isoformat(), "imported_at": f"{day.isoformat()} 12:00:00.000000",
        "confirmed_on": day.isoformat(),
    }  # fmt: skip
    meeting = {"id": 1, "held_on": (day + timedelta(days=9)).isoformat()}
    return {
        "role": roles,
        "staff": staff,
        "staff_role": assigned,
        "exclusion_list": [exclusions],
        "meeting": [meeting],
    }


def _move_sequences(connection: Connection) -> None:
    """Rows with given ids leave PostgreSQL's sequences behind."""
    for found in Base.metadata.sorted_tables:
        if "id" in found.c:
            connection.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{found.name}', 'id'), "
                f"(SELECT coalesce(max(id), 1) FROM \"{found.name}\"))"
            ))  # fmt: skip
    connection.commit()
