"""A provider we know already: said as soon as NPI and tax ID are typed, to whoever typed exactly both.

Nothing is told about the other application, and only so many pairs are answered: for one address, so that a list of
pairs leads nowhere, and for one NPI, so that nobody finds out a tax ID by trying. Beyond that the form goes on as if
nothing were known; the signature is refused all the same (policy/guards).
"""

from flask import Blueprint, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from onboarding.extensions import committed, vault, visitor_address
from onboarding.models import Application
from onboarding.policy.vocabulary import Opening
from onboarding.queries.files import get_application
from onboarding.queries.sending import find_same_provider, read_pair
from onboarding.services.lost_ids import mail_application_id
from onboarding.web.access import applicant_who
from onboarding.web.form_room import FormClosed, open_form, render_form, show_status
from onboarding.web.limits import may_ask

bp = Blueprint("duplicates", __name__, url_prefix="/apply")
bp.register_error_handler(FormClosed, show_status)
TAX_IDS_OF_ONE_NPI = 5

MAILED = (
    "If an e-mail address is on file for that application, its Application ID is on the way there. Look in your junk "
    "folder too."
)


@bp.get("/duplicate")
@applicant_who(Opening.CHANGE_FORM)
def duplicate() -> Response | str:
    """Two ways on: the application that is there, or another NPI or tax ID."""
    application = open_form()
    if find_duplicate(application) is None:
        return redirect(url_for("apply.task_list"))
    return render_form("duplicate", application, before=url_for("apply.task_list"))


@bp.post("/duplicate")
@applicant_who(Opening.CHANGE_FORM)
def mail_id() -> Response:
    """Mail the Application ID to where only the applicant reads it."""
    found = find_duplicate(open_form())
    if found is None:
        return redirect(url_for("apply.task_list"), 303)
    with committed():
        mail_application_id(get_application(found, for_change=True))
    flash(MAILED, "info")
    return redirect(url_for("status.look_up"), 303)


def find_duplicate(application: Application) -> int | None:
    """The application we have under the NPI and tax ID of this form; None also when too many pairs were asked."""
    pair = read_pair(application)
    if pair is None:
        return None
    most = current_app.extensions["settings"].forms_per_window
    npi, both = (vault().digest(text)[:24] for text in (pair[0], "/".join(pair)))
    asked = may_ask("provider", visitor_address(), both, most) and may_ask(
        "NPI", npi, both, TAX_IDS_OF_ONE_NPI
    )
    return find_same_provider(application) if asked else None
