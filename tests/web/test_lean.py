"""What was taken out of every request was not needed, and what guards a request is still there."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import event

from onboarding.extensions import db
from onboarding.policy.vocabulary import Status
from onboarding.web.lean import _take_out
from tests.support.cases import make_case
from tests.support.pages import look_up


def _token(client: FlaskClient, path: str = "/status", **options: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, **options).text)
    assert found
    return found.group(1)


def test_a_right_token_is_taken(client: FlaskClient) -> None:
    values = {"npi": "1", "application_id": "2", "csrf_token": _token(client)}
    assert client.post("/status", data=values).status_code == 422


@pytest.mark.parametrize("spoil", [lambda token: "", lambda token: "wrong", lambda token: token[:-2] + "AA"])
def test_a_wrong_token_is_refused(client: FlaskClient, spoil) -> None:  # type: ignore[no-untyped-def]
    values = {"npi": "1", "application_id": "2", "csrf_token": spoil(_token(client))}
    assert client.post("/status", data=values).status_code == 400


def test_the_token_of_another_session_is_refused(app: Flask) -> None:
    mine, theirs = app.test_client(), app.test_client()
    _token(mine)
    values = {"npi": "1", "application_id": "2", "csrf_token": _token(theirs)}
    assert mine.post("/status", data=values).status_code == 400


def test_a_public_page_loads_no_user_and_leaves_the_session_alone(app: Flask, client: FlaskClient) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *details: statements.append(details[2]))
    assert client.get("/status").status_code == 200
    assert not [statement for statement in statements if "staff" in statement]
    assert "Set-Cookie" not in client.get("/status").headers


def test_tries_beyond_the_limit_are_refused(app: Flask, client: FlaskClient) -> None:
    most = app.extensions["settings"].lookups_per_window
    token = _token(client)
    values = {"npi": "1234567893", "application_id": "2", "csrf_token": token}
    answers = [client.post("/status", data=values).status_code for _ in range(most + 1)]
    assert set(answers[:-1]) == {422}
    assert answers[-1] == 429


def test_text_is_escaped_though_markup_of_the_same_letters_was_shown_before(app: Flask) -> None:
    tag = app.jinja_env.get_template("macros/parts.html").module.tag  # type: ignore[attr-defined]
    assert "<b>new</b>" in tag(Markup("<b>new</b>"))
    assert "<b>new</b>" not in tag("<b>new</b>")


def test_a_hook_that_an_extension_has_renamed_stops_the_start() -> None:
    with pytest.raises(LookupError, match="was found 0 times"):
        _take_out([], "Limiter._check_request_limit")


def test_the_token_of_one_visitor_is_not_on_the_page_of_another(app: Flask) -> None:
    case = make_case(Status.GATHERING)
    pages = [look_up(app.test_client(), case).text for _ in range(2)]
    tokens = [re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page) for page in pages]
    assert tokens[0] and tokens[1] and not set(tokens[0]) & set(tokens[1])
