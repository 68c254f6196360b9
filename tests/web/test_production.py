"""As it runs for real: in production, behind a proxy that ends TLS, with a browser that sends no Referer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding import create_app
from onboarding.config import Environment, Settings
from onboarding.extensions import db
from onboarding.policy.vocabulary import Role, Status
from tests.conftest import KEYS, make_settings
from tests.support.cases import PASSWORD, make_case, make_staff
from tests.support.client import Visitor
from tests.support.pages import hidden

HOST = "network.plan.example"


class Proxied(Visitor):
    """A browser as the program sees it through its proxy."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        host = kwargs.pop("host", HOST)
        told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": host}
        return super().open(*args, **{"base_url": f"https://{HOST}", "headers": told, **kwargs})


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    real = make_settings(
        tmp_path, settings.database_url, environment=Environment.PRODUCTION, today=None, proxies=1,
        public_url=f"https://{HOST}",
    )  # fmt: skip
    made = create_app(real, KEYS)
    made.test_client_class = Proxied
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def _post(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    return client.post(path, data={**hidden(client, path), **typed})


def test_a_look_up_works_behind_tls(app: Flask) -> None:
    case = make_case(Status.RECEIVED)
    answer = _post(app.test_client(), "/status", npi=case.npi, application_id=case.public_id)
    assert (answer.status_code, answer.location) == (303, "/status/application")


def test_staff_sign_in_behind_tls(app: Flask) -> None:
    staff = make_staff(Role.SPECIALIST)
    client = app.test_client()
    answer = _post(client, "/staff/sign-in", email=staff.email, password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/staff/today")
    assert client.get("/staff").status_code == 200


def test_a_host_that_is_not_ours_is_not_answered(app: Flask) -> None:
    staff, client = make_staff(Role.SPECIALIST), app.test_client()
    typed = {**hidden(client, "/staff/sign-in"), "email": staff.email, "password": PASSWORD}
    answer = client.post("/staff/sign-in?next=http://evil.example/x", data=typed, host="evil.example")
    assert (answer.status_code, answer.location) == (400, None)


def test_production_does_not_start_with_an_address_that_is_not_https(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ONBOARDING_PUBLIC_URL"):
        make_settings(tmp_path, "", environment=Environment.PRODUCTION, today=None)


def test_a_form_without_its_token_is_refused_behind_tls(app: Flask) -> None:
    client = app.test_client()
    client.get("/status")
    assert client.post("/status", data={"npi": "1", "application_id": "2"}).status_code == 400
