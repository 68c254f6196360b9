"""The test client, each request in a context of its own, as on a server.

Inside the application context of a test Flask would share `g` between requests: who is signed in, whether the form's
token was checked. Then no test of either would mean anything.
"""

import contextvars
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient

from onboarding.extensions import db


class Visitor(FlaskClient):
    """Asks like a browser; afterwards what the test holds of the database is read anew."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.rollback()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return answer
