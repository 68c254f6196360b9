"""Roster files as practices really send them: title rows, blank lines, marks, float NPIs, foreign columns, bombs."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Application, Roster, RosterRow
from onboarding.policy.people import applicant
from onboarding.policy.roster import TEMPLATE
from onboarding.policy.vocabulary import ProviderType, Status
from onboarding.queries.files import get_application
from onboarding.services.rosters import receive_roster, start_import
from onboarding.storage import Store
from tests.support.cases import make_case
from tests.support.people import npi

HEADERS = [column.label for column in TEMPLATE]
_FIRST = ("Alma", "Benoit", "Calla", "Dario", "Edith", "Felix", "Greta", "Hugo")
_LAST = ("Alder", "Barrow", "Castellan", "Dunmore", "Eastlake", "Fenn", "Galloway", "Hollis")
FIRST_NPI = 500_000  # far from those of tests.support.cases


def person(number: int, **changes: str) -> dict[str, str]:
    """The good row of the number-th fictional practitioner, by column code."""
    return {
        "npi": npi(FIRST_NPI + number),
        "provider_type": "LCSW",
        "first_name": _FIRST[number % 8],
        "last_name": _LAST[number // 8 % 8],
        "birth_date": "04/17/1980",
        "specialty": "Clinical social work",
        "licence_number": f"L-{number:06d}",
        "licence_state": "AR",
        "licence_expires_on": "2030-06-30",
        "caqh_number": "14203377",
        **changes,
    }


def people(count: int) -> list[dict[str, str]]:
    return [person(number) for number in range(count)]


def table(rows: Iterable[dict[str, str]]) -> list[list[str]]:
    """The rows under our own headers."""
    return [HEADERS, *([row.get(column.code, "") for column in TEMPLATE] for row in rows)]


def csv_bytes(rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(rows: Iterable[Sequence[Any]], *, before: Iterable[Sequence[Any]] | None = None) -> bytes:
    """A workbook; with `before`, another sheet stands in front."""
    book = Workbook()
    if before is not None:
        for row in before:
            book.active.append(list(row))
        book.create_sheet("Roster")
    for row in rows:
        book.worksheets[-1].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb_bytes() -> bytes:
    """A workbook of a few kilobytes whose sheet would unpack to 100 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(100):
                sheet.write(b"0" * (1 << 20))
    return out.getvalue()


def excel_day(day: date) -> int:
    """The number a spreadsheet program keeps for a date."""
    return (day - date(1899, 12, 30)).days


def make_group(code: ProviderType = ProviderType.GROUP_PRACTICE, **changes: Any) -> Application:
    """A group whose own application has been sent."""
    return make_case(Status.RECEIVED, code, **changes)


def send_roster(group: Application, data: bytes, settings: Any, name: str = "roster.csv") -> Roster:
    """A file of the group, stored and received."""
    stored = Store(settings.storage).put("rosters", data)
    with committed():
        found = get_application(group.id, for_change=True)
        return receive_roster(
            found, applicant("Dana Whitlow"), file_name=name, sha256=stored.sha256, storage_key=stored.key
        )


def have_imported(group: Application, roster: Roster) -> None:
    """The group's contact presses the button."""
    with committed():
        start_import(
            get_application(group.id, for_change=True),
            db.session.get_one(Roster, roster.id),
            applicant("Dana Whitlow"),
        )


def rows_of(roster: Roster) -> list[RosterRow]:
    db.session.rollback()
    query = select(RosterRow).where(RosterRow.roster_id == roster.id).order_by(RosterRow.number)
    return list(db.session.scalars(query))


def members() -> list[Application]:
    """Every draft in the database."""
    db.session.rollback()
    query = select(Application).where(Application.status == Status.DRAFT).order_by(Application.id)
    return list(db.session.scalars(query).unique())
