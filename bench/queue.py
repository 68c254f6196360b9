"""b. The review queue as the view makes it, beside its statements by the bare driver plus its template alone."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request, template_rendered
from flask_security import login_user
from sqlalchemy import select

from bench.result import NotMeasured, Result, alternate, compare, seconds_of
from bench.statements import bare_driver, only, overheard
from onboarding.extensions import db
from onboarding.models import Staff
from onboarding.web.access import current_actor

GOAL = 1.25
PAGES = {"first page": "/staff", "one stage": "/staff?status=verifying", "by name": "/staff?sort=name"}
TIMES = 20


def measure(app: Flask, rounds: int = 5) -> list[Result]:
    """Seconds for the first page of the queue, for one stage of it, and for the order by name."""
    return [_measure_page(app, what, path, rounds) for what, path in PAGES.items()]


def _measure_page(app: Flask, what: str, path: str, rounds: int) -> Result:
    with app.test_request_context(path):
        login_user(db.session.scalars(select(Staff).order_by(Staff.id).limit(1)).one())
        assert request.endpoint is not None
        view: Callable[[], str] = app.view_functions[request.endpoint]
        view()
        template, context, statements, page = _overhear(app, view)
        if not statements or "</table>" not in page:
            raise NotMeasured(f"{path} did not show the queue.")
        connection, close = bare_driver()

        def bare() -> None:
            for statement in statements:
                connection.execute(*statement).fetchall()
            connection.rollback()
            template.render(context)

        def ours() -> float:
            db.session.rollback()
            assert (
                current_actor().roles
            )  # a page is shown to somebody whom the rules of access have loaded before
            return seconds_of(view)

        try:
            runs = alternate(ours, lambda: seconds_of(bare), rounds * TIMES)
        finally:
            close()
            db.session.rollback()
    notes = (f"{len(statements)} statements, {len(page):,} characters",)
    return compare(
        "b", f"queue, {what}", "bare SQL + template", "s", GOAL, *runs, more_is_better=False, notes=notes
    )


def _overhear(app: Flask, view: Callable[[], str]) -> tuple[Any, dict[str, Any], list[Any], str]:
    """The template, what it is given, and the statements of one run of the view."""
    rendered: list[tuple[Any, dict[str, Any]]] = []

    def listen(_app: Flask, template: Any, context: dict[str, Any], **_rest: Any) -> None:
        rendered.append((template, context))

    with overheard() as heard, template_rendered.connected_to(listen, app):
        page = view()
    db.session.rollback()
    return *rendered[0], only(heard, "SELECT", "WITH"), page
