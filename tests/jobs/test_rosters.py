"""Rosters are checked row by row and imported whole batches at a time, by a job that may die at any moment."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding.cli.registry import import_nppes
from onboarding.clock import now
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import rosters as jobs
from onboarding.jobs.rosters import forget_old_rosters, work_on_rosters
from onboarding.models import Application, AuditEvent, NppesLookup, Roster, RosterRow
from onboarding.policy import roster_rows
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import NppesOutcome, ProviderType, RosterRowState, RosterState, Status
from onboarding.queries.files import get_application
from onboarding.queries.rosters import find_group
from onboarding.services.rosters import (
    choose_columns,
    claim_roster,
    resume_roster,
    stop_roster,
    take_valid_rows,
)
from onboarding.storage import Store
from tests.conftest import TODAY
from tests.support.cases import make_case, on_day
from tests.support.nppes import out_of_service, row, running_registry, write_file
from tests.support.rosters import (
    csv_bytes,
    have_imported,
    make_group,
    members,
    people,
    person,
    rows_of,
    send_roster,
    table,
    xlsx_bytes,
)

_S, _R = RosterState, RosterRowState


@pytest.fixture
def group(app: Flask) -> Application:
    return make_group(legal_name="Ouachita Hollow Care, LLC", tax_id="714556203", address="12 Elm Row")


def again(roster: Roster) -> Roster:
    db.session.rollback()
    return db.session.get_one(Roster, roster.id, populate_existing=True)


def held(group: Application, roster: Roster) -> tuple[Application, Roster]:
    """Both, to be changed inside committed()."""
    return get_application(group.id, for_change=True), db.session.get_one(Roster, roster.id)


def imported(group: Application, rows: list[dict[str, str]], settings: Settings) -> Roster:
    roster = send_roster(group, csv_bytes(table(rows)), settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    work_on_rosters(settings)
    return again(roster)


def test_each_valid_row_becomes_a_draft_of_its_own_that_begins_with_the_row_and_the_group(
    group: Application, settings: Settings
) -> None:
    roster = imported(group, [person(1), person(2, provider_type="BCBA")], settings)
    assert (roster.state, roster.rows, roster.refused, roster.imported) == (_S.DONE, 2, 0, 2)
    one, other = members()
    assert one.public_id != other.public_id
    assert (one.name, one.npi, one.provider_type) == ("Benoit Alder", person(1)["npi"], ProviderType.LCSW)
    assert other.provider_type is ProviderType.BCBA
    answers = one.form.answers
    assert answers["licence_expires_on"] == "2030-06-30" and answers["birth_date"] == "1980-04-17"
    assert answers["tax_id"] == "714556203" and answers["address"] == "12 Elm Row"
    assert answers["contact_email"] == group.form.contact_email
    started = db.session.scalars(select(AuditEvent).where(AuditEvent.application_id == one.id)).one()
    assert group.name in started.what


def test_what_the_group_has_answered_for_its_address_is_not_asked_again_of_who_works_there(
    group: Application, settings: Settings
) -> None:
    with committed():
        found = get_application(group.id, for_change=True)
        found.form.answers = {**found.form.answers, "tests_on_site": "yes", "clia_number": "04D1234567"}
    imported(group, [person(1)], settings)
    (member,) = members()
    answers = member.form.answers
    codes = ("spoken", "interpreter", "wheelchair", "telehealth", "accepting", "hours_monday", "clia_number")
    assert {code: answers.get(code) for code in codes} == {code: found.form.answers[code] for code in codes}
    assert find_group(member.id).id == group.id


def test_what_a_row_says_goes_before_what_the_group_has_answered(
    group: Application, settings: Settings
) -> None:
    there = {
        "address": "9 Oak Street",
        "city": "Texarkana",
        "state": "TX",
        "zip_code": "75501",
        "spoken": "Spanish",
    }
    imported(group, [person(1, accepting="no"), person(2, **there)], settings)
    one, other = (member.form.answers for member in members())
    assert (one["accepting"], one["address"], one["wheelchair"]) == ("no", "12 Elm Row", "yes")
    assert (other["address"], other["spoken"]) == ("9 Oak Street", ["Spanish"])
    assert "wheelchair" not in other and "county" not in other and other["tax_id"] == one["tax_id"]


def test_what_is_wrong_is_said_by_row_and_the_good_rows_are_kept(
    group: Application, settings: Settings
) -> None:
    rows = [person(1), person(2, npi="1234567890"), person(3), person(4, npi=person(1)["npi"])]
    roster = send_roster(group, csv_bytes(table(rows)), settings)
    work_on_rosters(settings)
    assert (again(roster).state, again(roster).refused) == (_S.CHECKED, 2)
    assert [row.state for row in rows_of(roster)] == [_R.VALID, _R.REFUSED, _R.VALID, _R.REFUSED]
    wrong = rows_of(roster)[1]
    assert wrong.number == 3 and wrong.problems[0][0] == "NPI" and "not valid" in wrong.problems[0][1]
    assert "row 2 already" in rows_of(roster)[3].problems[0][1]
    assert members() == [], "nothing is imported before the group says so"


def test_an_npi_that_is_deactivated_or_an_organizations_is_refused_in_its_row(
    group: Application, settings: Settings, tmp_path: Path
) -> None:
    given_back, gone, body, fresh = (person(number)["npi"] for number in (1, 2, 3, 4))
    file = [row(given_back, deactivated="01/05/2025", reactivated="03/05/2025"), row(gone, {}, deactivated="01/05/2026"),
            row(body, entity="2")]  # fmt: skip
    import_nppes(write_file(tmp_path / "nppes.csv", file))
    with running_registry() as nppes:
        nppes.answers = {fresh: out_of_service(fresh), person(5)["npi"]: (503, b"", {})}
        asking = settings.model_copy(update={"nppes_url": nppes.url, "nppes_seconds": 1.0})
        roster = send_roster(group, csv_bytes(table([person(number) for number in range(1, 8)])), settings)
        work_on_rosters(asking)
    says = {row.npi: row.problems[0][1] for row in rows_of(roster) if row.problems}
    assert set(says) == {gone, body, fresh}
    assert "CMS has deactivated this NPI" in says[gone] and "CMS has deactivated" in says[fresh]
    assert "NPI of an organization" in says[body]
    assert len(nppes.asked) == 2, "a registry that is down is asked no more, and blocks nobody"


def test_an_answer_that_failed_or_is_out_of_date_is_asked_for_again_but_not_at_once(
    group: Application, settings: Settings
) -> None:
    old, failed, failed_now, kept = (person(number)["npi"] for number in range(4))
    long_ago = now() - timedelta(days=300)
    with committed() as session:
        for number, outcome, asked_at, answered_at in (
            (old, NppesOutcome.FOUND, long_ago, long_ago),
            (failed, NppesOutcome.NOT_CHECKED, long_ago, None),
            (failed_now, NppesOutcome.NOT_CHECKED, now(), None),
            (kept, NppesOutcome.FOUND, now(), now()),
        ):
            session.add(NppesLookup(npi=number, outcome=outcome, asked_at=asked_at, answered_at=answered_at))
    with running_registry() as nppes:
        nppes.answers = {old: out_of_service(old), failed: out_of_service(failed)}
        asking = settings.model_copy(update={"nppes_url": nppes.url, "nppes_seconds": 1.0})
        roster = send_roster(group, csv_bytes(table(people(4))), settings)
        work_on_rosters(asking)
    assert len(nppes.asked) == 2
    assert {row.npi for row in rows_of(roster) if row.problems} == {old, failed}


def test_a_practitioner_who_is_here_already_under_the_same_tax_id_is_linked_and_not_applied_for_again(
    group: Application, settings: Settings
) -> None:
    own = make_case(Status.RECEIVED, ProviderType.LCSW, npi=person(1)["npi"], tax_id="714556203")
    elsewhere = make_case(Status.RECEIVED, ProviderType.LCSW, npi=person(2)["npi"], tax_id="822334455")
    roster = imported(group, [person(1), person(2)], settings)
    assert (roster.imported, roster.already_here) == (1, 1)
    first, second = rows_of(roster)
    assert (first.state, first.application_id) == (_R.ALREADY_HERE, own.id)
    assert second.state is _R.IMPORTED and second.application_id != elsewhere.id


def test_the_same_file_and_the_same_rows_again_change_nothing(group: Application, settings: Settings) -> None:
    rows = people(3)
    first = imported(group, rows, settings)
    assert send_roster(group, csv_bytes(table(rows)), settings).id == first.id
    before = [member.id for member in members()]
    second = imported(group, [*reversed(rows)], settings)
    assert (second.imported, second.already_here) == (0, 3)
    assert [member.id for member in members()] == before


def test_a_correction_sent_later_imports_only_what_is_new(group: Application, settings: Settings) -> None:
    imported(group, [person(1), person(2, licence_expires_on="01/31/2020")], settings)
    second = imported(group, [person(1), person(2), person(3)], settings)
    assert (second.imported, second.already_here, len(members())) == (2, 1, 3)


def test_rows_beyond_what_a_roster_holds_are_refused_and_the_others_kept(
    group: Application, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_rows, "MAX_ROWS", 3)
    roster = send_roster(group, csv_bytes(table(people(5))), settings)
    work_on_rosters(settings)
    assert (again(roster).state, again(roster).valid, again(roster).refused) == (_S.CHECKED, 3, 2)


def test_a_file_that_cannot_be_read_says_why(group: Application, settings: Settings) -> None:
    roster = send_roster(group, b"\xd0\xcf\x11\xe0 an old workbook", settings)
    work_on_rosters(settings)
    assert again(roster).state is _S.FAILED and "old Excel file" in again(roster).says


def test_columns_nobody_knows_are_asked_once_and_remembered_for_this_group_only(
    group: Application, settings: Settings
) -> None:
    def foreign(number: int) -> bytes:
        row = person(number)
        named = ["Billing code", "Who", "Family", "Kind of person"]
        return xlsx_bytes([named, [row["npi"], row["first_name"], row["last_name"], row["provider_type"]]])

    first = send_roster(group, foreign(1), settings)
    work_on_rosters(settings)
    assert again(first).state is _S.MAPPING_NEEDED
    columns = {0: "npi", 1: "first_name", 2: "last_name", 3: "provider_type"}
    with committed():
        choose_columns(*held(group, first), columns, applicant("Dana Whitlow"))
    work_on_rosters(settings)
    assert (again(first).state, again(first).valid) == (_S.CHECKED, 1)
    second, foreigner = (
        send_roster(group, foreign(2), settings),
        send_roster(make_group(), foreign(2), settings),
    )
    work_on_rosters(settings)
    assert again(second).state is _S.CHECKED
    assert again(foreigner).state is _S.MAPPING_NEEDED


def test_work_that_is_stopped_leaves_off_at_once_and_goes_on_later_where_it_was(
    group: Application, settings: Settings
) -> None:
    roster = send_roster(group, csv_bytes(table(people(5))), settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    with committed():
        claim = claim_roster()
    assert claim is not None
    with committed():
        batch = take_valid_rows(claim, 2)
        assert batch is not None
        jobs._import_batch(claim, batch)
    with committed():
        stop_roster(*held(group, roster), applicant("Dana Whitlow"))
    with committed():
        assert take_valid_rows(claim, 2) is None
    assert work_on_rosters(settings) == {"checked": 0, "imported": 0}
    assert (again(roster).state, again(roster).progress, len(members())) == (_S.STOPPED, 2, 2)
    with committed():
        resume_roster(*held(group, roster), applicant("Dana Whitlow"))
    assert work_on_rosters(settings) == {"checked": 0, "imported": 3}
    assert (again(roster).state, len(members())) == (_S.DONE, 5)


def test_an_import_that_was_killed_leaves_whole_batches_and_goes_on_without_a_double(
    group: Application, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 4)
    roster = send_roster(group, csv_bytes(table(people(60))), settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    roster_id = roster.id
    child = _fork(settings)

    def left() -> Roster:
        db.session.rollback()
        return db.session.get_one(Roster, roster_id, populate_existing=True)

    while left().imported < 8:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert left().state is _S.IMPORTING and left().imported < 60
    assert left().imported == len(members()) and left().imported % 4 == 0
    assert work_on_rosters(settings) == {"checked": 0, "imported": 0}, "the lease of the dead one still runs"
    with committed() as session:
        session.execute(update(Roster).values(claimed_until=0))
    work_on_rosters(settings)
    assert (left().state, left().imported) == (_S.DONE, 60)
    assert len({member.npi for member in members()}) == len(members()) == 60


def _fork(settings: Settings) -> int:
    """Another process that works on the rosters, with connections of its own; its number."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            work_on_rosters(settings)
        finally:
            os._exit(0)
    return child


