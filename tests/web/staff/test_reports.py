"""Reports: each picture with its table and CSV, without anybody else's address, read once a day."""

import csv
import io
import re
from datetime import timedelta

from flask import Flask

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.turnaround import percentile
from onboarding.policy.vocabulary import Action, ProviderType, Role, Status
from onboarding.queries.files import get_application
from onboarding.queries.reports import (
    count_ages,
    count_committee_load,
    count_funnel,
    count_stages,
    count_workload,
    forecast_stale,
)
from onboarding.queries.turnaround import measure_turnaround
from onboarding.services.apply import save_answers
from onboarding.services.authorizations import order_ccvs, receive_ccvs
from onboarding.web.staff.reports import TABLE
from tests.queries.test_queue import fill
from tests.support.cases import (
    WALKS,
    accept_all,
    approve,
    make_case,
    make_staff,
    on_day,
    place,
    specialist,
    step,
    upload_all,
)
from tests.web.staff.conftest import Desk


def test_a_percentile_is_the_smallest_number_within_which_so_many_lie() -> None:
    assert percentile([], 50) is None
    assert [percentile([7], share) for share in (1, 50, 90, 100)] == [7, 7, 7, 7]
    assert [percentile(list(range(1, 11)), share) for share in (10, 50, 90, 91)] == [1, 5, 9, 10]


def test_the_figures_add_up_to_what_the_queue_holds(app: Flask) -> None:
    fill(120, [make_staff(Role.SPECIALIST, name="Otto Grahn").id, None])
    open_work = count_stages().rows[0][2]
    assert open_work == sum(row[1] for row in count_stages().rows) > 60
    assert sum(row[1] for row in count_ages().rows) == open_work
    people = {row[0]: row[1:] for row in count_workload().rows}
    assert set(people) == {"Otto Grahn", "Nobody"} and sum(files for files, _ in people.values()) == open_work
    weeks = {row[0]: row[1] for row in forecast_stale().rows}
    assert len(weeks) == 13 and weeks["Out of date"] > 0 and weeks["Mar 2, 2026"] > 0


def test_the_funnel_has_what_was_decided_and_ended_of_the_last_year_and_nothing_older(app: Flask) -> None:
    for status in (Status.RECEIVED, Status.GATHERING, Status.PARTICIPATING, Status.DENIED, Status.WITHDRAWN):
        make_case(status)
    old = make_case(Status.PARTICIPATING)
    with committed() as work:
        work.get_one(Application, old.id).received_on = today() - timedelta(days=366)
    rows = {row[0]: row[1:] for row in count_funnel().rows}
    assert rows["Received"] == (5, 1) and rows["Gathering"] == (3, 1) and rows["Ready for decision"] == (2, 0)
    assert rows["Decided"] == (2, None) and rows["Approved"] == (1, 0) and rows["Participating"] == (1, 1)
    assert rows["Denied"] == (1, 1) and rows["Withdrawn"] == (1, 1) and rows["Terminated"] == (0, 0)


def test_turnaround_stands_beside_the_promise_and_the_states_clock(app: Flask) -> None:
    for days in (10, 100, 200):
        application = make_case(Status.APPROVED)
        with committed() as work:
            work.get_one(Application, application.id).received_on = today() - timedelta(days=days)
    (row,) = measure_turnaround().rows
    assert (row[0], row[1:4], row[5:]) == ("Licensed certified social worker", (3, 100, 200), (180, 100, 1))
    assert row[4] > 30


def test_the_days_on_which_the_states_clock_stood_still_are_taken_off(app: Flask) -> None:
    """A physician: sent on day 0, back with the applicant for 20 days, the profile on order for 60, decided on day 110."""
    submit, accept, _, verify = WALKS[Status.READY]
    decided_on = today()
    with on_day(decided_on - timedelta(days=110)):
        application = make_case(Status.RETURNED, ProviderType.MD)
    with on_day(decided_on - timedelta(days=90)):
        with committed():
            save_answers(get_application(application.id, for_change=True), {"address": "1 Corrected Way"})
        submit(application)
        accept(application)
    with on_day(decided_on - timedelta(days=80)), committed():
        order_ccvs(get_application(application.id, for_change=True), specialist(), reference="CCVS-1042")
    with on_day(decided_on - timedelta(days=20)):
        with committed():
            receive_ccvs(get_application(application.id, for_change=True), specialist())
        upload_all(application)
        accept_all(application)
        step(application, Action.COMPLETE_FILE, specialist())
        verify(application)
    approve(application)
    (row,) = measure_turnaround().rows
    assert (row[2], row[6], row[7]) == (110, 30, 0)


def test_the_load_of_a_meeting_is_the_files_on_its_agenda(app: Flask) -> None:
    for _ in range(2):
        place(make_case(Status.READY))
    assert count_committee_load().rows == (("Mar 2, 2026", 2, 0),)


def test_each_report_has_a_picture_a_table_and_a_file(desk: Desk) -> None:
    place(make_case(Status.READY))
    make_case(Status.APPROVED)
    client = desk(Role.MEDICAL_DIRECTOR)
    page = client.get("/staff/reports").text
    for report in TABLE:
        assert re.search(f'<img[^>]* src="/staff/reports/{report.code}.svg[^>]* alt="{report.title}', page), (
            report
        )
        assert f'href="/staff/reports/{report.code}.csv"' in page
        picture = client.get(f"/staff/reports/{report.code}.svg")
        assert picture.mimetype == "image/svg+xml"
        assert not re.findall(r"<script|https?://(?!www[.]w3[.]org/)", picture.text), report
        assert "sandbox" in picture.headers["Content-Security-Policy"]
        lines = list(
            csv.reader(io.StringIO(client.get(f"/staff/reports/{report.code}.csv").data.decode("utf-8-sig")))
        )
        assert tuple(lines[0]) == report.figures().headings and len(lines) == len(report.figures().rows) + 1
    assert client.get("/staff/reports/nothing.svg").status_code == 404


def test_the_figures_are_read_once_a_day_and_anew_where_the_file_is_broken(app: Flask, desk: Desk) -> None:
    client = desk(Role.COORDINATOR)
    path = app.extensions["settings"].instance / "reports" / "funnel.json"
    before = client.get("/staff/reports/funnel.csv").data
    make_case(Status.RECEIVED)
    assert client.get("/staff/reports/funnel.csv").data == before
    path.write_text("{")
    assert client.get("/staff/reports/funnel.csv").data != before
    app.config["TODAY"] = today() + timedelta(days=1)
    make_case(Status.RECEIVED)
    assert b"Received,2" in client.get("/staff/reports/funnel.csv").data
