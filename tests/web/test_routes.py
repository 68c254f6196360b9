"""Every route with everybody: nobody, an applicant, each role of the staff; forms without their token; looking."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import IntegerConverter, Rule

from onboarding.extensions import db
from onboarding.policy.vocabulary import STAFF_ROLES, Role, Status
from onboarding.web.access import rule_of
from tests.support.cases import make_case, make_staff
from tests.support.pages import come_in, token
from tests.support.sessions import signed_in

# Who opens what; a new route fails the tests until it stands here. The rooms of the desk ask for capabilities besides:
# tests/web/staff/test_access.py.
ANYONE = {
    "static", "bootstrap.static", "security.static", "security.login", "security.logout", "answers.healthz",
    "answers.readyz", "home.start", "home.choose", "home.partner", "apply.choose_type", "status.look_up", "status.show",
    "status.close", "roster.rosters", "codes.ask", "codes.send", "codes.enter", "codes.show_link", "codes.follow_link",
    "home.contact", "home.training", "home.updates", "opportunity.choose", "opportunity.idea", "opportunity.provider",
    "mail_stops.ask", "mail_stops.stop",
}  # fmt: skip
APPLICANT = {
    "apply.another_type", "apply.task_list", "apply.page", "apply.background", "apply.check", "apply.delete", "apply.done", "apply.sent",
    "status.application", "status.send_document", "status.withdraw", "portal.onboarding_list", "portal.finish_step",
    "portal.payment", "portal.choose", "portal.undo_step", "apply.precheck", "entries.entry", "entries.remove", "status.requests",
    "roster.columns", "roster.csv_template", "roster.import_rows", "roster.open_member", "roster.practitioners",
    "roster.practitioners_csv",
    "roster.resume", "roster.roster", "roster.send", "roster.stop", "roster.to_correct",
    "roster.xlsx_template", "status_times.times", "status_times.dates", "rights.desk", "rights.ask_review", "rights.review",
    "rights.ask_status", "rights.correct", "rights.leave", "mail_stops.choose", "status_messages.message", "rights.document_copy",
    "duplicates.duplicate", "duplicates.mail_id", "appeals.appeal",
}  # fmt: skip
NOBODY = {"security.verify"}
# What a mail program posts has no token; the link alone is shown: tests/web/test_mail_stops.py.
WITHOUT_TOKEN = {"mail_stops.stop"}

VALUES = {"kind": "vision", "page": "identity", "step": "orientation", "filename": "mark.svg"}
VALUES |= {
    "code": "funnel",
    "name": "write_head",
    "link": "none",
    "public_id": "none",
    "action": "withdraw",
    "entry_id": "1",
    "evidence_id": "none",
}

Paths = list[tuple[str, str, str]]


@pytest.fixture
def paths(app: Flask) -> Paths:
    """Method, endpoint, address."""
    adapter = app.url_map.bind("localhost")
    return [
        (method, rule.endpoint, adapter.build(rule.endpoint, _values(rule)))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def _values(rule: Rule) -> dict[str, object]:
    """What stands in the places of the address: 1 where a number is meant."""
    numbers = {name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
    return {name: 1 if name in numbers else VALUES[name] for name in rule.arguments}


def _who(endpoint: str) -> str:
    staff = endpoint.startswith("staff.") or endpoint == "security.change_password"
    asked = {"anyone": ANYONE, "applicant": APPLICANT, "nobody": NOBODY}
    return next(
        (who for who, table in asked.items() if endpoint in table), "staff" if staff else "not in the table"
    )


def _visitor(app: Flask, who: str) -> FlaskClient:
    if who in set(STAFF_ROLES):
        return signed_in(app, make_staff(Role(who)))
    client = app.test_client()
    if who == "applicant":
        assert come_in(client, make_case(Status.PARTICIPATING)).status_code == 200
    return client


def test_every_route_has_the_rule_of_the_table(app: Flask, paths: Paths) -> None:
    for _, endpoint, _ in paths:
        rule = rule_of(app, endpoint)
        assert _who(endpoint) == (rule.who if rule else "nobody"), endpoint


@pytest.mark.parametrize("who", ["nobody", "applicant", *STAFF_ROLES])
def test_a_route_opens_to_those_it_is_for_and_to_nobody_else(app: Flask, paths: Paths, who: str) -> None:
    client = _visitor(app, who)
    form = {
        "csrf_token": token(client, "/staff/counts" if who in set(STAFF_ROLES) - {"auditor"} else "/status")
    }
    for method, endpoint, path in paths:
        if endpoint in ("security.logout", "security.login", "status.close"):
            continue  # these end what the next one needs
        answer = client.open(path, method=method, data=form if method == "POST" else None)
        asked, said = _who(endpoint), (method, path, answer.status_code, answer.location)
        turned_away = (answer.location or "").split("?")[0]
        if asked == "nobody":
            assert answer.status_code == 404, said
        elif asked == "staff" and who not in set(STAFF_ROLES):
            assert turned_away == "/staff/sign-in", said
        elif asked == "applicant" and who != "applicant":
            assert turned_away == "/status", said
        else:
            assert turned_away not in ("/staff/sign-in", "/status") and answer.status_code < 500, said


@pytest.mark.parametrize("who", ["applicant", Role.COORDINATOR.value])
def test_no_form_is_taken_without_its_token(app: Flask, paths: Paths, who: str) -> None:
    client, before = _visitor(app, who), _digest()
    for method, endpoint, path in paths:
        if method == "POST" and endpoint not in NOBODY | WITHOUT_TOKEN:
            assert client.post(path, data={"reason": "a good reason"}).status_code == 400, endpoint
    assert _digest() == before


@pytest.mark.parametrize("who", ["applicant", Role.COORDINATOR.value])
def test_looking_changes_nothing_anywhere(app: Flask, paths: Paths, who: str) -> None:
    client, before = _visitor(app, who), _digest()
    for method, _, path in paths:
        if method == "GET":
            client.get(path)
            client.head(path)
    assert _digest() == before


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_no_row_can_have_is_not_found(app: Flask, number: int) -> None:
    client = _visitor(app, Role.COORDINATOR.value)
    assert client.get(f"/staff/applications/{number}").status_code == 404
    assert client.get(f"/staff/letters/{number}").status_code == 404


def _digest() -> dict[str, list[str]]:
    """Everything the tables hold."""
    return {
        table: sorted(repr(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"')))
        for table in db.metadata.tables
    }
