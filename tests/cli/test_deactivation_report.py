"""`onboarding import nppes-deactivated FILE`: whose NPI is out of service, by the order of the dates."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding.cli.registry import import_deactivations, import_nppes
from onboarding.errors import BadFile
from onboarding.extensions import committed, db
from onboarding.models import NppesDeactivation, RegistryFile
from onboarding.nppes import NppesAnswer
from onboarding.policy.nppes import NppesFacts
from onboarding.policy.vocabulary import NppesOutcome
from onboarding.queries.registry import find_known
from onboarding.services.registry import keep_answer
from tests.support.cases import on_day
from tests.support.nppes import row, write_file, write_report
from tests.support.people import npi

pytestmark = pytest.mark.usefixtures("app")
_DEACTIVATED, _FOUND = NppesOutcome.DEACTIVATED, NppesOutcome.FOUND


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(NppesDeactivation)) or 0


@pytest.mark.parametrize("name", ["report.xlsx", "report.zip"])
def test_a_report_is_imported_whole_in_the_place_of_the_last(tmp_path: Path, name: str) -> None:
    first = write_report(tmp_path / name, [(npi(1), "01/13/2020"), (npi(2), "02/01/2026"), (None, None)])
    assert import_deactivations(first) == "NPPES deactivation report: 2 NPIs imported."
    assert "imported before. 2 NPIs, nothing changed" in import_deactivations(first)
    import_deactivations(
        write_report(tmp_path / f"2{name}", [(npi(2), "02/01/2026"), (npi(3), "02/02/2026")])
    )
    assert set(db.session.scalars(select(NppesDeactivation.npi))) == {npi(2), npi(3)}
    current = select(RegistryFile.rows).where(RegistryFile.current)
    assert db.session.scalars(current).all() == [2]


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        ([(npi(1), "13/01/2020")], None, "line 3: the date is not written"),
        ([("12", "01/13/2020")], None, "line 3: NPI is not ten digits"),
        ([], None, "has 0 rows"),
        ([(npi(1), "01/13/2020")], ("Number", "Day"), "are not in this file"),
    ],
)
def test_a_damaged_report_changes_nothing(
    tmp_path: Path, rows: list, header: tuple | None, says: str
) -> None:
    import_deactivations(write_report(tmp_path / "good.xlsx", [(npi(9), "01/13/2020")]))
    bad = write_report(tmp_path / "bad.xlsx", rows, **({"header": header} if header else {}))
    with pytest.raises(BadFile, match=says):
        import_deactivations(bad)
    assert count() == 1


def test_what_is_no_report_or_half_of_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("NPI")
    with pytest.raises(BadFile, match="no XLSX and no zip"):
        import_deactivations(tmp_path / "text.xlsx")
    import_deactivations(write_report(tmp_path / "a.xlsx", [(npi(n), "01/13/2020") for n in range(9)]))
    with pytest.raises(BadFile, match="The last report had 9"):
        import_deactivations(write_report(tmp_path / "b.xlsx", [(npi(1), "01/13/2020")]))
    assert count() == 9


def test_the_order_of_the_dates_decides_who_is_out_of_service(app: Flask, tmp_path: Path) -> None:
    file = [
        row(npi(1)),
        row(npi(2), deactivated="01/13/2020", reactivated="03/01/2020"),
        row(npi(3), deactivated="01/13/2020", reactivated="03/01/2020"),
    ]
    import_nppes(write_file(tmp_path / "npidata.csv", file))
    listed = [(npi(1), "02/20/2026"), (npi(2), "01/13/2020"), (npi(3), "02/20/2026"), (npi(4), "02/20/2026")]
    import_deactivations(write_report(tmp_path / "report.xlsx", listed))
    found = [find_known(npi(number)) for number in range(1, 5)]
    assert [known.outcome for known in found] == [_DEACTIVATED, _FOUND, _DEACTIVATED, _DEACTIVATED]
    assert found[3].source == "NPPES deactivation report"
    assert found[0].facts and found[0].facts.last_name == "THORNQUIST"
    with on_day(date(2026, 4, 25)):  # the file is too old to tell who is who, not to tell who came back
        import_deactivations(write_report(tmp_path / "later.xlsx", listed[:3]))
        assert find_known(npi(2)).outcome is NppesOutcome.NOT_CHECKED
        assert find_known(npi(3)).outcome is _DEACTIVATED
    with on_day(date(2026, 6, 2)):  # the report is too old to decide anything
        assert find_known(npi(3)).outcome is NppesOutcome.NOT_CHECKED


@pytest.mark.parametrize(("listed", "outcome"), [("03/01/2026", _FOUND), ("03/05/2026", _DEACTIVATED)])
def test_what_the_service_said_on_a_later_day_counts(
    tmp_path: Path, listed: str, outcome: NppesOutcome
) -> None:
    with committed():
        keep_answer(npi(1), NppesAnswer(_FOUND, NppesFacts(npi(1), last_name="THORNQUIST")))
    with on_day(date(2026, 3, 6)):
        import_deactivations(write_report(tmp_path / "report.xlsx", [(npi(1), listed)]))
        assert find_known(npi(1)).outcome is outcome