def test_the_file_is_forgotten_once_it_is_imported(group: Application, settings: Settings) -> None:
    roster = send_roster(group, csv_bytes(table(people(1))), settings)
    key = roster.storage_key
    work_on_rosters(settings)
    assert Store(settings.storage).exists(key)
    have_imported(group, roster)
    work_on_rosters(settings)
    assert not Store(settings.storage).exists(key)
    assert all(row.answers is None for row in rows_of(roster))


def test_nothing_more_is_imported_for_a_group_that_has_withdrawn(
    group: Application, settings: Settings
) -> None:
    roster = send_roster(group, csv_bytes(table(people(2))), settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    with committed() as session:
        session.execute(update(Application).where(Application.id == group.id).values(status=Status.WITHDRAWN))
    work_on_rosters(settings)
    assert again(roster).state is _S.FAILED and members() == []


def test_a_roster_not_imported_in_time_goes_with_its_file_and_its_rows(
    group: Application, settings: Settings
) -> None:
    roster = send_roster(group, csv_bytes(table(people(2))), settings)
    work_on_rosters(settings)
    key, roster_id = again(roster).storage_key, roster.id
    done = []
    for days in (60, 61, 62):
        with on_day(TODAY + timedelta(days=days)):
            done.append(forget_old_rosters(settings)["forgotten"])
    assert done == [0, 1, 0]
    assert db.session.get(Roster, roster_id) is None and not db.session.scalars(select(RosterRow)).all()
    assert not Store(settings.storage).exists(key)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "forget_roster")).one()
    assert event.what == "Roster roster.csv deleted: it was kept for the group to import, and was not"


