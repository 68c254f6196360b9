"""e. A roster checked and imported, beside parsing the same CSV and inserting the same rows by the bare driver.

Both work in a small database of their own below the network's folder: practitioners that a roster has brought in cannot
be taken away again, as their history is appended only.
"""

import csv
import hashlib
import io
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import select, text

from bench.people import FIRST_NAMES, LAST_NAMES, SPECIALTIES, application_id, npi_of, tax_id_of
from bench.place import SEED, Place, app_at, settle
from bench.result import NotMeasured, Result, alternate, compare, seconds_of
from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.jobs.rosters import work_on_rosters
from onboarding.models import Application, ContractForm, Roster
from onboarding.policy.people import applicant
from onboarding.policy.roster import MAX_ROWS, TEMPLATE
from onboarding.policy.vocabulary import ProviderKind, ProviderType, RosterState, Status, Subject
from onboarding.queries.files import get_application
from onboarding.services.rosters import receive_roster, start_import
from onboarding.storage import Store

WRITTEN = ("roster", "contract_form", "application", "roster_row", "audit_event", "audit_seal")
CONTACT = applicant("Dana Whitlow")


def measure(place: Place, day: date, rows: int = MAX_ROWS, rounds: int = 5) -> Result:
    """Rows a second from the stored file to one application each, and those of the bare driver."""
    with _own_place(place, day) as (app, folder):
        turn = iter(range(10**6))
        _ours(app, next(turn), rows)  # warm, and what the bare driver is to write
        written = _written()
        runs = alternate(
            lambda: rows / _ours(app, next(turn), rows), lambda: rows / _bare(folder, rows, written), rounds
        )
    return compare("e", "roster checked and imported", "CSV parsed, the same rows inserted bare", "rows/s", 0, *runs,
                   notes=(f"{rows:,} rows, {len(WRITTEN)} tables written, three columns of them encrypted by us",))  # fmt: skip


@contextmanager
def _own_place(place: Place, day: date) -> Iterator[tuple[Flask, Path]]:
    own = Place(place.folder / "roster")
    own.clear()
    with app_at(own, day) as app:
        flask_migrate.upgrade()
        _make_group()
        settle()
        shutil.copy(own.folder / "onboarding.db", own.folder / "empty.db")
        yield app, own.folder
    own.clear()


def _make_group() -> None:
    answers = {"legal_name": "Ouachita Hollow Care, LLC", "tax_id": tax_id_of(7), "address": "1400 Larkspur Lane",
               "city": "Little Rock", "state": "AR", "zip_code": "72205", "county": "Pulaski",
               "lines": ["behavioral_health"], "contact_name": CONTACT.name, "contact_email": "dana@hollow.example",
               "contact_phone": "501-555-0142"}  # fmt: skip
    kind = ProviderKind.BEHAVIORAL_HEALTH
    form = ContractForm(
        kind=kind, subject=Subject.ORGANIZATION, answers=answers, created_at=now(), contact_name=CONTACT.name
    )
    with committed() as session:
        session.add(
            Application(
                public_id=application_id(Random(SEED)), form=form, provider_kind=kind, subject=Subject.ORGANIZATION,
                provider_type=ProviderType.GROUP_PRACTICE, npi=npi_of(1), name=answers["legal_name"],
                status=Status.RECEIVED, status_on=today(), received_on=today(), created_on=today(), changed_at=now(),
            )
        )  # fmt: skip


def _file(turn: int, rows: int) -> bytes:
    """A roster of practitioners that no other turn has."""
    draw, out = Random(SEED + turn), io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.label for column in TEMPLATE])
    for number in range(rows):
        row = {
            "npi": npi_of(2 + turn * rows + number), "provider_type": draw.choice(("LCSW", "MD", "CNP", "BCBA")),
            "first_name": draw.choice(FIRST_NAMES), "last_name": draw.choice(LAST_NAMES), "birth_date": "04/17/1980",
            "specialty": draw.choice(SPECIALTIES), "licence_number": f"L-{number:06d}", "licence_state": "AR",
            "licence_expires_on": "2039-06-30", "caqh_number": f"{10_000_000 + number}",
        }  # fmt: skip
        writer.writerow([row.get(column.code, "") for column in TEMPLATE])
    return out.getvalue().encode()


def _ours(app: Flask, turn: int, rows: int) -> float:
    settings, data = app.extensions["settings"], _file(turn, rows)
    stored = Store(settings.storage).put("rosters", data)
    group_id = db.session.scalars(select(Application.id).order_by(Application.id)).first() or 0
    with committed():
        roster_id = receive_roster(
            get_application(group_id, for_change=True), CONTACT, file_name="roster.csv",
            sha256=hashlib.sha256(data).hexdigest(), storage_key=stored.key,
        ).id  # fmt: skip

    def work() -> None:
        work_on_rosters(settings)
        with committed():
            start_import(
                get_application(group_id, for_change=True), db.session.get_one(Roster, roster_id), CONTACT
            )
        work_on_rosters(settings)

    spent = seconds_of(work)
    found = db.session.get_one(Roster, roster_id)
    if found.state is not RosterState.DONE or found.imported != rows:
        raise NotMeasured(f"The roster is {found.state} with {found.imported} of {rows} rows imported.")
    settle()
    return spent


def _written() -> list[tuple[str, list[Any]]]:
    """What the first roster wrote, as statements for the bare driver: all but the group's own first rows."""
    found = []
    for name in WRITTEN:
        first = 1 if name in ("application", "contract_form") else 0
        lines = [tuple(line) for line in db.session.execute(text(f"SELECT * FROM {name} WHERE id > {first}"))]
        found.append((f"INSERT INTO {name} VALUES ({', '.join('?' * len(lines[0]))})", lines))
    db.session.rollback()
    return found


def _bare(folder: Path, rows: int, written: list[tuple[str, list[Any]]]) -> float:
    data, path = _file(0, rows), folder / "bare.db"
    shutil.copy(folder / "empty.db", path)
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")

    def work() -> None:
        list(csv.reader(io.StringIO(data.decode(), newline="")))
        connection.execute("BEGIN IMMEDIATE")
        for statement, lines in written:
            connection.executemany(statement, lines)
        connection.execute("COMMIT")

    try:
        return seconds_of(work)
    finally:
        connection.close()
        for left in folder.glob("bare.db*"):
            left.unlink()
