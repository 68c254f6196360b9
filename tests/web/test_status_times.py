"""How long it takes, from real files or not at all; and the date awaited for a calendar."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import event, insert

from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.models import Application, Decision
from onboarding.policy.promises import LEAST_FILES, RANGE_DAYS, middle_range, promises
from onboarding.policy.vocabulary import DecisionOutcome, ProviderType, Role, Status
from onboarding.policy.workflow import WORK_CLOCKS
from onboarding.queries.status import find_status_view
from onboarding.queries.times import list_days_to_decision
from tests.support.cases import make_case, make_draft, make_staff
from tests.support.pages import look_up


def _decided(days: int, decided_ago: int = 10, code: ProviderType = ProviderType.CNP) -> None:
    """A file that took so many days, decided so many days ago."""
    draft, staff = make_draft(code), make_staff(Role.MEDICAL_DIRECTOR, name="Amara Nwosu")
    decided_on = today() - timedelta(days=decided_ago)
    with committed() as session:
        session.get_one(Application, draft.id).received_on = decided_on - timedelta(days=days)
        session.execute(
            insert(Decision).values(
                application_id=draft.id, number=1, outcome=DecisionOutcome.APPROVED, decided_on=decided_on,
                recorded_at=now(), decided_by_id=staff.id, reason="",
            )
        )  # fmt: skip


def test_the_middle_eighty_in_a_hundred_are_told() -> None:
    assert middle_range(range(1, 101)) == (11, 90)
    assert middle_range([9, 5, 7, 6, 8]) == (5, 9)
    assert middle_range([1] * (LEAST_FILES - 1)) is None


def test_every_stage_on_the_way_has_a_promise(app: Flask) -> None:
    titles = [promise.title for promise in promises(today())]
    assert len(titles) == len(set(titles)) == len(WORK_CLOCKS) - 1
    assert "We decide at a committee meeting, if your file needs one" in titles


def test_recent_files_of_the_same_type_make_the_range(app: Flask) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP)
    for days in (20, 30, 40, 50):
        _decided(days)
    _decided(400, decided_ago=RANGE_DAYS + 1)
    _decided(900, code=ProviderType.PA)
    client = app.test_client()
    look_up(client, application)
    assert "not enough recent files" in client.get("/status/times").text
    _decided(60)
    page = client.get("/status/times").text
    assert "20 to 60 days" in page and "30 days" in page and "(you are here)" in page


def test_the_range_is_read_by_index(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    list_days_to_decision(ProviderType.CNP)
    event.remove(db.engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    plan = " ".join(row[3] for row in rows)
    assert "ix_decision_decided_on" in plan and "SCAN" not in plan


def test_the_date_awaited_is_a_calendar_file_that_names_nobody(app: Flask) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP)
    view = find_status_view(application.id)
    assert view is not None
    client = app.test_client()
    assert "/status/dates.ics" in look_up(client, application).text
    answer = client.get("/status/dates.ics")
    assert answer.mimetype == "text/calendar" and "attachment" in answer.headers["Content-Disposition"]
    (entry,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert entry.decoded("dtstart") == view.until
    again = Calendar.from_ical(client.get("/status/dates.ics").data).walk("VEVENT")[0]
    assert entry["uid"] == again["uid"]
    for secret in (application.name, application.npi, application.public_id):
        assert secret not in answer.text


def test_without_a_date_there_is_no_calendar_file(app: Flask) -> None:
    client = app.test_client()
    assert "/status/dates.ics" not in look_up(client, make_case(Status.DENIED, ProviderType.CNP)).text
    assert client.get("/status/dates.ics").status_code == 404


def test_a_stranger_gets_neither(app: Flask) -> None:
    client = app.test_client()
    for page in ("/status/times", "/status/dates.ics"):
        assert client.get(page).location == "/status"
