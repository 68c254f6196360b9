"""A session that ended while somebody was typing: nothing typed is lost, and the place in the desk is kept."""

import re

import pytest
from flask import Flask

from onboarding.models import Application, Staff
from onboarding.policy.vocabulary import Role, Status
from onboarding.queries.files import get_application
from tests.support.cases import PASSWORD, make_case, make_staff
from tests.support.sessions import signed_in
from tests.support.visitor import Visitor

REASON = "The W-9 is of another practice."


@pytest.fixture
def staff(app: Flask) -> Staff:
    return make_staff(Role.SPECIALIST, name="Rosa Delgado")


@pytest.fixture
def desk(app: Flask, staff: Staff) -> Visitor:
    visitor = Visitor(app)
    visitor.client = signed_in(app, staff)
    return visitor


@pytest.fixture
def case(app: Flask) -> Application:
    return make_case(Status.RECEIVED)


def _idle(desk: Visitor) -> None:
    with desk.client.session_transaction() as session:
        session["seen"] = 1


def _return_late(desk: Visitor, case: Application) -> None:
    """Type why the application goes back, and send it when the session is over."""
    desk.go(f"/staff/applications/{case.id}")
    _idle(desk)
    desk.send("steps/return", status=422, reason=REASON)
    assert get_application(case.id).status is Status.RECEIVED


def test_an_idle_session_comes_back_to_the_filter_that_was_open(desk: Visitor, staff: Staff) -> None:
    _idle(desk)
    desk.go("/staff?status=verifying&sort=name")
    assert "idle" in desk.read
    desk.send("sign-in", email=staff.email, password=PASSWORD)
    assert desk.address == "/staff?status=verifying&sort=name"


def test_what_was_typed_waits_for_the_sign_in_and_is_sent_with_one_press(
    desk: Visitor, staff: Staff, case: Application
) -> None:
    _return_late(desk, case)
    assert "Nothing was saved" in desk.read
    desk.send("sign-in", email=staff.email, password=PASSWORD)
    assert REASON in desk.read
    assert get_application(case.id).status is Status.RECEIVED, "nothing is done before the press"
    desk.send("steps/return")
    assert get_application(case.id).status is Status.RETURNED
    assert get_application(case.id).return_reason == REASON


def test_a_wrong_password_does_not_lose_it(desk: Visitor, staff: Staff, case: Application) -> None:
    _return_late(desk, case)
    desk.send("sign-in", status=422, email=staff.email, password="not the password at all")
    desk.send("sign-in", email=staff.email, password=PASSWORD)
    assert REASON in desk.read


def test_a_form_of_another_tab_is_taken_when_the_same_person_has_signed_in_again(
    desk: Visitor, staff: Staff, case: Application
) -> None:
    desk.go(f"/staff/applications/{case.id}")
    tab = desk.text, desk.address
    _idle(desk)
    desk.go("/staff")
    desk.send("sign-in", email=staff.email, password=PASSWORD)
    desk.text, desk.address = tab
    desk.send("steps/return", reason=REASON)
    assert get_application(case.id).status is Status.RETURNED


def test_what_one_person_typed_is_not_offered_to_another(desk: Visitor, case: Application) -> None:
    other = make_staff(Role.COORDINATOR, name="Ben Okafor")
    _return_late(desk, case)
    desk.send("sign-in", email=other.email, password=PASSWORD)
    assert desk.address == f"/staff/applications/{case.id}"
    assert REASON not in desk.text


def test_a_form_of_one_person_is_not_taken_from_another(desk: Visitor, case: Application) -> None:
    other = make_staff(Role.COORDINATOR, name="Ben Okafor")
    desk.go(f"/staff/applications/{case.id}")
    tab = desk.text, desk.address
    _idle(desk)
    desk.go("/staff")
    desk.send("sign-in", email=other.email, password=PASSWORD)
    desk.text, desk.address = tab
    desk.send("steps/return", status=400, reason=REASON)
    assert get_application(case.id).status is Status.RECEIVED


def test_passwords_are_never_carried_along(desk: Visitor) -> None:
    desk.go("/staff/password")
    _idle(desk)
    page = desk.send("password", password=PASSWORD, new_password="a quiet afternoon")
    assert desk.address.startswith("/staff/sign-in")
    assert PASSWORD not in page and "a quiet afternoon" not in page


@pytest.mark.parametrize(
    "kept", ["no json", "{}", '["https://evil.example/", [["a", "b"]]]', '["/staff", 7]']
)
def test_what_was_not_kept_by_us_is_not_offered(desk: Visitor, staff: Staff, kept: str) -> None:
    _idle(desk)
    desk.go("/staff")
    desk.send("sign-in", email=staff.email, password=PASSWORD, kept=kept)
    assert desk.address == "/staff" and not re.search(r'action="[^"]*evil', desk.text)
