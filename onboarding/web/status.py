"""Where an application stands: the look-up by NPI and Application ID, the documents, withdrawing."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from onboarding.errors import BadFile, BadInput, Conflict, NotFound, NotReady
from onboarding.extensions import committed, limiter
from onboarding.filecheck import FileFacts, check_upload
from onboarding.policy.documents import document_row
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import DocumentKind
from onboarding.policy.workflow import JOURNEY
from onboarding.queries.files import get_application
from onboarding.queries.status import StatusView, find_status_view, get_status_view
from onboarding.services.apply import withdraw_application
from onboarding.services.documents import check_asked, check_expiry, receive_document
from onboarding.storage import Store
from onboarding.web.access import (
    NO_SUCH_PAIR,
    anyone,
    applicant_only,
    find_by_pair,
    let_applicant_in,
    open_application_id,
)
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.forms.status import LookUpForm, UploadForm, WithdrawForm
from onboarding.web.status_shape import draw
from onboarding.web.status_words import StatusPage, status_page

bp = Blueprint("status", __name__, url_prefix="/status")

Answer = Response | str | tuple[str, int]
UPLOADS_PER_WINDOW = 40


def _upload_window() -> str:
    return f"{UPLOADS_PER_WINDOW} per {current_app.extensions['settings'].window_minutes} minutes"


def _upload_key() -> str:
    return f"uploads:{open_application_id()}"


@bp.get("")
@anyone
def look_up() -> str:
    """Ask for NPI and Application ID."""
    return render_template("status/look_up.html", form=LookUpForm(), miss="")


@bp.post("")
@anyone
def show() -> Answer:
    """The status page of this pair; one same answer whatever was wrong with it."""
    row = find_by_pair(request.form)
    if row is None:
        return _missed()
    let_applicant_in(row.id)
    return _page(get_status_view(row))


def _missed() -> tuple[str, int]:
    """The form again: the one answer to a wrong pair, or what was left empty at its field."""
    form = LookUpForm()
    empty = {field.name: f"Enter your {field.label.text}." for field in (form.npi, form.application_id)
             if not (field.data or "").strip()}  # fmt: skip
    put_errors(form, empty)
    miss = "" if empty else NO_SUCH_PAIR
    return render_template("status/look_up.html", form=form, miss=miss), 422


@bp.get("/application")
@applicant_only
def application() -> str:
    """The same page for an applicant who has been let in."""
    return _page(_view())


@bp.post("/documents")
@applicant_only
@limiter.limit(_upload_window, key_func=_upload_key)
def send_document() -> Answer:
    """Take one document: checked and stored before the transaction, forgotten when it is refused."""
    form = UploadForm()
    kind = form.document_kind()
    if kind is None:
        raise BadInput("Choose which document you send.")
    try:
        facts, data = _check(form, kind)
        _keep(form, kind, facts, data)
    except BadFile as refused:
        return _page(_view(), form, {"file": refused.message}), 422
    except BadInput as refused:
        return _page(_view(), form, refused.fields or {"file": refused.message}), 422
    flash(f"Received: {document_row(kind).label}. We will review it.", "success")
    return redirect(url_for("status.application"), 303)


@bp.route("/withdraw", methods=["GET", "POST"])
@applicant_only
def withdraw() -> Answer:
    """Withdraw, with the reason, where the workflow lets an applicant."""
    view = _view()
    if not status_page(view).may_withdraw:
        raise Conflict("This application cannot be withdrawn any more.")
    form = WithdrawForm()
    if request.method == "POST":
        try:
            with committed():
                found = get_application(open_application_id() or 0, for_change=True)
                withdraw_application(found, applicant(found.form.contact_name), plain(form.reason.data))
            flash("Your application is withdrawn.", "success")
            return redirect(url_for("status.application"), 303)
        except NotReady as refused:
            put_errors(form, {"reason": refused.reasons[0]})
    shown = render_template("status/withdraw.html", form=form, application=view.application)
    return (shown, 422) if form.errors else shown


@bp.post("/close")
@anyone
def close() -> Response:
    """Close the application in this browser, as on a shared computer."""
    session.pop("application", None)
    flash("The application is closed in this browser.", "info")
    return redirect(url_for("status.look_up"), 303)


def _view() -> StatusView:
    view = find_status_view(open_application_id() or 0)
    if view is None:
        raise NotFound("There is no such application.")
    return view


def _page(view: StatusView, form: UploadForm | None = None, problems: dict[str, str] | None = None) -> str:
    shown: StatusPage = status_page(view)
    plain_page = "_flashes" not in session and "group" not in session["application"]
    if form is None and plain_page:
        return draw(view.application, shown)
    typed: dict[str, Any] = {}
    if form is not None:
        typed = {
            "kind": form.kind.data,
            "expires_on": plain(form.expires_on.data),
            "problems": problems or {},
        }
    megabytes = current_app.extensions["settings"].upload_megabytes
    return render_template(
        "status/application.html",
        application=view.application,
        shown=shown,
        typed=typed,
        megabytes=megabytes,
        journey=JOURNEY,
    )


def _check(form: UploadForm, kind: DocumentKind) -> tuple[FileFacts, bytes]:
    found = get_application(open_application_id() or 0)
    check_asked(found, kind)
    expires_on = form.expiry()
    typed = plain(form.expires_on.data)
    if document_row(kind).expires and typed and expires_on is None:
        says = "Give the expiration date as month, day and year, for example 12/31/2027."
        raise BadInput(says, {"expires_on": says})
    upload = form.file.data
    if not upload or not upload.filename:
        raise BadInput(
            "Choose the file to send.", {"file": "Choose the file to send.", **_date_problem(kind, form)}
        )
    check_expiry(kind, expires_on)
    data = upload.read()
    limit = current_app.extensions["settings"].upload_megabytes * 1024 * 1024
    return check_upload(data, upload.filename, max_bytes=limit), data


def _date_problem(kind: DocumentKind, form: UploadForm) -> dict[str, str]:
    try:
        check_expiry(kind, form.expiry())
    except BadInput as refused:
        return refused.fields
    return {}


def _keep(form: UploadForm, kind: DocumentKind, facts: FileFacts, data: bytes) -> None:
    store = Store(current_app.extensions["settings"].storage)
    stored = store.put("documents", data)
    try:
        with committed():
            found = get_application(open_application_id() or 0, for_change=True)
            receive_document(
                found, kind, applicant(found.form.contact_name), file_name=facts.safe_name,
                media_type=facts.media_type, size=facts.size, pages=facts.pages, sha256=facts.sha256,
                storage_key=stored.key, expires_on=form.expiry(),
            )  # fmt: skip
    except BaseException:
        store.delete(stored.key)
        raise
