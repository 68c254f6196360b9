"""Coming back: a link and a code mailed to the e-mail on file, exchanged for the session."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.extensions import committed
from onboarding.queries.access_codes import is_link_open
from onboarding.queries.files import get_application
from onboarding.queries.status import find_public_id
from onboarding.services.access_codes import use_link
from onboarding.web.access import (
    WRONG_CODE,
    anyone,
    count_missed,
    enter_code,
    find_by_pair,
    let_in_by_mail,
    mail_code,
    open_application_id,
    refuse_who_missed,
)
from onboarding.web.again import NAMED
from onboarding.web.forms.fields import plain
from onboarding.web.forms.status import CodeForm, LookUpForm, read_pair

bp = Blueprint("codes", __name__, url_prefix="/status")

Answer = Response | str | tuple[str, int]


@bp.get("/code")
@anyone
def ask() -> str:
    """Ask for a link and a code: for the application that is open, or by NPI and Application ID."""
    return render_template("status/code.html", form=LookUpForm(), named=_open_id())


@bp.post("/code")
@anyone
def send() -> str:
    """Mail them where the pair is right; the same page and the same words whatever was wrong."""
    mail_code(*_asked_for())
    return _code_page()


@bp.post("/code/enter")
@anyone
def enter() -> Answer:
    """The code opens the application; one same answer for whatever is wrong."""
    application_id, *_ = _asked_for()
    if application_id is not None and enter_code(application_id, plain(request.form.get("code"))):
        return _come_in()
    return _code_page(WRONG_CODE), 422


@bp.get("/link/<link>")
@anyone
def show_link(link: str) -> Answer:
    """One button: a program that only looks at what a mail links to uses up nothing."""
    refuse_who_missed()
    good = is_link_open(link)
    if not good:
        count_missed()
    shown = render_template("status/link.html", good=good, link=link)
    return shown if good else (shown, 410)


@bp.post("/link/<link>")
@anyone
def follow_link(link: str) -> Answer:
    """Use up the link and open its application."""
    refuse_who_missed()
    with committed():
        application_id = use_link(link)
    if application_id is None:
        count_missed()
        return render_template("status/link.html", good=False, link=link), 410
    let_in_by_mail(application_id)
    return _come_in()


def _come_in() -> Response:
    flash("Your application is open.", "success")
    return redirect(url_for("status.application"), 303)


def _open_id() -> str | None:
    found = open_application_id()
    return find_public_id(found) if found else None


def _asked_for() -> tuple[int | None, str, str]:
    """The application meant, and its pair as typed: the one open in this browser if the form names it, else by the pair,
    of which every miss is counted."""
    named = _open_id()
    if named and request.form.get(NAMED) == named:
        application = get_application(open_application_id() or 0)
        return application.id, application.npi, application.public_id
    return find_by_pair(request.form), *read_pair(request.form)


def _code_page(miss: str = "") -> str:
    minutes = current_app.extensions["settings"].access_code_minutes
    named = _open_id() if request.form.get(NAMED) else None
    return render_template("status/code_sent.html", form=CodeForm(), miss=miss, named=named, minutes=minutes)
