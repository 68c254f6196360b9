"""The staff room: its blueprint, and how a write of the desk is done and answered."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.queries.files import get_application
from onboarding.web.access import current_actor
from onboarding.web.staff.page import Trouble, show_file

bp = Blueprint("staff", __name__, url_prefix="/staff")

Do = Callable[[Application, Actor], str]
Answer = Response | tuple[str, int]


def write(application_id: int, form: str, do: Do) -> Answer:
    """Do one thing to one application and go back to its page, saying what was done.

    A refusal shows the page again with the reasons and everything that was typed into this form.
    """
    actor = current_actor()
    try:
        with committed():
            says = do(get_application(application_id, for_change=True), actor)
    except (BadInput, NotReady, Conflict) as error:
        reasons = tuple(getattr(error, "reasons", ())) or (error.message,)
        fields = getattr(error, "fields", {})
        return show_file(application_id, Trouble(form, reasons, fields, request.form)), error.status_code
    flash(says, "success")
    return redirect(url_for("staff.file", application_id=application_id, _anchor=form.split(":")[0]), 303)
