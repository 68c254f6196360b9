"""Recredentialing as staff see it: who is past the due date or near it, and where the renewal stands."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application, Participation
from onboarding.policy.days import say
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import Role, Status
from onboarding.queries.renewals import RenewalDue, count_query, list_renewals, renewals_query
from onboarding.services.recredentialing import open_recredentialing
from tests.support.cases import make_case
from tests.web.staff.conftest import Desk


def in_the_network(days: int, name: str, *, renewal: bool = False) -> Application:
    """A provider whose recredentialing is due in so many days, its renewal open or not."""
    application = make_case(Status.PARTICIPATING, last_name=name)
    with committed() as session:
        participation = session.get_one(Participation, application.participation_id)
        participation.recredentialing_due_on = today() + timedelta(days=days)
        if renewal:
            open_recredentialing(participation, CLOCK)
    return application


def test_who_is_overdue_is_listed_with_the_state_of_the_renewal(desk: Desk) -> None:
    late = in_the_network(-20, "Lapsed", renewal=True)
    in_the_network(60, "Soonish")
    in_the_network(91, "Farlong")
    page = desk(Role.SPECIALIST).get("/staff/recredentialing").text
    assert "Lapsed" in page and "20 days late" in page and "Draft" in page
    assert f"/staff/applications/{late.id}#onboarding" in page
    assert "Soonish" not in page
    page = desk(Role.SPECIALIST).get("/staff/recredentialing?due=soon").text
    assert "Soonish" in page and "in 60 days" in page and "Not open" in page
    assert "Lapsed" not in page and "Farlong" not in page


def test_the_counts_lead_to_who_is_due(desk: Desk) -> None:
    in_the_network(-1, "Lapsed")
    in_the_network(90, "Soonish")
    page = " ".join(desk(Role.AUDITOR).get("/staff/counts").text.split())
    for due, words in (("overdue", "Overdue"), ("soon", "Due in 90 days")):
        assert f'due={due}">{words}</a></th><td class="amount">1</td>' in page


def test_a_page_of_renewals_goes_on_where_the_last_one_ended(app: Flask) -> None:
    names = [in_the_network(days, name).name for days, name in ((-9, "Alder"), (-9, "Birch"), (-2, "Cedar"))]
    first, following = list_renewals(RenewalDue.OVERDUE, size=2)
    second, end = list_renewals(RenewalDue.OVERDUE, following, size=2)
    assert [row.name for row in (*first, *second)] == names
    assert end == ""
    for unread in ("~", "x~1", "2026-01-01~x"):
        assert len(list_renewals(RenewalDue.OVERDUE, unread)[0]) == 3


@pytest.mark.parametrize("due", RenewalDue)
def test_renewals_are_found_by_index(app: Flask, due: RenewalDue) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    for query in (renewals_query(due, None), count_query(due)):
        compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        rows = db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", r"\:")))
        plan = " | ".join(str(row[-1]) for row in rows)
        assert "ix_participation_due" in plan and "SCAN" not in plan, plan


def test_the_queue_says_since_when_recredentialing_is_overdue(desk: Desk) -> None:
    in_the_network(-20, "Lapsed", renewal=True)
    client = desk(Role.SPECIALIST)
    page = client.get("/staff?status=participating").text
    assert f"Recredentialing overdue since {say(today() - timedelta(days=20))}" in page
    assert "Waits for the renewal to be sent" in client.get("/staff?q=Lapsed").text


def test_the_history_names_the_clock_once_and_says_dates_in_words(desk: Desk) -> None:
    application = in_the_network(-20, "Lapsed", renewal=True)
    renewal = db.session.scalars(select(Application.id).where(Application.cycle == 2)).one()
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{renewal}").text
    history = page.split('id="history"')[1]
    assert f"Recredentialing opened, due {say(today() - timedelta(days=20))}" in history
    assert 'class="row-who"' not in history and application.id != renewal


@pytest.mark.parametrize(
    ("days", "says"),
    [(30, "30 days late, may finish as recredentialing until"), (31, "31 days late, counts as initial")],
)
def test_the_file_of_a_late_renewal_is_marked(desk: Desk, days: int, says: str) -> None:
    in_the_network(-days, "Lapsed", renewal=True)
    renewal = db.session.scalars(select(Application.id).where(Application.cycle == 2)).one()
    assert says in desk(Role.SPECIALIST).get(f"/staff/applications/{renewal}").text
