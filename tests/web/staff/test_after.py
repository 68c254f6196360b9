"""What waits once files are decided: the numbers of today lead to it, and the forms of the file record it."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Appeal, Application, Decision, Participation, Staff
from onboarding.policy.vocabulary import DecisionOutcome, Role, Status
from onboarding.queries.files import get_application
from onboarding.services.appeals import ask_appeal
from tests.support.cases import (
    convene,
    coordinator,
    decide,
    letters_leave,
    make_case,
    make_staff,
    on_day,
    vote,
)
from tests.support.sessions import send, signed_in
from tests.web.staff.test_today import WAITING, listed, numbers


def some_work() -> tuple[Application, Application]:
    """A provider with conditions, in the network provisionally and pending at the State; a denied one who appeals."""
    kept, denied = make_case(Status.IN_COMMITTEE), make_case(Status.DENIED)
    decide(kept, DecisionOutcome.APPROVED_WITH_CONDITIONS, reason="Supervised for three months.")
    letters_leave()
    with committed() as work:
        participation = work.scalars(select(Participation)).one()
        participation.state_pending_since = today() - timedelta(days=40)
        participation.provisional_until = today() + timedelta(days=100)
    return kept, denied


def test_each_thing_that_waits_after_a_decision_is_counted_and_its_form_takes_it_off(app: Flask) -> None:
    kept, denied = some_work()
    lead = coordinator()
    with on_day(today() + timedelta(days=85)):
        with committed():
            ask_appeal(
                get_application(denied.id, for_change=True), lead, "I was in the hospital.", "Dana Reyes"
            )
        appeal = db.session.scalars(select(Appeal.id)).one()
        client = signed_in(app, make_staff(Role.COORDINATOR, name="Ola Renner"))
        found = numbers(client.get("/staff/today").text)
        assert {path: found[path] for path in WAITING} == dict.fromkeys(WAITING, 1)
        assert {path: listed(client, path) for path in WAITING} == dict.fromkeys(WAITING, 1)
        page = client.get("/staff/after-decisions").text
        assert "State enrollment pending (1)" in page and "125 of 120" in page
        assert "Conditions to look at again (1)" in page and "Supervised for three months." in page
        decided, file = kept.id, f"/staff/applications/{kept.id}"
        assert "Day 125 of 120" in client.get(file).text
        answer = send(client, f"{file}/state-enrollment", reference="")
        assert answer.status_code == 422 and "where it stands" in answer.text
        forms = (
            (f"{file}/state-enrollment", {"reference": "Provider portal, 20417"}),
            (f"{file}/decisions/{decision_of(decided)}/follow-up", {"note": "The supervisor saw no fault."}),
            (f"/staff/applications/{denied.id}/appeals/{appeal}/refusal", {"reason": "Nothing kept you."}),
        )
        for path, fields in forms:
            assert send(client, path, **fields).status_code == 303, path
        left = numbers(client.get("/staff/today").text)
        assert {path for path in WAITING if left[path]} == {"/staff?why=provisional"}
        assert "The supervisor saw no fault." in client.get(file).text


def decision_of(application_id: int) -> int:
    return db.session.scalars(select(Decision.id).where(Decision.application_id == application_id)).one()


def test_a_member_sees_how_many_votes_are_to_be_cast_and_that_a_statement_is_to_be_signed(app: Flask) -> None:
    make_case(Status.IN_COMMITTEE)
    table = convene()
    member = table[0]
    vote(make_case(Status.IN_COMMITTEE), table=table)
    client = signed_in(app, db.session.get_one(Staff, member.id))
    found = numbers(client.get("/staff/today").text)
    assert (found["/staff?why=votes"], found["/staff/committee#statement"]) == (1, 0)
    assert listed(client, "/staff?why=votes") == 1
    with on_day(today() + timedelta(days=366)):
        client = signed_in(app, db.session.get_one(Staff, member.id))
        assert numbers(client.get("/staff/today").text)["/staff/committee#statement"] == 1
        assert 'id="statement"' in client.get("/staff/committee").text
