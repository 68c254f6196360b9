"""The roster pages: a file sent, checked, corrected and imported; the practitioners of a group and of no other."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.importers.roster import read_roster
from onboarding.jobs.rosters import work_on_rosters
from onboarding.models import Application, Roster
from onboarding.policy.people import CLOCK
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.vocabulary import ProviderType, RosterState, Status, Subject
from onboarding.queries.files import get_application
from onboarding.services.audit import record_event
from tests.conftest import TODAY
from tests.support.cases import make_case, make_draft, on_day
from tests.support.pages import come_in, hidden, look_up
from tests.support.rosters import (
    csv_bytes,
    have_imported,
    make_group,
    members,
    people,
    person,
    send_roster,
    table,
)
from tests.support.visitor import Visitor


def let_in(app: Flask, application: Application) -> Visitor:
    visitor = Visitor(app)
    come_in(visitor.client, application)
    visitor.go("/status/application")
    return visitor


@pytest.fixture
def group(app: Flask) -> Application:
    return make_group(organization_name="Ouachita Hollow Care, LLC", tax_id="714556203")


@pytest.fixture
def contact(app: Flask, group: Application) -> Visitor:
    return let_in(app, group)


def imported(group: Application, rows: list[dict[str, str]], settings: Settings) -> Roster:
    roster = send_roster(group, csv_bytes(table(rows)), settings)
    work_on_rosters(settings)
    have_imported(group, roster)
    work_on_rosters(settings)
    return roster


def test_a_group_sends_a_roster_imports_it_and_sees_its_practitioners(
    contact: Visitor, settings: Settings
) -> None:
    assert 'href="/roster"' in contact.text
    contact.go("/roster")
    contact.send("/roster$", files={"file": (csv_bytes(table(people(3))), "our list.csv")})
    assert "Waits to be checked" in contact.read and "our list.csv" in contact.read
    work_on_rosters(settings)
    contact.go(contact.address)
    assert "3 rows can be imported" in contact.read
    contact.send("/import$")
    assert "Being imported" in contact.read
    work_on_rosters(settings)
    contact.go(contact.address)
    assert "3 applications were made" in contact.read
    contact.go("/roster/practitioners")
    assert "3 practitioners" in contact.read and "Alder, Benoit" in contact.read
    assert "Step 1 of 6: you fill in the contract form" in contact.read
    assert "Finish your form and send it." in contact.read
    assert all(member.public_id in contact.text and member.npi in contact.text for member in members())


def test_a_file_that_is_missing_or_empty_is_asked_for_at_its_field(contact: Visitor) -> None:
    contact.go("/roster")
    contact.send("/roster$", status=422)
    assert "Choose the file" in contact.read and "Error:" in contact.text


@pytest.mark.parametrize("name", ["x.pdf", "March.XLSX", "our list", "2026.03.02 list.csv"])
def test_a_file_is_shown_under_the_name_it_was_sent_with(contact: Visitor, name: str) -> None:
    contact.go("/roster")
    contact.send("/roster$", files={"file": (b"NPI", name)})
    assert f"<h1>{name}</h1>" in contact.text


def test_the_same_file_again_leads_to_the_roster_it_was(contact: Visitor) -> None:
    for _ in range(2):
        contact.go("/roster")
        contact.send("/roster$", files={"file": (csv_bytes(table(people(1))), "again.csv")})
    assert "You have sent this file before" in contact.read
    assert db.session.query(Roster).count() == 1


def test_a_contact_opens_a_practitioner_and_comes_back_to_the_group(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(2), settings)
    contact.go("/roster/practitioners")
    contact.send("/open$")
    assert contact.address == "/status/application"
    assert members()[0].name in contact.read
    contact.go("/apply/identity")
    assert members()[0].npi in contact.text and "From your group" not in contact.text
    for page in ("/apply/list", "/apply/hours"):
        assert "From your group: please check" in readable_page(contact, page)
    assert '<a class="back-link" href="/roster/practitioners">' in contact.text
    contact.go("/roster/practitioners")
    assert contact.address == "/roster/practitioners" and group.name in contact.read
    contact.go("/status/application")
    assert "Your practitioners</a></nav>" not in contact.text


def test_whoever_has_no_group_open_reads_what_a_roster_is_for_and_how_it_opens(app: Flask) -> None:
    visitor = Visitor(app)
    assert 'href="/roster"' in visitor.go("/")
    visitor.go("/roster")
    assert "the group’s NPI and its Application ID" in visitor.read
    look_up(visitor.client, make_case(Status.RECEIVED))
    visitor.go("/roster")
    assert "is not that of a group" in visitor.read


def test_the_list_of_another_window_opens_the_next_practitioner(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(2), settings)
    contact.go("/roster/practitioners")
    one, two = (form for form in contact.forms() if form.action.endswith("/open"))
    for form in (one, two):
        answer = contact.client.post(form.action, data=form.values)
        assert (answer.status_code, answer.location) == (303, "/status/application")
    assert members()[1].name in contact.go("/status/application")


def test_the_way_back_does_not_open_a_group_whose_code_is_too_old(
    app: Flask, contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(1), settings)
    contact.go("/roster/practitioners")
    contact.send("/open$")
    with contact.client.session_transaction() as session:
        session["by_code"] = {str(members()[0].id): session["by_code"][str(group.id)]}
    assert contact.client.get("/status/application").status_code == 200
    contact.go("/roster/practitioners")
    assert contact.address == "/status/code"


def test_deleting_the_draft_of_a_practitioner_leads_back_to_the_group(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(1), settings)
    contact.go("/roster/practitioners")
    contact.send("/open$")
    contact.go("/apply/delete")
    contact.send("/apply/delete")
    assert contact.address == "/roster/practitioners" and "The form is deleted" in contact.read


def test_the_pair_of_a_group_opens_neither_its_rosters_nor_its_practitioners(
    app: Flask, contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(1), settings)
    contact.go("/roster/practitioners")
    row = contact.forms()[-1].action
    stranger = Visitor(app)
    look_up(stranger.client, group)
    for page in ("/roster", "/roster/practitioners", "/roster/template.csv"):
        assert stranger.client.get(page).location == "/status/code", page
    named = hidden(stranger.client, "/status/code")
    assert stranger.client.post(row, data=named).status_code == 422
    assert members()[0].npi not in stranger.go("/status/application")


def test_a_practitioner_looked_up_by_the_pair_asks_for_a_code_of_its_own(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(1), settings)
    contact.go("/roster/practitioners")
    contact.send("/open$")
    assert contact.client.get("/apply/identity").status_code == 200
    look_up(contact.client, members()[0])
    assert contact.client.get("/apply/identity").location == "/status/code"


def test_the_practitioners_of_another_group_are_out_of_reach(
    app: Flask, contact: Visitor, group: Application, settings: Settings
) -> None:
    roster = imported(group, [person(1), person(2, npi="12")], settings)
    contact.go("/roster/practitioners")
    row = contact.forms()[-1].action
    stranger = let_in(app, make_group())
    page = stranger.go("/roster/practitioners")
    assert members()[0].public_id not in page
    answers = []
    for action in (row, "/roster/practitioners/999/open"):
        named = {**stranger_form(stranger), "for_application": stranger_form(stranger)["for_application"]}
        answers.append(stranger.client.post(action, data=named))
    assert [answer.status_code for answer in answers] == [404, 404]
    assert stranger.client.get("/status/application").text.count(members()[0].npi) == 0
    for page in ("", "/to-correct.csv"):
        assert stranger.client.get(f"/roster/{roster.public_id}{page}").status_code == 404
    for action in ("columns", "import", "stop", "resume"):
        answer = stranger.client.post(f"/roster/{roster.public_id}/{action}", data=stranger_form(stranger))
        assert answer.status_code == 404, action


def stranger_form(visitor: Visitor) -> dict[str, str]:
    """The hidden fields of this visitor's own form."""
    visitor.go("/roster")
    return {name: held[0] for name, held in visitor.forms()[-1].values.items()}


