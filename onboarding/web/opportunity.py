"""The Access Opportunity Form: share an idea, or refer a provider. Open to anyone, a limited number of times."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from onboarding.errors import BadInput
from onboarding.extensions import committed, visitor_address
from onboarding.services.invitations import refer_provider, share_idea
from onboarding.web.access import anyone
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.forms.opportunity import IdeaForm, ReferralForm
from onboarding.web.limits import count_try

bp = Blueprint("opportunity", __name__, url_prefix="/opportunity")

Answer = Response | str | tuple[str, int]
SENT_PER_WINDOW = 10


@bp.get("")
@anyone
def choose() -> str:
    """An idea, or a provider to refer."""
    return render_template("opportunity/choose.html")


@bp.route("/idea", methods=["GET", "POST"])
@anyone
def idea() -> Answer:
    """Share an idea."""
    return _form_page(IdeaForm(), "opportunity/idea.html", share_idea, "Thank you. We read every idea.")


@bp.route("/provider", methods=["GET", "POST"])
@anyone
def provider() -> Answer:
    """Refer a provider; staff follow it as an invitation."""
    says = "Thank you. Our staff get in touch with the provider."
    return _form_page(ReferralForm(), "opportunity/provider.html", refer_provider, says)


def _form_page(form: FlaskForm, page: str, keep: Callable[[Mapping[str, str]], Any], says: str) -> Answer:
    if request.method == "POST":
        count_try("opportunity", visitor_address(), SENT_PER_WINDOW)
        answers = {field.name: plain(field.data) for field in form if field.name != "csrf_token"}
        try:
            with committed():
                keep(answers)
            flash(says, "success")
            return redirect(url_for("opportunity.choose"), 303)
        except BadInput as refused:
            put_errors(form, refused.fields)
    shown = render_template(page, form=form)
    return (shown, 422) if form.errors else shown
