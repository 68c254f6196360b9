"""Our signatures are itsdangerous's, bit for bit: each side reads what the other signed, and neither reads a forgery."""

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from onboarding.policy.vocabulary import Role
from onboarding.web.signing import LONG, Sessions, token_serializer
from tests.support.cases import make_staff
from tests.support.sessions import signed_in

VALUES = [{"csrf_token": "a" * 40, "application": {"id": 7, "seen": 1}}, "a" * 40, "b" * (LONG + 1)]


@pytest.mark.parametrize("value", VALUES)
def test_form_tokens_are_read_by_both_sides(value: object) -> None:
    theirs, ours = (
        URLSafeTimedSerializer("key", salt="wtf-csrf-token"),
        token_serializer("key", "wtf-csrf-token"),
    )
    assert theirs.loads(ours.dumps(value)) == value
    assert ours.loads(theirs.dumps(value)) == value


@pytest.mark.parametrize("value", VALUES)
def test_session_cookies_are_read_by_both_sides(app: Flask, value: object) -> None:
    theirs, ours = (
        SecureCookieSessionInterface().get_signing_serializer(app),
        Sessions().get_signing_serializer(app),
    )
    assert theirs is not None and ours is not None
    assert theirs.loads(ours.dumps(value), max_age=60) == value
    assert ours.loads(theirs.dumps(value), max_age=60) == value


def test_a_cookie_signed_with_a_former_key_is_still_read(app: Flask) -> None:
    before = SecureCookieSessionInterface().get_signing_serializer(app)
    assert before is not None
    app.config["SECRET_KEY_FALLBACKS"], app.secret_key = [app.secret_key], "a new key"
    ours = Sessions().get_signing_serializer(app)
    assert ours is not None and ours.loads(before.dumps({"id": 1})) == {"id": 1}


@pytest.mark.parametrize("place", [0, 10, -5])
def test_a_changed_signature_or_value_is_refused(place: int) -> None:
    signed = list(token_serializer("key", "wtf-csrf-token").dumps("a" * 40))
    signed[place] = "A" if signed[place] != "A" else "B"
    with pytest.raises(BadSignature):
        token_serializer("key", "wtf-csrf-token").loads("".join(signed))
    with pytest.raises(BadSignature):
        token_serializer("another key", "wtf-csrf-token").loads(
            token_serializer("key", "wtf-csrf-token").dumps("a")
        )


def test_a_packaged_file_sends_no_cookie_that_could_come_after_the_one_of_a_page(app: Flask) -> None:
    client = signed_in(app, make_staff(Role.SPECIALIST))
    assert "Set-Cookie" in client.get("/staff/today").headers
    for path in ("/static/theme.css", "/bootstrap/static/css/bootstrap.min.css"):
        answer = client.get(path)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