def test_a_group_that_only_types_the_tax_id_of_another_sees_nothing_of_it(
    app: Flask, group: Application, settings: Settings
) -> None:
    imported(group, people(2), settings)
    twin = make_group(tax_id="714556203")
    stranger = let_in(app, twin)
    assert "No practitioners yet" in readable_page(stranger, "/roster/practitioners")
    imported(twin, [person(0), person(9)], settings)
    page = readable_page(stranger, "/roster/practitioners")
    assert "Was here already, with an application of its own" in page
    taken, own = members()[0], members()[-1]
    assert taken.public_id not in page and own.public_id in page
    assert len([form for form in stranger.forms() if form.action.endswith("/open")]) == 1


def readable_page(visitor: Visitor, address: str) -> str:
    visitor.go(address)
    return visitor.read


def test_practitioners_are_found_by_name_npi_and_application_id(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(30), settings)
    first, last = members()[0], members()[-1]
    assert "Page 1 of 2" in readable_page(contact, "/roster/practitioners")
    assert "5 practitioners" not in contact.read
    for text in (last.npi, last.public_id, last.public_id.replace("-", "").lower()):
        page = readable_page(contact, f"/roster/practitioners?q={text}")
        assert "1 practitioner found" in page and first.public_id not in page
    assert "Dunmore" in readable_page(contact, "/roster/practitioners?q=dunmore")
    assert "Nobody found" in readable_page(contact, "/roster/practitioners?q=zzz%25")


