"""Turning mail at each change off and on: on the status page with the code, or by the link in such a mail."""

import re
from email.message import EmailMessage

import pytest
from flask import Flask

from onboarding.extensions import committed, csrf, db
from onboarding.models import Application, MailStop
from onboarding.policy.vocabulary import Role, Status
from onboarding.queries.files import get_application
from onboarding.queries.mail_stops import digest_of_address, stop_link, wants_mail
from onboarding.services.access_codes import ask_access
from tests.support.cases import make_case, make_staff
from tests.support.mails import mail_leaves, text_of
from tests.support.pages import come_in, hidden, look_up, send
from tests.support.sessions import signed_in
from tests.support.visitor import Visitor

PRESSED = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def application(app: Flask) -> Application:
    return make_case(Status.GATHERING)


def _is_on(application: Application) -> bool:
    db.session.rollback()
    return wants_mail(application.form.contact_email)


def _mail() -> EmailMessage:
    (mail,) = (mail for mail in mail_leaves().mails if "stands" in mail["Subject"])
    return mail


def test_the_box_on_the_status_page_turns_it_off_and_on(app: Flask, application: Application) -> None:
    visitor = Visitor(app)
    come_in(visitor.client, application)
    visitor.go("/status/application")
    visitor.send("/status/mails", wanted=[])
    assert "E-mail at each change is off." in visitor.read
    assert not _is_on(application)
    visitor.send("/status/mails", wanted="y")
    assert "E-mail at each change is on." in visitor.read
    assert _is_on(application)


def test_the_box_takes_the_code_and_the_pair_alone_changes_nothing(
    app: Flask, application: Application
) -> None:
    client = app.test_client()
    assert 'name="wanted"' not in look_up(client, application).text
    asked = client.post("/status/mails", data=hidden(client, "/status/application"))
    assert asked.status_code == 422 and "code" in asked.text
    assert _is_on(application)


def test_who_began_the_form_first_shows_a_code_that_went_to_the_address_now_on_file(
    app: Flask, application: Application
) -> None:
    client = app.test_client()
    come_in(client, application)
    with client.session_transaction() as session:
        session["mailed"] = {}
    page = client.get("/status/application").text
    assert 'name="wanted"' not in page and "first get a code" in page
    asked = client.post("/status/mails", data=hidden(client, "/status/application"))
    assert asked.status_code == 422 and "code" in asked.text
    with client.session_transaction() as session:
        session["mailed"] = {str(application.id): digest_of_address("elsewhere@practice.example")}
    assert 'name="wanted"' not in client.get("/status/application").text
    assert _is_on(application)


def test_the_code_of_the_mail_is_kept_with_the_address_it_went_to(
    app: Flask, application: Application
) -> None:
    visitor = Visitor(app)
    look_up(visitor.client, application)
    with committed():
        ask_access(get_application(application.id, for_change=True), 30)
    (mail,) = (mail for mail in mail_leaves().mails if "code" in mail["Subject"].lower())
    found = re.search(r"/status/link/[a-z]+", text_of(mail))
    assert found
    with committed():
        get_application(application.id, for_change=True).form.contact_email = "victim@practice.example"
    visitor.go(found[0])
    visitor.send("/status/link/")
    assert "first get a code" in visitor.read and 'name="wanted"' not in visitor.text


def test_the_link_of_the_mail_shows_one_button_which_turns_it_off(
    app: Flask, application: Application
) -> None:
    found = re.search(r"/status/mails/[a-p]+", text_of(_mail()))
    assert found
    visitor = Visitor(app)
    visitor.go(found[0])
    assert "Stop e-mail at each change?" in visitor.read
    assert _is_on(application)
    visitor.send("/status/mails/")
    assert "E-mail at each change is off" in visitor.read
    assert not _is_on(application)


def test_one_click_in_a_mail_program_turns_it_off_without_session_token_or_redirect(
    app: Flask, application: Application
) -> None:
    address = _mail()["List-Unsubscribe"].strip("<>")
    client, path = app.test_client(), address[address.index("/status") :]
    assert client.post(path).status_code == 200
    assert _is_on(application), "a post that says nothing turns nothing off"
    for _ in range(2):
        pressed = client.post(path, data=PRESSED, content_type="multipart/form-data")
        assert pressed.status_code == 200 and "Set-Cookie" not in pressed.headers
    assert not _is_on(application)


def test_no_other_form_is_taken_without_a_token(app: Flask) -> None:
    assert csrf._exempt_views == {"onboarding.web.mail_stops.stop"}
    assert not csrf._exempt_blueprints


def test_every_wrong_link_gets_the_same_page_and_turns_nothing_off(
    app: Flask, application: Application
) -> None:
    mail_leaves()
    right = stop_link(1)
    never_sent = stop_link(4711)
    wrong = [
        "none",
        right[:-1],
        right + "b",
        right[:32] + "c",
        right[::-1],
        right.upper(),
        "a" * 33,
        "p" * 48,
    ]
    client, pages = app.test_client(), set()
    for link in (*wrong, never_sent):
        answer = client.post(f"/status/mails/{link}", data=PRESSED)
        pages.add((answer.status_code, answer.text))
    for link in wrong:
        pages.add((client.get(f"/status/mails/{link}").status_code, client.get(f"/status/mails/{link}").text))
    ((status, text),) = pages
    assert status == 404 and "This link does not work" in text
    assert db.session.query(MailStop).count() == 0


def test_the_desk_reads_that_a_mail_was_held_back(app: Flask, application: Application) -> None:
    client = app.test_client()
    come_in(client, application)
    send(client, "/status/application", "/status/mails")
    mail_leaves()
    page = signed_in(app, make_staff(Role.COORDINATOR)).get(f"/staff/applications/{application.id}").text
    assert "Held back" in page and "the reader had turned these mails off" in page
