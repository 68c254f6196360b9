"""After the welcome letter: the onboarding list, and how the provider is paid."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from onboarding.errors import BadInput, NotFound
from onboarding.extensions import committed, limiter
from onboarding.models import Application, Participation
from onboarding.policy.onboarding_list import TABLE
from onboarding.policy.people import Actor, applicant
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import AccountType, OnboardingStep, PaymentChoice
from onboarding.queries.files import get_application
from onboarding.queries.portal import find_open_participation, find_payment, list_done
from onboarding.services.onboarding_list import finish_onboarding_step, undo_onboarding_step
from onboarding.services.payments import PAYMENT_LABELS, choose_payment
from onboarding.web.access import applicant_only, open_application_id
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.forms.portal import PAYMENT_HINTS, PaymentForm
from onboarding.web.status_words import PORTAL_STATUSES

bp = Blueprint("portal", __name__, url_prefix="/portal")

Answer = Response | str | tuple[str, int]
_LONGEST = 60


def _window() -> str:
    settings = current_app.extensions["settings"]
    return f"{settings.sign_ins_per_window} per {settings.window_minutes} minutes"


def _key() -> str:
    return f"payment:{open_application_id()}"


@bp.get("")
@applicant_only
def onboarding_list() -> str:
    """What is left to do before the first member comes."""
    participation, _, application = _participation()
    done = list_done(participation.id)
    payment = find_payment(participation.id)
    return render_template(
        "portal/list.html", application=application, participation=participation, rows=TABLE, done=done, payment=payment,
        payment_labels=PAYMENT_LABELS, payment_step=OnboardingStep.PAYMENT,
    )  # fmt: skip


@bp.post("/steps/<step>")
@applicant_only
def finish_step(step: str) -> Response:
    """Mark one item of the list as done."""
    if step not in set(OnboardingStep):
        raise NotFound("There is no such page.")
    with committed():
        participation, actor, _ = _participation(for_change=True)
        finish_onboarding_step(participation, OnboardingStep(step), actor)
    flash("Marked as done.", "success")
    return redirect(url_for("portal.onboarding_list"), 303)


@bp.post("/steps/<step>/undo")
@applicant_only
def undo_step(step: str) -> Response:
    """Take back that one item of the list is done."""
    if step not in set(OnboardingStep):
        raise NotFound("There is no such page.")
    with committed():
        participation, actor, _ = _participation(for_change=True)
        undo_onboarding_step(participation, OnboardingStep(step), actor)
    flash("Marked as not done.", "success")
    return redirect(url_for("portal.onboarding_list"), 303)


@bp.get("/payment")
@applicant_only
def payment() -> str:
    """The three ways to be paid."""
    return _payment_page(PaymentForm())


@bp.post("/payment")
@applicant_only
@limiter.limit(_window, key_func=_key)
def choose() -> Answer:
    """Keep the choice; the contact on file is told by mail."""
    form = PaymentForm()
    problems = _problems(form)
    if "choice" not in problems:
        problems = {**_choose(form), **problems}
    if problems:
        put_errors(form, problems)
        return _payment_page(form), 422
    flash("Your payment choice is saved. We are sending a note about it to the contact on file.", "success")
    return redirect(url_for("portal.onboarding_list"), 303)


def _participation(*, for_change: bool = False) -> tuple[Participation, Actor, Application]:
    """The participation of the application this visitor has shown, once its welcome letter has left."""
    application = get_application(open_application_id() or 0, for_change=for_change)
    found = find_open_participation(application.id)
    if found is None or application.status not in PORTAL_STATUSES:
        raise NotFound("The onboarding list opens when your welcome letter has left.")
    return found, applicant(application.form.contact_name), application


def _problems(form: PaymentForm) -> dict[str, str]:
    found = {}
    if form.choice.data not in set(PaymentChoice):
        found["choice"] = "Choose how you want to be paid."
    if not plain(form.provider_number.data):
        found["provider_number"] = "Enter the provider number from your welcome letter."
    return found


def _choose(form: PaymentForm) -> dict[str, str]:
    typed: dict[str, Any] = {
        code: plain(form[code].data)[: _LONGEST * 2]
        for code in ("bank_name", "routing_number", "account_number")
    }
    kind = form.account_type.data
    try:
        with committed():
            participation, actor, _ = _participation(for_change=True)
            choose_payment(
                participation, PaymentChoice(form.choice.data), actor,
                provider_number=plain(form.provider_number.data)[:_LONGEST],
                account_type=AccountType(kind) if kind in set(AccountType) else None, **typed,
            )  # fmt: skip
    except BadInput as refused:
        return refused.fields
    return {}


def _payment_page(form: PaymentForm) -> str:
    participation, _, application = _participation()
    return render_template(
        "portal/payment.html", application=application, form=form, payment=find_payment(participation.id), payment_labels=PAYMENT_LABELS,
        hints=PAYMENT_HINTS, echo_phone=PLAN.echo_phone, eft=PaymentChoice.EFT,
    )  # fmt: skip