def test_practitioners_are_sorted_by_stage_and_by_who_acts_next_with_the_choice_in_the_address(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    make_case(Status.RECEIVED, ProviderType.LCSW, npi=person(9)["npi"], tax_id="714556203")
    imported(group, [*people(4), person(9)], settings)
    moved = zip([member.id for member in members()], ("verifying", "withdrawn", "denied"), strict=False)
    with committed() as session:
        for number, status in moved:
            session.execute(update(Application).where(Application.id == number).values(status=Status(status)))
    page = readable_page(contact, "/roster/practitioners")
    assert "Step 1: You fill in the contract form (1)" in page and "Ended (2)" in page
    assert "Was here already (1)" in page and "Only those that wait for you (1)" in page
    page = readable_page(contact, "/roster/practitioners?stage=ended")
    assert "2 practitioners found" in page and "Was here already (1)" in page
    page = readable_page(contact, "/roster/practitioners?stage=1&awaits=you")
    assert "1 practitioner found" in page and "practitioners.csv?stage=1&amp;awaits=you" in contact.text
    assert "Nobody found" in readable_page(contact, "/roster/practitioners?stage=4&awaits=you")
    said = contact.client.get("/roster/practitioners.csv?stage=here-already").get_data(as_text=True)
    header, line = csv.reader(io.StringIO(said.removeprefix("\ufeff")))
    assert header[0] == "Practitioner" and line[1:4] == [person(9)["npi"], "", ""]


def test_the_page_of_many_practitioners_asks_the_database_no_more_often_than_that_of_one(
    app: Flask, contact: Visitor, group: Application, settings: Settings
) -> None:
    asked: list[str] = []

    def counted(address: str) -> int:
        asked.clear()
        contact.go(address)
        return len(asked)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *found: asked.append(found[2]))
    imported(group, people(1), settings)
    contact.go("/roster/practitioners")
    one = counted("/roster/practitioners")
    imported(group, people(30), settings)
    assert counted("/roster/practitioners") == one
    assert counted("/roster/practitioners?page=2&stage=1") == one


def test_who_is_awaited_is_read_anew_only_of_a_file_that_changed(
    app: Flask, contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(3), settings)
    first, *others = [member.id for member in members()]
    with committed() as session:
        for number in (first, *others):
            session.get_one(Application, number).status = Status.VERIFYING
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *found: asked.append(found[2]))

    def reads() -> int:
        asked.clear()
        contact.go("/roster/practitioners?stage=1")
        return sum("json_group_array" in said or "json_agg" in said for said in asked)

    assert [reads() for _ in range(2)] == [1, 0]
    with committed():
        record_event(
            actor=CLOCK, application=get_application(first, for_change=True), action="t", what="Sent"
        )
    assert [reads() for _ in range(2)] == [1, 0]
    with on_day(TODAY + timedelta(days=1)):
        assert reads() == 1
    said = contact.client.get("/roster/practitioners.csv").get_data(as_text=True)
    assert len(list(csv.reader(io.StringIO(said)))) == 4


