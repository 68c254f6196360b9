"""Signed-in members of staff for the tests of the desk."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.policy.vocabulary import Role
from tests.support.cases import make_staff
from tests.support.sessions import signed_in

Desk = Callable[..., FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """desk(Role.SPECIALIST): a browser signed in as somebody with these roles and no hand in any file."""

    def open_desk(*roles: Role) -> FlaskClient:
        name = "Desk " + " and ".join(role.value.replace("_", " ") for role in roles)
        return signed_in(app, make_staff(*roles, name=name))

    return open_desk
