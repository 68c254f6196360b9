"""Doors for people: pages and forms. A view loads, asks the form, does one thing, and goes on."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from onboarding.web import (
    appeals,
    apply,
    codes,
    duplicates,
    entries,
    home,
    mail_stops,
    opportunity,
    portal,
    rights,
    roster,
    staff,
    status,
    status_messages,
    status_times,
)
from onboarding.web.access import init_access
from onboarding.web.answers import init_answers
from onboarding.web.lean import init_lean
from onboarding.web.limits import CounterFile
from onboarding.web.words import init_words

__all__ = ["CounterFile", "init_web"]


class RowNumber(IntegerConverter):
    """A number that a row can have; a database refuses to look for a larger one."""

    def __init__(self, rules: Map, **options: Any) -> None:
        super().__init__(rules, **{"max": 2**31 - 1, **options})


def init_web(app: Flask) -> None:
    """Mount every room, the rules of access, the way errors are answered."""
    proxies = app.extensions["settings"].proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    init_access(app)
    init_answers(app)
    init_words(app)
    for room in (
        home.bp,
        opportunity.bp,
        apply.bp,
        duplicates.bp,
        entries.bp,
        status.bp,
        status_messages.bp,
        status_times.bp,
        appeals.bp,
        codes.bp,
        mail_stops.bp,
        portal.bp,
        roster.bp,
        rights.bp,
        *staff.blueprints,
    ):
        app.register_blueprint(room)
    init_lean(app)
