"""Records are found by index, under every form a name may have, and never by an empty key."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from onboarding.extensions import committed, db
from onboarding.policy.matching import PersonFacts, look_up
from onboarding.policy.people import CLOCK
from onboarding.queries import exclusions
from onboarding.queries.exclusions import (
    candidate_queries,
    find_current_list,
    first_name_forms,
    list_candidates,
    same_first_name,
)
from onboarding.queries.files import LEIE
from onboarding.services.exclusions import check_exclusion_file, import_exclusion_list
from tests.support.leie import business, many, person, write_list

pytestmark = pytest.mark.usefixtures("app")

BORN = date(1971, 4, 9)
PERSON = PersonFacts("Holloway", "William", "Reed", BORN, "2000000002", ("Holloway Family Care LLC",))
INDEXES = {f"ix_exclusion_record_{what}" for what in ("npi", "last", "business", "birth")}


@pytest.fixture
def bring(tmp_path: Path):
    def brought(*lines: str) -> int:
        checked = check_exclusion_file(LEIE, write_list(tmp_path / "list.csv", lines))
        with committed():
            return import_exclusion_list(checked, actor=CLOCK).list_id

    return brought


def found(list_id: int, facts: PersonFacts) -> list[tuple[str, str]]:
    records = list_candidates(list_id, look_up(facts, first_name_forms))
    return [(record.last_name or record.business_name, record.first_name) for record in records]


def test_no_list_is_none() -> None:
    assert find_current_list(LEIE) is None


@pytest.mark.parametrize(
    "row",
    [
        person("SOMEBODY", "ELSE", NPI="2000000002"),
        person("HOLLOWAY", "WILLIAM"),
        person("HOLLOWAY", "BILL"),
        person("HOLLOWAY JR", "WILLIAM REED"),
        person("HOLLOWAY", "W", "19710409"),
        person("HOLLAWAY", "WILLIAM", "19710409"),
        person("OLLOWAY", "WILLIAM", "19710409"),
        person("WILLIAM", "HOLLOWAY", "19710409"),
        business("HOLLOWAY FAMILY CARE PA"),
    ],
)
def test_every_record_that_could_describe_the_applicant_is_found(bring, row: str) -> None:
    assert len(found(bring(row, person("WREN", "CAL", "19500101")), PERSON)) == 1


@pytest.mark.parametrize(
    "row",
    [
        person("HOLLOWAY", "ADA", "19500101"),
        person("PENNINGTON", "WILLIAM", "19500101"),
        business("WREN FAMILY CARE"),
    ],
)
def test_a_record_that_cannot_describe_the_applicant_is_not_read(bring, row: str) -> None:
    assert found(bring(row), PERSON) == []


def test_a_name_cut_by_the_list_is_found(bring) -> None:
    list_id = bring(
        person("WINTERBOTTOM-FEATHER", "CHRISTOPHERSONI"), business("EVERGREEN HOME HEALTH CARE SER")
    )
    long = PersonFacts(
        "Winterbottom-Featherstonehaugh",
        "Christophersonia-May",
        businesses=("Evergreen Home Health Care Services",),
    )
    assert len(found(list_id, long)) == 2


def test_a_part_of_a_double_last_name_is_found(bring) -> None:
    list_id = bring(person("VALE", "WILLIAM", "19710409"))
    assert len(found(list_id, replace(PERSON, last_name="Holloway-Vale"))) == 1


def test_records_without_names_are_not_found_by_people_without_names(bring) -> None:
    list_id = bring(business("BLUEBIRD CARE"), person("REED", ""))
    assert found(list_id, PersonFacts()) == []
    assert found(list_id, PersonFacts(businesses=("",))) == []


def test_another_list_is_not_searched(bring) -> None:
    assert found(bring(person("HOLLOWAY", "WILLIAM")) + 1, PERSON) == []


def test_a_search_that_is_cut_off_shows_it(bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusions, "MOST_CANDIDATES", 3)
    list_id = bring(*[person("HOLLOWAY", "WILLIAM", CITY=f"TOWN {number}") for number in range(9)])
    assert len(found(list_id, PERSON)) == 4


def test_every_search_uses_an_index_and_scans_no_table(bring) -> None:
    list_id = bring(*many(3000))
    queries = candidate_queries(list_id, look_up(PERSON, first_name_forms))
    assert len(queries) == 4
    used = set()
    for query in queries:
        plan = explain(query)
        assert "SCAN" not in plan.upper(), plan
        used |= {name for name in INDEXES if name in plan}
    assert used == INDEXES


def explain(query) -> str:
    if db.engine.dialect.name == "sqlite":
        said = "EXPLAIN QUERY PLAN " + str(
            query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        )
        return "\n".join(row.detail for row in db.session.execute(text(said)))
    with committed():
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        said = "EXPLAIN " + str(
            query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        )
        plan = "\n".join(row[0] for row in db.session.execute(text(said)))
    # "Index Scan" and "Bitmap Heap Scan" read by the index; only a sequential scan reads the table.
    return plan.replace("Index Scan", "Index").replace("Bitmap Heap Scan", "Bitmap Heap")


@pytest.mark.parametrize(
    ("one", "other"),
    [("BILL", "WILLIAM"), ("WILLIAM", "BILL"), ("BILL", "WILL"), ("PEGGY", "MARGARET"), ("ADA", "ADA")],
)
def test_short_forms_are_one_first_name(one: str, other: str) -> None:
    assert same_first_name(one, other)
    assert other in first_name_forms(one)


def test_other_first_names_are_not_one() -> None:
    assert not same_first_name("BILL", "MARGARET")
    assert first_name_forms("QQQ") == {"QQQ"}
