"""An NPI and a taxonomy code are found by index, whatever the size of the file."""

from pathlib import Path

import pytest
from sqlalchemy import event, text

from onboarding.cli.registry import import_nppes
from onboarding.extensions import db
from onboarding.policy.nppes import other_name_given
from onboarding.policy.vocabulary import NppesOutcome
from onboarding.queries.registry import NOTHING, find_known
from tests.support.nppes import PERSON, many, row, write_file
from tests.support.people import npi

pytestmark = pytest.mark.usefixtures("app")


def test_nothing_is_known_of_an_npi_nobody_asked_about() -> None:
    assert find_known(npi(1)) == NOTHING and NOTHING.outcome is NppesOutcome.NOT_CHECKED


def test_a_former_name_is_known_from_the_file_as_from_the_service(tmp_path: Path) -> None:
    former = {**PERSON, "Provider Other Last Name": "DELGADO"}
    import_nppes(write_file(tmp_path / "a.csv", [row(npi(1), former)]))
    facts = find_known(npi(1)).facts
    assert facts is not None and facts.other_name == ""
    assert other_name_given(facts, {"first_name": "Maribel", "last_name": "Delgado"}) == "MARIBEL DELGADO"


def test_every_search_uses_an_index_and_scans_no_large_table(tmp_path: Path) -> None:
    import_nppes(write_file(tmp_path / "a.csv", many(3000)))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(
            text("SET enable_seqscan = off")
        )  # a test's tables are small enough to be read whole
    heard: list[tuple[str, object]] = []
    listen = (
        db.engine,
        "before_cursor_execute",
        lambda c, cursor, said, values, *_: heard.append((said, values)),
    )
    event.listen(*listen)
    found = find_known(npi(2999))
    event.remove(*listen)
    assert found.facts and found.facts.last_name == "NOBODY2999"
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    selects = [
        (said, values) for said, values in heard if said.startswith("SELECT") and "registry_file" not in said
    ]
    assert len(selects) == 3
    for said, values in selects:
        plan = str(db.session.connection().exec_driver_sql(explain + said, values).all())
        assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("BITMAP HEAP SCAN", ""), plan