def test_of_an_import_that_was_stopped_halfway_the_imported_rows_stay(
    group: Application, settings: Settings
) -> None:
    data = csv_bytes(table(people(3)))
    roster = send_roster(group, data, settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    with committed():
        claim = claim_roster()
    assert claim is not None
    with committed():
        batch = take_valid_rows(claim, 1)
        assert batch is not None
        jobs._import_batch(claim, batch)
    with committed():
        stop_roster(*held(group, roster), applicant("Dana Whitlow"))
    with on_day(TODAY + timedelta(days=61)):
        assert forget_old_rosters(settings) == {"forgotten": 1}
    assert (again(roster).state, [row.state for row in rows_of(roster)]) == (_S.DONE, [_R.IMPORTED])
    assert send_roster(group, data, settings).id != roster.id


def test_of_an_imported_roster_the_refused_rows_go_and_the_imported_stay(
    group: Application, settings: Settings
) -> None:
    roster = imported(group, [person(1), {**person(2), "npi": "1234567890"}], settings)
    assert (roster.state, roster.refused, len(rows_of(roster))) == (_S.DONE, 1, 2)
    done = []
    for days in (60, 61, 62):
        with on_day(TODAY + timedelta(days=days)):
            done.append(forget_old_rosters(settings)["forgotten"])
    assert done == [0, 1, 0]
    told = db.session.scalars(select(AuditEvent.what).where(AuditEvent.action.contains("import"))).all()
    assert set(told) >= {
        "Import of 1 practitioner started", "Roster imported: 1 application made, 0 were here already",
    }  # fmt: skip
    assert [row.state for row in rows_of(roster)] == [_R.IMPORTED]
    found = again(roster)
    assert (found.state, found.rows, found.refused, found.reading) == (_S.DONE, 1, 0, None)


def test_a_roster_that_was_imported_is_kept(group: Application, settings: Settings) -> None:
    roster = imported(group, people(1), settings)
    with on_day(TODAY + timedelta(days=400)):
        assert forget_old_rosters(settings) == {"forgotten": 0}
    assert again(roster).state is _S.DONE
