"""Signed-in browsers of the tests: in one move for most tests, through the form where signing in is what is tested."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding.clock import seconds
from onboarding.models import Staff
from tests.support.cases import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def signed_in(app: Flask, staff: Staff) -> FlaskClient:
    """A browser with the session that signing in would have made just now."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(
            _user_id=staff.fs_uniquifier,
            _fresh=True,
            began=int(seconds()),
            seen=int(seconds()),
            fs_paa=seconds(),
        )
        session.permanent = True
    return client


def token_of(client: FlaskClient, path: str = "/staff/counts") -> str:
    """The CSRF token a page of this session carries."""
    found = _TOKEN.search(client.get(path).text)
    assert found, f"{path} has no form"
    return found.group(1)


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """Post a form as the page would, its token with it."""
    return client.post(path, data={"csrf_token": token_of(client), **fields})


def sign_in(client: FlaskClient, staff: Staff, password: str = PASSWORD, next_url: str = "") -> TestResponse:
    """Sign in through the form."""
    path = f"/staff/sign-in?next={next_url}" if next_url else "/staff/sign-in"
    token = token_of(client, "/staff/sign-in")
    return client.post(
        path, data={"csrf_token": token, "email": staff.email, "password": password, "next": next_url}
    )
