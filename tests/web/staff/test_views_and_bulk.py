"""Saved views, the queue as CSV, and one thing done to many files: with a preview, row by row, a conflict told."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent, SavedView
from onboarding.policy.vocabulary import STAFF_ROLES, Action, ProviderType, Role, Status
from onboarding.policy.workflow import find_step
from onboarding.queries.files import get_application
from onboarding.services.votes import declare_tie
from tests.queries.test_queue import fill
from tests.support.cases import actor_of, coordinator, make_case, make_staff, meeting_on
from tests.support.sessions import send, signed_in
from tests.web.staff.conftest import Desk

_HIDDEN = re.compile(r'name="row" value="(\d+:\d+)"')


def views() -> list[SavedView]:
    db.session.rollback()
    return list(db.session.scalars(select(SavedView).order_by(SavedView.id)))


def test_a_view_is_saved_by_name_and_opens_the_same_queue(desk: Desk) -> None:
    client = desk(Role.SPECIALIST)
    saved = send(
        client, "/staff/views", name=" Late  verifying ", status="verifying", due="overdue", order="desc"
    )
    assert (saved.status_code, saved.location) == (303, "/staff?status=verifying&due=overdue&order=desc")
    (view,) = views()
    assert (view.name, view.shared) == ("Late verifying", False)
    assert client.get(f"/staff/views/{view.id}").location == saved.location
    assert "Late verifying" in client.get("/staff/today").text
    send(client, "/staff/views", name="Late verifying", status="ready")
    assert client.get(f"/staff/views/{view.id}").location == "/staff?status=ready"
    assert send(client, f"/staff/views/{view.id}/remove").status_code == 303
    assert views() == []


def test_a_view_without_a_name_is_asked_for_one(desk: Desk) -> None:
    answer = send(desk(Role.SPECIALIST), "/staff/views", name="  ", status="verifying")
    assert answer.status_code == 422
    assert 'href="#view-name"' in answer.text and 'value="verifying" selected' in answer.text


def test_what_is_stored_is_read_as_a_link_from_outside_would_be(desk: Desk) -> None:
    client = desk(Role.SPECIALIST)
    send(
        client,
        "/staff/views",
        name="Odd",
        status="nonsense",
        assignee="1 OR 1=1",
        after="2026-01-01~1",
        why="rights",
    )
    (view,) = views()
    assert view.query == "why=rights"
    with committed() as work:
        work.get_one(SavedView, view.id).query = "status=nonsense&next=//elsewhere.example&due=week"
    assert client.get(f"/staff/views/{view.id}").location == "/staff?due=week"


def test_coordinators_share_views_and_nobody_else(app: Flask, desk: Desk) -> None:
    lead, worker = desk(Role.COORDINATOR), desk(Role.SPECIALIST)
    assert send(worker, "/staff/views", name="Mine", shared="y").status_code == 403
    send(worker, "/staff/views", name="Mine", assignee="me")
    send(lead, "/staff/views", name="For all", shared="y", assignee="nobody")
    mine, shared = views()
    assert lead.get(f"/staff/views/{mine.id}").status_code == 404
    assert worker.get(f"/staff/views/{shared.id}").location == "/staff?assignee=nobody"
    assert send(worker, f"/staff/views/{shared.id}/remove").status_code == 409
    assert (
        send(signed_in(app, make_staff(Role.COORDINATOR)), f"/staff/views/{shared.id}/remove").status_code
        == 303
    )


def test_the_csv_holds_exactly_what_is_filtered_and_says_so_in_the_history(app: Flask, desk: Desk) -> None:
    fill(140)
    with committed() as work:
        work.get_one(Application, 4).name = '=HYPERLINK("http://x")'
    client = desk(Role.COORDINATOR)
    answer = send(client, "/staff/queue.csv", status="verifying", after="2026-01-01~1")
    lines = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    query = (
        select(Application)
        .where(Application.status == Status.VERIFYING)
        .order_by(Application.due_on, Application.id)
    )
    wanted = list(db.session.scalars(query))
    assert [line["Application ID"] for line in lines] == [application.public_id for application in wanted]
    assert {line["Stage"] for line in lines} == {"Verifying"}
    assert not any(line["Provider"].startswith("=") for line in lines)
    assert not {"tax", "birth"} & {word for name in lines[0] for word in name.lower().split()}
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.what) == (
        "export_queue",
        f"Queue taken as CSV, {len(wanted)} rows: Stage: Verifying",
    )


def test_a_preview_says_which_files_and_which_not_and_why(desk: Desk) -> None:
    received, returned, ready = (
        make_case(Status.RECEIVED),
        make_case(Status.RETURNED),
        make_case(Status.READY),
    )
    page = (
        desk(Role.SPECIALIST)
        .get(f"/staff/bulk?do=return:&row={received.id}&row={returned.id}&row={ready.id}")
        .text
    )
    assert _HIDDEN.findall(page) == [f"{received.id}:{received.version}"]
    assert "1 will be done" in page and "2 will not" in page
    assert "Not possible here: the application is “Returned”." in page


def test_many_files_are_assigned_and_one_that_changed_in_between_is_told(desk: Desk) -> None:
    cases = [make_case(Status.RECEIVED) for _ in range(3)]
    worker, client = make_staff(Role.SPECIALIST, name="Otto Grahn"), desk(Role.COORDINATOR)
    do = f"assign:{worker.id}"
    page = client.get("/staff/bulk", query_string={"do": do, "row": [case.id for case in cases]}).text
    rows = _HIDDEN.findall(page)
    assert "Assign to Otto Grahn: 3 files" in page
    send(desk(Role.SPECIALIST), f"/staff/applications/{cases[1].id}/claim")
    answer = send(client, "/staff/bulk", do=do, row=rows)
    assert "2 done" in answer.text and "1 not done" in answer.text
    assert "This file changed after you opened the page." in answer.text
    assert [get_application(case.id).assignee.name == "Otto Grahn" for case in cases] == [True, False, True]
    again = client.get("/staff/bulk", query_string={"do": do, "row": [cases[0].id]}).text
    assert "It is with this colleague already." in again


def test_many_forms_are_returned_with_one_reason_which_has_to_be_given(desk: Desk) -> None:
    cases = [make_case(Status.RECEIVED, ProviderType.LCSW), make_case(Status.GATHERING, ProviderType.CNP)]
    client, rows = desk(Role.SPECIALIST), [f"{case.id}:{case.version}" for case in cases]
    assert send(client, "/staff/bulk", do="return:", row=rows, reason=" ").status_code == 422
    assert "2 done" in send(client, "/staff/bulk", do="return:", row=rows, reason="Send the new W-9.").text
    db.session.rollback()
    assert [get_application(case.id).status for case in cases] == [Status.RETURNED] * 2
    assert get_application(cases[0].id).return_reason == "Send the new W-9."


def test_files_are_placed_on_an_agenda_together_with_what_will_be_out_of_date_said_first(
    app: Flask, desk: Desk
) -> None:
    ready, received = make_case(Status.READY), make_case(Status.RECEIVED)
    coordinator()
    with committed():
        meeting = meeting_on(today() + timedelta(days=200))
        do = f"agenda:{meeting.id}"
    client = desk(Role.COORDINATOR)
    page = client.get("/staff/bulk", query_string={"do": do, "row": [ready.id, received.id]}).text
    assert "Out of date on September 18, 2026 unless checked again: " in page
    rows = _HIDDEN.findall(page)
    assert rows == [f"{ready.id}:{ready.version}"]
    assert "1 done" in send(client, "/staff/bulk", do=do, row=rows).text
    assert get_application(ready.id).status is Status.IN_COMMITTEE
    assert "It is on an agenda already." in client.get(f"/staff/bulk?do={do}&row={ready.id}").text


def test_whom_the_workflow_lets_place_a_file_places_many_from_the_queue(app: Flask, desk: Desk) -> None:
    director, cases = make_staff(Role.MEDICAL_DIRECTOR), [make_case(Status.READY) for _ in range(3)]
    coordinator()
    with committed():
        do = f"agenda:{meeting_on(today() + timedelta(days=7)).id}"
        declare_tie(get_application(cases[2].id, for_change=True), actor_of(director), "My brother-in-law")
    offers = {role for role in STAFF_ROLES if f'value="{do}"' in desk(role).get("/staff").text}
    assert offers == set(find_step(Status.READY, Action.PLACE_ON_AGENDA).who)
    client = signed_in(app, director)
    page = client.get("/staff/bulk", query_string={"do": do, "row": [case.id for case in cases]}).text
    assert "2 will be done" in page and "1 will not" in page and "You have a tie to this provider" in page
    assert "2 done" in send(client, "/staff/bulk", do=do, row=_HIDDEN.findall(page)).text
    statuses = [get_application(case.id).status for case in cases]
    assert statuses == [Status.IN_COMMITTEE, Status.IN_COMMITTEE, Status.READY]
    queue = client.get("/staff").text
    assert 'value="return:"' not in queue and 'value="assign:"' not in queue


@pytest.mark.parametrize(
    "do", ["", "terminate:", "agenda:7", "agenda:", "assign:abc", "assign:99999", "return"]
)
def test_what_is_not_offered_does_nothing(desk: Desk, do: str) -> None:
    case = make_case(Status.RECEIVED)
    before, client = case.version, desk(Role.SPECIALIST)
    assert client.get("/staff/bulk", query_string={"do": do, "row": case.id}).status_code in (200, 303, 404)
    send(client, "/staff/bulk", do=do, row=f"{case.id}:{case.version}", reason="")
    assert get_application(case.id).version == before


def test_a_specialist_assigns_nobody_by_a_form_made_by_hand(desk: Desk) -> None:
    case = make_case(Status.RECEIVED)
    row = f"{case.id}:{case.version}"
    answer = send(desk(Role.SPECIALIST), "/staff/bulk", do="assign:", row=row)
    assert "1 not done" in answer.text and "Your role does not assign files." in answer.text
    db.session.rollback()
    assert f"{case.id}:{get_application(case.id).version}" == row
    assert 'value="assign:"' not in desk(Role.SPECIALIST).get("/staff").text
