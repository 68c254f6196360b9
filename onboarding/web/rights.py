"""The applicant's rights: to review what we gathered, to correct what is wrong, to be told the status."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.clock import today
from onboarding.errors import BadInput, NotFound
from onboarding.extensions import committed, limiter
from onboarding.filecheck import EXTENSIONS, safe_name
from onboarding.models import Application
from onboarding.policy import rights as policy
from onboarding.policy.days import say
from onboarding.policy.deadlines import clock
from onboarding.policy.people import applicant
from onboarding.policy.uploads import CLOSED_SCANS
from onboarding.policy.verifications import labels
from onboarding.policy.vocabulary import RightsKind
from onboarding.queries.files import (
    get_application,
    get_credentialing_file,
    list_documents,
    list_verifications,
)
from onboarding.queries.looks import find_looks
from onboarding.queries.review import get_document
from onboarding.queries.rights import is_asked_today, list_notices, list_open_notices, list_rights_requests
from onboarding.services.rights import about_notice, ask_correction, ask_to_leave, notice_code, use_page
from onboarding.web.access import applicant_only, open_application_id
from onboarding.web.forms.fields import choices_of, plain, put_errors
from onboarding.web.forms.rights import CorrectionForm, LeaveForm
from onboarding.web.handing_out import hand_out
from onboarding.web.nppes_beside import nppes_panel

bp = Blueprint("rights", __name__, url_prefix="/rights")

Answer = Response | str | tuple[str, int]
CORRECTIONS_PER_WINDOW = 20


def _window() -> str:
    return f"{CORRECTIONS_PER_WINDOW} per {current_app.extensions['settings'].window_minutes} minutes"


def _key() -> str:
    return f"corrections:{open_application_id()}"


@bp.get("")
@applicant_only
def desk() -> str:
    """The three rights, and every request made so far."""
    application = _application()
    days = {row.kind.value: clock(row.clock, today()).amount for row in policy.TABLE}
    return render_template(
        "rights/desk.html", application=application, days=days, requests=list_rights_requests(application.id),
        notices=[(notice, notice_code(notice)) for notice in list_open_notices(application.id)],
    )  # fmt: skip


@bp.post("/review")
@applicant_only
def ask_review() -> Response:
    """Log the request; the page behind it answers at once."""
    _use_page(RightsKind.REVIEW)
    return redirect(url_for("rights.review"), 303)


@bp.get("/review")
@applicant_only
def review() -> Answer:
    """What was gathered: never references, peer review, notes of staff or minutes. Shown once it was asked for today."""
    application = _application()
    if not is_asked_today(application.id, RightsKind.REVIEW):
        return redirect(url_for("rights.desk"))
    file = get_credentialing_file(application)
    facts = [fact for fact in list_verifications(application.id) if fact.statement == application.statement]
    told = {notice.facts["verification"]: notice.facts["items"][0] for notice in list_notices(application.id)}
    documents = list_documents(application.id)[::-1]
    looks = find_looks([document.id for document in documents if document.scan_state not in CLOSED_SCANS])
    return render_template(
        "rights/review.html", application=application, labels=labels(file), documents=documents, facts=facts[::-1], told=told,
        copies={number for number, look in looks.items() if look.view_key}, nppes=nppes_panel(application),
        results=policy.RESULTS, authorization=policy.authorization_told(file),
        screening=policy.screening_told(file.screening),
    )  # fmt: skip


@bp.get("/documents/<public_id>")
@applicant_only
def document_copy(public_id: str) -> Response:
    """The applicant's own document, as the copy without anything active; never one that a scanner holds."""
    found = get_document(public_id)
    look = find_looks([found.id]).get(found.id)
    theirs = found.application_id == _application().id
    if not theirs or found.scan_state in CLOSED_SCANS or look is None or not look.view_key:
        raise NotFound("There is no such document.")
    name = safe_name(found.file_name, EXTENSIONS[look.view_media_type])
    return hand_out(look.view_key, look.view_sha256, look.view_media_type, f"copy of {name}")


@bp.post("/status")
@applicant_only
def ask_status() -> Response:
    """Log the request; the status page answers at once."""
    _use_page(RightsKind.STATUS)
    return redirect(url_for("status.application"), 303)


@bp.route("/correct", methods=["GET", "POST"])
@applicant_only
@limiter.limit(_window, key_func=_key, methods=["POST"])
def correct() -> Answer:
    """Ask for a correction: what, what is wrong with it, what is right."""
    application = _application()
    form = CorrectionForm(about=request.args.get("about", ""))
    open_notices = {notice_code(notice): notice for notice in list_open_notices(application.id)}
    notices = [(code, about_notice(notice)) for code, notice in open_notices.items()]
    others = [(about, about) for about in policy.correctable(get_credentialing_file(application))]
    form.about.choices = choices_of([("", "Choose"), *notices, *others])
    if request.method == "POST":
        try:
            with committed():
                found = _application(for_change=True)
                asked = ask_correction(
                    found, applicant(found.form.contact_name), about=plain(form.about.data),
                    wrong=plain(form.wrong.data), right=plain(form.right.data),
                )  # fmt: skip
                due_on = asked.due_on
            if plain(form.about.data) in open_notices:
                flash(
                    f"We have your answer to our notice, look into it and write to you by {say(due_on)}.",
                    "success",
                )
                return redirect(url_for("status.application"), 303)
            flash(f"We have your request and answer it by {say(due_on)}.", "success")
            return redirect(url_for("rights.desk"), 303)
        except BadInput as refused:
            put_errors(form, refused.fields)
    chosen = open_notices.get(plain(form.about.data))
    shown = render_template(
        "rights/correct.html", application=application, form=form, answered=chosen,
        told=[chosen] if chosen else open_notices.values(),
    )  # fmt: skip
    return (shown, 422) if form.errors else shown


@bp.route("/leave", methods=["GET", "POST"])
@applicant_only
@limiter.limit(_window, key_func=_key, methods=["POST"])
def leave() -> Answer:
    """Ask to leave the network: from which day, and why."""
    application = _application()
    if application.status not in policy.LEAVING_STATUSES:
        raise NotFound("There is no such page.")
    form = LeaveForm()
    if request.method == "POST":
        try:
            with committed():
                found = _application(for_change=True)
                asked = ask_to_leave(
                    found, applicant(found.form.contact_name), wished=plain(form.wished.data),
                    why=plain(form.reason.data),
                )  # fmt: skip
                due_on = asked.due_on
            flash(
                f"We have your request and answer it by {say(due_on)}. Until then you stay in the network.",
                "success",
            )
            return redirect(url_for("rights.desk"), 303)
        except BadInput as refused:
            put_errors(form, refused.fields)
    shown = render_template("rights/leave.html", application=application, form=form)
    return (shown, 422) if form.errors else shown


def _application(*, for_change: bool = False) -> Application:
    """The application this visitor has shown, once it was sent: before, there is nothing gathered."""
    found = get_application(open_application_id() or 0, for_change=for_change)
    if found.received_on is None:
        raise NotFound("This page opens when you have sent your application.")
    return found


def _use_page(kind: RightsKind) -> None:
    with committed():
        found = _application(for_change=True)
        use_page(found, kind, applicant(found.form.contact_name))
