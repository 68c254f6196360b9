"""An exclusion list is imported whole or not at all, once, and never replaced by less."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding.errors import BadFile, Conflict, NotFound
from onboarding.extensions import committed, db
from onboarding.models import AuditEvent, ExclusionList, ExclusionRecord
from onboarding.policy.people import CLOCK
from onboarding.queries.exclusions import find_current_list
from onboarding.queries.files import LEIE
from onboarding.services import exclusions
from onboarding.services.exclusions import ImportResult, check_exclusion_file, import_exclusion_list
from tests.support.leie import business, many, person, write_list

pytestmark = pytest.mark.usefixtures("app")


def bring(path: Path, **options: bool) -> ImportResult:
    checked = check_exclusion_file(LEIE, path)
    with committed():
        return import_exclusion_list(checked, actor=CLOCK, **options)


def records() -> int:
    return db.session.scalar(select(func.count()).select_from(ExclusionRecord)) or 0


def lists() -> int:
    return db.session.scalar(select(func.count()).select_from(ExclusionList)) or 0


def test_an_import_makes_the_list_current_with_all_its_rows(tmp_path: Path) -> None:
    result = bring(write_list(tmp_path / "list.csv", [*many(30), business("BLUEBIRD CARE, INC")]))
    current = find_current_list(LEIE)
    assert current is not None
    assert (result.list_id, result.rows, result.changed, result.rows_before) == (current.id, 31, True, None)
    assert (current.rows, current.imported_on, current.confirmed_on) == (
        31,
        date(2026, 3, 2),
        date(2026, 3, 2),
    )
    assert records() == 31


def test_a_file_as_oig_writes_it_passes_the_check(tmp_path: Path) -> None:
    row = '"","","","1 BLUEBIRD CARE, INC","OTHER BUSINESS","HOME HEALTH AGENCY","","0000000000","","1 ELM AVENUE W, STE","BENTON","AR","72015","1128b5","20230518","00000000","00000000",""'
    checked = check_exclusion_file(LEIE, write_list(tmp_path / "list.csv", [row]), file_name="UPDATED.csv")
    assert (checked.rows, checked.file_name, checked.newest_exclusion_on) == (
        1,
        "UPDATED.csv",
        date(2023, 5, 18),
    )


def test_a_newer_list_replaces_the_records_of_the_older_one(tmp_path: Path, app: Flask) -> None:
    bring(write_list(tmp_path / "a.csv", many(20)))
    app.config["TODAY"] = date(2026, 4, 1)
    result = bring(write_list(tmp_path / "b.csv", [*many(10), person("REED", "ADA")]))
    assert (result.rows, result.rows_before) == (11, 20)
    assert records() == 11
    assert lists() == 2
    current = find_current_list(LEIE)
    assert current is not None
    assert (current.id, current.imported_on) == (result.list_id, date(2026, 4, 1))


def test_the_same_file_again_changes_no_row_and_does_not_become_fresher(tmp_path: Path, app: Flask) -> None:
    path = write_list(tmp_path / "list.csv", many(20))
    first = bring(path)
    ids = set(db.session.scalars(select(ExclusionRecord.id)))
    app.config["TODAY"] = date(2026, 4, 20)
    again = bring(path)
    assert (again.list_id, again.changed, again.rows) == (first.list_id, False, 20)
    assert set(db.session.scalars(select(ExclusionRecord.id))) == ids
    current = find_current_list(LEIE)
    assert current is not None
    assert (current.imported_on, current.confirmed_on) == (date(2026, 3, 2), date(2026, 4, 20))


def test_each_import_is_in_the_history(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", many(3))
    bring(path)
    bring(path)
    events = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [event.action for event in events] == ["import_exclusion_list"] * 2
    assert events[0].what == "OIG LEIE imported: 3 rows from list.csv"
    assert events[0].details["rows"] == 3
    assert events[0].details["newest_exclusion_on"] == "2020-03-19"
    assert "nothing changed" in events[1].what


def test_one_bad_row_refuses_the_whole_file_and_the_old_list_stays(tmp_path: Path) -> None:
    bring(write_list(tmp_path / "a.csv", many(5)))
    with pytest.raises(BadFile, match=r"line 4: DOB is not a date.*Download UPDATED.csv") as refusal:
        bring(write_list(tmp_path / "b.csv", [*many(2), person("REED", "ADA", "19711332"), *many(2)]))
    assert "and more" not in refusal.value.message
    assert (records(), lists()) == (5, 1)


def test_of_many_bad_rows_the_first_ten_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as refusal:
        check_exclusion_file(LEIE, write_list(tmp_path / "a.csv", [person("REED", "ADA", NPI="1")] * 30))
    assert "line 11: NPI is not ten digits; and more" in refusal.value.message
    assert "line 12" not in refusal.value.message


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no rows"):
        check_exclusion_file(LEIE, write_list(tmp_path / "a.csv", []))


def test_an_unknown_source_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Known: leie"):
        check_exclusion_file("other", tmp_path / "a.csv")


def test_a_far_smaller_file_is_refused_unless_somebody_insists(tmp_path: Path) -> None:
    bring(write_list(tmp_path / "a.csv", many(1000)))
    smaller = write_list(tmp_path / "b.csv", many(949))
    with pytest.raises(BadFile, match="949 rows and the current list 1,000"):
        bring(smaller)
    assert records() == 1000
    assert bring(smaller, anyway=True).rows == 949
    assert records() == 949


def test_a_slightly_smaller_file_is_taken(tmp_path: Path) -> None:
    bring(write_list(tmp_path / "a.csv", many(1000)))
    assert bring(write_list(tmp_path / "b.csv", many(950))).rows == 950


def test_in_production_less_than_a_full_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="the full OIG LEIE has more than 50,000"):
        bring(write_list(tmp_path / "a.csv", many(3)), full_only=True)
    assert lists() == 0


def test_a_file_replaced_by_a_newer_one_does_not_come_back_by_mistake(tmp_path: Path, app: Flask) -> None:
    old = write_list(tmp_path / "a.csv", many(3))
    bring(old)
    app.config["TODAY"] = date(2026, 4, 1)
    bring(write_list(tmp_path / "b.csv", many(4)))
    with pytest.raises(BadFile, match="imported on March 2, 2026 and replaced"):
        bring(old)
    bring(old, anyway=True)
    current = find_current_list(LEIE)
    assert current is not None
    assert (current.rows, current.imported_on) == (3, date(2026, 3, 2))


def test_a_file_that_changes_after_the_check_is_refused_and_nothing_is_half_imported(tmp_path: Path) -> None:
    bring(write_list(tmp_path / "a.csv", many(5)))
    path = write_list(tmp_path / "b.csv", many(6))
    checked = check_exclusion_file(LEIE, path)
    write_list(path, many(2))
    with pytest.raises(Conflict, match="changed while"), committed():
        import_exclusion_list(checked, actor=CLOCK)
    assert (records(), lists()) == (5, 1)


def test_an_import_that_breaks_half_way_leaves_the_old_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(write_list(tmp_path / "a.csv", many(5)))
    monkeypatch.setattr(exclusions, "BATCH", 2)
    checked = check_exclusion_file(LEIE, write_list(tmp_path / "b.csv", many(8)))

    def power_cut(rows: int) -> None:
        if rows >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), committed():
        import_exclusion_list(checked, actor=CLOCK, progress=power_cut)
    assert (records(), lists()) == (5, 1)


def test_progress_counts_up_to_all_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusions, "BATCH", 4)
    seen: list[int] = []
    checked = check_exclusion_file(LEIE, write_list(tmp_path / "a.csv", many(10)), progress=seen.append)
    assert seen == [4, 8, 10]
    with committed():
        import_exclusion_list(checked, actor=CLOCK, progress=seen.append)
    assert seen == [4, 8, 10, 4, 8, 10]
