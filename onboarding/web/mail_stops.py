"""E-mail at each change of the stage: chosen on the status page, or turned off by the link in such a mail."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.extensions import committed, csrf
from onboarding.mail import ONE_CLICK
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import Opening
from onboarding.queries.files import get_application
from onboarding.queries.mail_stops import read_stop_link
from onboarding.services.mail_stops import choose_mails, stop_by_link
from onboarding.web.access import anyone, applicant_who, open_application_id

bp = Blueprint("mail_stops", __name__, url_prefix="/status/mails")

Answer = Response | str | tuple[str, int]
_FIELD, _PRESSED = ONE_CLICK.split("=")


@bp.post("")
@applicant_who(Opening.CHOOSE_MAILS)
def choose() -> Response:
    """Keep what is ticked on the status page."""
    wanted = "wanted" in request.form
    with committed():
        found = get_application(open_application_id() or 0, for_change=True)
        choose_mails(found, applicant(found.form.contact_name), wanted=wanted)
    flash(f"E-mail at each change is {'on' if wanted else 'off'}.", "success")
    return redirect(url_for("status.application"), 303)


@bp.get("/<link>")
@anyone
def ask(link: str) -> Answer:
    """One button: a program that only looks at what a mail links to turns nothing off."""
    return _page(link, "ask") if read_stop_link(link) is not None else _wrong(link)


@bp.post("/<link>")
@csrf.exempt
@anyone
def stop(link: str) -> Answer:
    """Turn the mails off: by the button of the page, or by that of the reader's mail program, which posts the same from
    a server of its own, without a session and without a token (RFC 8058). The link alone is shown and the session is not
    asked, so no page of a stranger's can have done here what it could not do itself. Answered without a redirect."""
    if read_stop_link(link) is None:
        return _wrong(link)
    if request.form.get(_FIELD) != _PRESSED:
        return _page(link, "ask")
    with committed():
        stopped = stop_by_link(link)
    return _page(link, "done") if stopped else _wrong(link)


def _page(link: str, says: str) -> str:
    return render_template("status/mails.html", link=link, says=says, field=_FIELD, pressed=_PRESSED)


def _wrong(link: str) -> tuple[str, int]:
    """One same answer to every link that is none."""
    return _page(link, "wrong"), 404