def test_the_file_to_correct_has_the_columns_of_the_group_and_is_no_formula(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    rows = [[*table([])[0], "=Notes", "SSN"],
            [*table([person(1, npi="1234567890")])[1], "+1-501-555-0142", "123-45-6789"]]  # fmt: skip
    roster = send_roster(group, csv_bytes(rows), settings)
    work_on_rosters(settings)
    contact.go(f"/roster/{roster.public_id}")
    assert "1 row needs a correction" in contact.read and "This NPI is not valid" in contact.read
    answer = contact.client.get(f"/roster/{roster.public_id}/to-correct.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    header, line = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    assert header == [*table([])[0], "'=Notes", "SSN", "What to correct"]
    assert line[-3:-1] == ["'+1-501-555-0142", ""] and "NPI" in line[-1]
    assert "123-45-6789" not in answer.get_data(as_text=True)


def test_the_corrected_file_imports_only_what_is_new(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    roster = imported(group, [person(1), person(2, licence_expires_on="01/31/20"), person(3)], settings)
    data = contact.client.get(f"/roster/{roster.public_id}/to-correct.csv").get_data()
    assert b"two digits" in data
    contact.go("/roster")
    corrected = data.replace(b"01/31/20,", b"01/31/2030,")
    contact.send("/roster$", files={"file": (corrected, "roster to correct.csv")})
    work_on_rosters(settings)
    contact.go(contact.address)
    assert "1 row can be imported" in contact.read and "We did not read" not in contact.read
    contact.send("/import$")
    work_on_rosters(settings)
    assert {member.npi for member in members()} == {person(number)["npi"] for number in (1, 2, 3)}
    assert members()[-1].form.answers["licence_expires_on"] == "2030-01-31"


def test_a_row_whose_practitioner_is_in_with_another_row_is_not_to_be_corrected(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    roster = imported(group, [person(1), person(1), person(2, npi="12")], settings)
    contact.go(f"/roster/{roster.public_id}")
    assert "Row 3: Already in with row 2." in contact.read and "Keep one of the two rows" not in contact.read
    assert "1 row waits for a correction" in contact.read
    assert len(members()) == 1
    contact.go("/roster/practitioners")
    assert "Open" in contact.text and "1 practitioner" in contact.read


def test_columns_we_do_not_know_are_asked_for_on_the_page(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    row = person(1)
    named = ["Billing code", "Who", "Family", "Kind of person", "DOB"]
    cells = [row["npi"], row["first_name"], row["last_name"], "LPC", "1980-04-17"]
    roster = send_roster(group, csv_bytes([named, cells]), settings)
    work_on_rosters(settings)
    contact.go(f"/roster/{roster.public_id}")
    assert "Tell us about its columns" in contact.read
    assert "“First name” and “Last name” stand" in contact.read
    assert "Choose “Whole name” for it" in contact.read and "(must be there or Whole name)" in contact.read
    assert f"In your file: {row['last_name']}" in contact.read
    twice = {"column-0": "npi", "column-1": "first_name", "column-2": "first_name"}
    contact.send("/columns$", status=422, **twice)
    assert "First name is chosen twice" in contact.read
    contact.send("/columns$", status=422, **{**twice, "column-2": "last_name"})
    assert "Provider type" in contact.read and '<option value="last_name" selected>' in contact.text
    contact.send("/columns$", **{**twice, "column-2": "last_name", "column-3": "provider_type"})
    work_on_rosters(settings)
    contact.go(f"/roster/{roster.public_id}")
    assert "1 row can be imported" in contact.read


def test_names_that_came_whole_are_shown_divided_to_be_checked(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    rows = [["NPI", "Provider Name", "Degree"], [person(1)["npi"], "Doe, Jane A", "LPC"]]
    roster = send_roster(group, csv_bytes(rows), settings)
    work_on_rosters(settings)
    page = readable_page(contact, f"/roster/{roster.public_id}")
    assert "Please check the names" in page and "Row 2 Doe Jane A" in page
    assert "1 row can be imported" in page


def test_work_is_stopped_and_gone_on_with_from_the_page(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    roster = send_roster(group, csv_bytes(table(people(2))), settings)
    contact.go(f"/roster/{roster.public_id}")
    contact.send("/stop$")
    assert "Stopped" in contact.read
    work_on_rosters(settings)
    assert db.session.get_one(Roster, roster.id, populate_existing=True).state is RosterState.STOPPED
    contact.send("/resume$")
    work_on_rosters(settings)
    contact.go(f"/roster/{roster.public_id}")
    assert "2 rows can be imported" in contact.read


def test_our_templates_are_read_as_they_are(contact: Visitor) -> None:
    for address in ("/roster/template.csv", "/roster/template.xlsx"):
        read = read_roster(contact.client.get(address).get_data(), {})
        assert list(read.headers) == table([])[0] and len(read.columns) == len(read.headers)
        assert (read.rows, read.notes) == ([], ())


def test_every_organization_may_send_a_roster_and_no_practitioner() -> None:
    assert {row.subject for row in PROVIDER_TYPES if row.roster} == {Subject.ORGANIZATION}
    assert {row.subject for row in PROVIDER_TYPES if not row.roster} == {Subject.PRACTITIONER}


def test_a_practitioner_has_no_rosters(app: Flask) -> None:
    visitor = let_in(app, make_case(Status.RECEIVED, ProviderType.LCSW))
    assert "/roster" not in visitor.text
    assert "is not that of a group" in visitor.go("/roster")
    for page in ("/practitioners", "/template.csv", "/template.xlsx", "/some-roster"):
        assert visitor.client.get(f"/roster{page}").status_code == 404


def test_a_group_sends_its_own_application_first(app: Flask) -> None:
    visitor = let_in(app, make_draft(ProviderType.GROUP_PRACTICE))
    assert visitor.client.get("/roster/practitioners").status_code == 404


def test_a_roster_form_of_another_tab_is_taken_for_the_group_it_names(
    contact: Visitor, group: Application, settings: Settings
) -> None:
    imported(group, people(1), settings)
    contact.go("/roster")
    tab = contact.text, contact.address
    contact.go("/roster/practitioners")
    contact.send("/open$")
    contact.text, contact.address = tab
    contact.send("/roster$", files={"file": (csv_bytes(table(people(2))), "late.csv")})
    assert [roster.application_id for roster in db.session.query(Roster)] == [group.id, group.id]
