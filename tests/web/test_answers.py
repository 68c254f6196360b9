"""How the program answers when something is wrong: the database down, signs that no text has, too many tries."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding import create_app
from onboarding.extensions import db
from onboarding.models import Application
from onboarding.policy.vocabulary import ProviderType, Role, Status
from onboarding.queries.files import get_application
from tests.conftest import KEYS, make_settings
from tests.support.cases import make_case, make_draft, make_staff
from tests.support.pages import come_in, hidden, send, sign, start, without_token
from tests.support.sessions import send as send_form
from tests.support.sessions import signed_in

NULS = ["\x00", "12\x0034", "\x00' OR 1=1", "\ud800"]


@pytest.mark.parametrize(
    "url", ["sqlite:////nonexistent/dir/x.db", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"]
)
def test_a_database_that_is_down_is_named_as_not_ready(tmp_path: Path, url: str) -> None:
    answer = create_app(make_settings(tmp_path, url), KEYS).test_client().get("/readyz")
    assert (answer.status_code, answer.is_json) == (503, True)
    assert answer.json == {"status": "not ready", "troubles": ["database"]}


def test_a_database_that_is_there_is_ready(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "troubles": []})


@pytest.mark.parametrize("typed", NULS[:3])
def test_signs_that_no_text_has_find_nothing_with_the_one_same_answer(app: Flask, typed: str) -> None:
    application = make_case(Status.RECEIVED)
    plain = send(app.test_client(), "/status", npi="1000000004", application_id="nothing")
    bodies = {without_token(plain.text.replace("1000000004", "").replace("nothing", ""))}
    for npi, identifier in ((typed, application.public_id), (application.npi, typed), (typed, typed)):
        answer = send(app.test_client(), "/status", npi=npi, application_id=identifier)
        assert answer.status_code == 422 and "We find no application" in answer.text
        body = answer.text
        for said in {npi, identifier}:
            body = body.replace(f'value="{said}"', 'value=""').replace(
                f'value="{said.replace(chr(39), "&#39;")}"', 'value=""'
            )
        bodies.add(without_token(body))
    assert len(bodies) == 1


def test_signs_that_no_text_has_reach_no_page_of_the_desk(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    client = signed_in(app, make_staff(Role.SPECIALIST, name="Rosa Delgado"))
    version = str(get_application(application.id).version)
    path = f"/staff/applications/{application.id}/steps/return"
    returned = send_form(client, path, version=version, reason="fix \x00 this please")
    assert returned.status_code == 303
    assert get_application(application.id).return_reason == "fix  this please"
    assert client.get("/staff/documents/abc%00def").status_code == 404
    assert client.get("/staff?q=a%00b").status_code == 200


def test_signs_that_no_text_has_sign_nobody_in(app: Flask) -> None:
    client = app.test_client()
    data = {**hidden(client, "/staff/sign-in"), "email": "a\x00b@plan.example", "password": "a\x00b"}
    assert client.post("/staff/sign-in", data=data).status_code == 422


def test_drafts_of_one_address_are_counted(app: Flask) -> None:
    app.extensions["settings"].forms_per_window = 3
    client = app.test_client()
    codes = [send(client, "/apply?kind=medical", provider_type="md").status_code for _ in range(4)]
    assert codes == [303, 303, 303, 429]
    assert db.session.scalar(select(func.count()).select_from(Application)) == 3
    elsewhere = {**hidden(client, "/apply?kind=medical"), "provider_type": "md"}
    away = client.post("/apply?kind=medical", data=elsewhere, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert away.status_code == 303


def test_choosing_no_type_is_not_counted_as_a_draft(app: Flask) -> None:
    app.extensions["settings"].forms_per_window = 1
    client = app.test_client()
    assert send(client, "/apply?kind=medical", provider_type="").status_code == 422
    start(client, "medical", ProviderType.MD)


def test_sendings_of_one_address_are_counted(app: Flask) -> None:
    app.extensions["settings"].forms_per_window = 2
    codes = []
    for draft in [make_draft() for _ in range(3)]:
        client = app.test_client()
        come_in(client, draft)
        codes.append(sign(client).status_code)
    assert codes == [303, 303, 429]


def test_a_packaged_file_is_kept_until_it_changes(client: FlaskClient) -> None:
    addresses = re.findall(r'"(/static/[^"]+)"', client.get("/").text)
    assert addresses and all("?v=" in address for address in addresses)
    for address in addresses:
        assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain, _, version = addresses[0].partition("?v=")
    assert client.get(plain).headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(f"{plain}?v={version[::-1]}").headers["Cache-Control"] == "no-cache"
    assert "Cache-Control" not in client.get("/static/none.css").headers
