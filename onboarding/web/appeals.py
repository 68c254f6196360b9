"""Asking for an appeal, by the applicant, within the time that the letter gives."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.appeals import OUTCOME_LABELS
from onboarding.policy.days import say
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import Opening
from onboarding.queries.appeals import find_appealable_letter, last_day_of, list_appeals
from onboarding.queries.facts import letter_fact
from onboarding.queries.files import get_application
from onboarding.services.appeals import ask_appeal
from onboarding.web.access import applicant_who, open_application_id
from onboarding.web.forms.appeals import AppealForm
from onboarding.web.forms.fields import plain, put_errors

bp = Blueprint("appeals", __name__, url_prefix="/status")

Answer = Response | str | tuple[str, int]


@bp.route("/appeal", methods=["GET", "POST"])
@applicant_who(Opening.ASK_APPEAL)
def appeal() -> Answer:
    """Ask for an appeal: what is disputed, and why. Afterwards the page says where the appeal stands."""
    form = AppealForm()
    if request.method == "POST":
        try:
            with committed():
                found = _application(for_change=True)
                due_on = ask_appeal(
                    found, applicant(found.form.contact_name), plain(form.grounds.data)
                ).due_on
            flash(f"We have your appeal and decide it by {say(due_on)}. A letter confirms it.", "success")
            return redirect(url_for("appeals.appeal"), 303)
        except BadInput as refused:
            put_errors(form, refused.fields)
        except Conflict as refused:
            flash(refused.message, "warning")
            return redirect(url_for("appeals.appeal"), 303)
    shown = _page(form)
    return (shown, 422) if form.errors else shown


def _page(form: AppealForm) -> str:
    application = _application()
    letter = find_appealable_letter(application)
    last_day = last_day_of(letter, letter_fact(letter)) if letter else None
    return render_template(
        "status/appeal.html",
        form=form,
        application=application,
        last_day=last_day,
        in_time=last_day is not None and today() <= last_day,
        appeals=list_appeals(application.id),
        outcomes=OUTCOME_LABELS,
    )


def _application(*, for_change: bool = False) -> Application:
    return get_application(open_application_id() or 0, for_change=for_change)
