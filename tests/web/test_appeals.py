"""The applicant asks for an appeal on the status page; the desk sees it, and what is due after decisions."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import AdverseAction, Appeal
from onboarding.policy.vocabulary import DecisionOutcome, Role, Status
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.services.adverse import mark_adverse_action, record_report
from onboarding.services.committee import record_attendance
from tests.support.cases import (
    appeal,
    convene,
    coordinator,
    decide,
    director,
    letters_leave,
    make_case,
    make_staff,
    on_day,
    others,
    place,
    restrict,
)
from tests.support.pages import come_in, look_up, send
from tests.support.sessions import send as desk_send
from tests.support.sessions import signed_in


def test_an_appeal_is_asked_for_on_the_status_page_within_the_time(app: Flask) -> None:
    application, client = make_case(Status.DENIED), app.test_client()
    letters_leave()
    come_in(client, application)
    assert "Appeal, or see where your appeal stands" in client.get("/status/application").text
    page = client.get("/status/appeal").text
    assert f"until <strong>{today() + timedelta(days=30):%B}" in page
    answer = send(client, "/status/appeal", grounds="The board has corrected its record.")
    assert answer.status_code == 303
    asked = db.session.scalars(select(Appeal)).one()
    assert not asked.late and asked.grounds == "The board has corrected its record."
    page = client.get("/status/appeal").text
    assert "We have it and answer by" in page and "Ask for an appeal" not in page


def test_who_is_approved_with_conditions_appeals_on_the_status_page_and_stays_in_the_network(
    app: Flask,
) -> None:
    application, client = make_case(Status.IN_COMMITTEE), app.test_client()
    restrict(application)
    look_up(client, application)
    assert "You can appeal" not in client.get("/status/application").text
    come_in(client, application)
    assert (
        f"You can appeal until <strong>{today() + timedelta(days=30):%B}"
        in client.get("/status/application").text
    )
    assert send(client, "/status/appeal", grounds="I have practiced alone for ten years.").status_code == 303
    page = client.get("/status/application").text
    assert (
        "see where your appeal stands" in page
        and "Finish the onboarding list" in page
        and "You can appeal" not in page
    )
    plain, other = make_case(Status.PARTICIPATING), app.test_client()
    come_in(other, plain)
    assert "appeal" not in other.get("/status/application").text


def test_an_appeal_without_a_word_is_told_at_its_field(app: Flask) -> None:
    application, client = make_case(Status.DENIED), app.test_client()
    come_in(client, application)
    answer = send(client, "/status/appeal", grounds=" ")
    assert answer.status_code == 422 and "Say which reasons are disputed" in answer.text


def test_after_the_time_the_page_gives_the_telephone_and_no_form(app: Flask) -> None:
    application, client = make_case(Status.TERMINATED), app.test_client()
    letters_leave()
    with on_day(today() + timedelta(days=31)):
        come_in(client, application)
        page = client.get("/status/appeal").text
    assert "The time to appeal ended on" in page and "<textarea" not in page


def test_an_appeal_opens_by_the_code_and_not_by_the_pair_alone(app: Flask) -> None:
    application, client = make_case(Status.DENIED), app.test_client()
    look_up(client, application)
    assert client.get("/status/appeal").location == "/status/code"


def test_the_applicant_is_never_shown_what_is_reported_to_the_data_bank(app: Flask) -> None:
    application, client, who = make_case(Status.DENIED), app.test_client(), director()
    with committed():
        found = get_application(application.id, for_change=True)
        action = db.session.scalars(select(AdverseAction)).one()
        mark_adverse_action(found, action, who, reportable=True, why="Quality of care of a patient.")
    come_in(client, application)
    for path in ("/status/application", "/status/appeal", "/rights", "/status/requests"):
        page = client.get(path).text
        assert "Quality of care" not in page and "Data bank report" not in page


@pytest.mark.parametrize(("days", "says"), [(19, "Not sent yet"), (20, "Send soon"), (31, "Late")])
def test_the_desk_sees_a_notice_that_waits_turn_amber_and_then_late(app: Flask, days: int, says: str) -> None:
    application = make_case(Status.DENIED)
    with on_day(today() + timedelta(days=days)):
        client = signed_in(app, make_staff(Role.COORDINATOR, name="Ola Renner"))
        for path in ("/staff/after-decisions", f"/staff/applications/{application.id}"):
            assert says in client.get(path).text, path


def test_at_the_table_of_an_appeal_against_conditions_the_first_panel_is_recused_and_nobody_denies(
    app: Flask,
) -> None:
    application = make_case(Status.APPEAL_IN_COMMITTEE)
    lead, table = coordinator(), others()
    convene(table)
    with committed():
        item = find_agenda_item(application.id)
        record_attendance(item.meeting, lead, {member.id for member in table}, chair_id=table[0].id)
    page = (
        signed_in(app, make_staff(Role.COORDINATOR, name="Ola Renner"))
        .get(f"/staff/committee/meetings/{item.meeting_id}")
        .text
    )
    assert "An appeal: who took part in the first decision takes no part in this one." in page
    assert "Lena Fisk" in page.partition("To be recused:")[2].partition("</p>")[0]
    assert 'value="approve_with_conditions"' in page and 'value="deny"' not in page


def test_a_notice_that_left_is_due_no_more(app: Flask) -> None:
    make_case(Status.DENIED)
    letters_leave()
    page = signed_in(app, make_staff(Role.COORDINATOR, name="Ola Renner")).get("/staff/after-decisions").text
    assert "Every decision of the last 12 months has been told." in page and "Data bank reports (1)" in page


def test_the_desk_records_an_appeal_marks_the_report_and_sees_both_due(app: Flask) -> None:
    application = make_case(Status.DENIED)
    client, base = (
        signed_in(app, make_staff(Role.COORDINATOR, name="Ola Renner")),
        f"/staff/applications/{application.id}",
    )
    action = db.session.scalars(select(AdverseAction)).one().id
    answer = desk_send(client, f"{base}/appeals", grounds="The record was corrected.", asked_by="Dana Reyes")
    assert answer.status_code == 303
    assert desk_send(client, f"{base}/adverse/{action}", reportable="", why="").status_code == 422
    assert (
        desk_send(client, f"{base}/adverse/{action}", reportable="yes", why="Quality of care.").status_code
        == 303
    )
    page = client.get("/staff/after-decisions").text
    assert "Appeals (1)" in page and "Not accepted yet" in page and "Make the report" in page
    assert desk_send(client, f"{base}/adverse/{action}/report", reference="5500-1234").status_code == 303
    assert "Data bank reports (0)" in client.get("/staff/after-decisions").text


def test_the_desk_marks_the_report_of_a_reversed_denial_void_and_today_leads_to_it(app: Flask) -> None:
    application, who = make_case(Status.DENIED), director()
    action = db.session.scalars(select(AdverseAction)).one()
    with committed():
        found = get_application(application.id, for_change=True)
        mark_adverse_action(found, action, who, reportable=True, why="Quality of care.")
        record_report(found, action, who, "5500-1234")
    appeal(application)
    with on_day(today() + timedelta(days=7)):
        place(application)
        decide(application, DecisionOutcome.APPROVED, table=others())
        client = signed_in(app, make_staff(Role.COORDINATOR, name="Ola Renner"))
        assert "Data bank reports to answer, make or amend" in client.get("/staff/today").text
        assert application.name in client.get("/staff?why=reports").text
        assert "Mark the report void" in client.get("/staff/after-decisions").text
        base = f"/staff/applications/{application.id}/adverse/{action.id}/amendment"
        assert desk_send(client, base, reference="", why="").status_code == 422
        answer = desk_send(client, base, reference="5500-1235", why="The panel reversed the denial.")
        assert answer.status_code == 303
        page = client.get(f"/staff/applications/{application.id}").text
    assert "Report void" in page and "by Ola Renner under 5500-1235: The panel reversed the denial." in page
