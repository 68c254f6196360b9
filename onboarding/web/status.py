"""Where an application stands: the look-up by NPI and Application ID, the documents, withdrawing."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, limiter
from onboarding.policy.access import opens
from onboarding.policy.documents import document_row
from onboarding.policy.people import applicant
from onboarding.policy.stages import JOURNEY
from onboarding.policy.vocabulary import Action, ApplicationKind, DocumentKind, Opening
from onboarding.policy.workflow import EDITABLE_STATUSES, NETWORK_STATUSES, statuses_with
from onboarding.queries.appeals import find_appealable_letter, find_told, last_day_of
from onboarding.queries.facts import letter_fact
from onboarding.queries.files import get_application
from onboarding.queries.looks import list_requests
from onboarding.queries.mail_stops import is_mail_wanted
from onboarding.queries.papers import find_sent_files
from onboarding.queries.status import StatusView
from onboarding.services.apply import withdraw_application
from onboarding.web.access import (
    NO_SUCH_PAIR,
    anyone,
    applicant_only,
    applicant_who,
    find_by_pair,
    forget_applicant,
    is_open,
    let_applicant_in,
    open_application_id,
    shown_of,
)
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.forms.status import LookUpForm, UploadForm, WithdrawForm
from onboarding.web.status_messages import list_messages
from onboarding.web.status_words import StatusPage, open_view, status_page
from onboarding.web.uploads import take_files

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
    """To the status page of this pair, which Back and Reload then show; one same answer whatever was wrong with it."""
    found = find_by_pair(request.form)
    if found is None:
        return _missed()
    let_applicant_in(found)
    return redirect(url_for("status.application"), 303)


def _missed() -> tuple[str, int]:
    """The form again: the one answer to a wrong pair, or what was left empty at its field."""
    form = LookUpForm()
    empty = {field.name: f"Enter your {field.label.text}." for field in (form.npi, form.application_id)
             if not (field.data or "").strip()}  # fmt: skip
    put_errors(form, empty)
    miss = "" if empty else NO_SUCH_PAIR
    return render_template("status/look_up.html", form=form, miss=miss), 422


@bp.get("/application")
@applicant_who(Opening.SEE_STAGE)
def application() -> str:
    """The status page of the application that is open in this browser."""
    return _page(open_view())


@bp.post("/documents")
@applicant_who(Opening.SEND_DOCUMENT)
@limiter.limit(_upload_window, key_func=_upload_key)
def send_document() -> Answer:
    """Take the files of one document, each for itself; the answer says which were not received, and why."""
    form = UploadForm()
    kind = form.document_kind()
    if kind is None:
        raise BadInput("Choose which document you send.")
    try:
        _check_awaited(kind)
        taken = take_files(open_application_id() or 0, kind, form, request.files.getlist("file"))
    except BadInput as refused:
        return _page(open_view(), form, refused.fields or {"file": refused.message}), 422
    if taken.received:
        what = document_row(kind).label if len(taken.received) == 1 else f"{len(taken.received)} files"
        names = f" ({', '.join(taken.received)})" if taken.refused or len(taken.received) > 1 else ""
        flash(
            f"Received: {what}{names}. We will review {'it' if len(taken.received) == 1 else 'them'}.",
            "success",
        )
    if taken.refused:
        return _page(open_view(), form, {"file": taken.says}, partly=bool(taken.received)), 422
    return redirect(url_for("status.application"), 303)


@bp.get("/requests")
@applicant_only
def requests() -> str:
    """What the applicant was asked for, why, when and by whom, and what answered it."""
    return render_template(
        "status/requests.html",
        application=open_view().application,
        requests=list_requests(open_application_id() or 0),
    )


@bp.route("/withdraw", methods=["GET", "POST"])
@applicant_who(Opening.WITHDRAW)
def withdraw() -> Answer:
    """Withdraw, with the reason, where the workflow lets an applicant."""
    view = open_view()
    shown_there = status_page(view)
    if not shown_there.may_withdraw:
        raise Conflict(f"This application cannot be withdrawn any more. {shown_there.how_to_leave}".strip())
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
        except BadInput as refused:
            put_errors(form, refused.fields)
    shown = render_template("status/withdraw.html", form=form, application=view.application)
    return (shown, 422) if form.errors else shown


@bp.post("/close")
@anyone
def close() -> Response:
    """Close the application in this browser, as on a shared computer."""
    forget_applicant()
    flash("The application is closed in this browser.", "info")
    return redirect(url_for("status.look_up"), 303)


def _shown(view: StatusView) -> StatusPage:
    """In full by the code; a form still open also by the pair alone, where no e-mail address is on file for a code."""
    detail = opens(shown_of(view.application.id), Opening.SEE_DETAIL)
    by_pair = not detail and view.file.status in EDITABLE_STATUSES and is_open(Opening.SEE_DETAIL)
    return status_page(view, detail=detail or by_pair)


def _may_appeal(view: StatusView, shown: StatusPage) -> bool:
    """Is there a decision to appeal against, or an appeal? Of who is in the network that opens with the code."""
    if view.application.status in NETWORK_STATUSES:
        return shown.detail and find_told(view.application.id) is not None
    return view.application.status in statuses_with(Action.ACCEPT_APPEAL)


def _check_awaited(kind: DocumentKind) -> None:
    """Without the code only what is missing is taken: nobody puts another file in the place of one that is there."""
    shown = _shown(open_view())
    if (
        shown.asked
        and not shown.detail
        and kind not in {item.row.kind for item in shown.asked if item.outstanding}
    ):
        says = "We have this document. To send another, first open the application with the code from your e-mail."
        raise BadInput(says)


def _page(
    view: StatusView,
    form: UploadForm | None = None,
    problems: dict[str, str] | None = None,
    *,
    partly: bool = False,
) -> str:
    typed: dict[str, Any] = {}
    if form is not None:
        typed = {
            "kind": form.kind.data,
            "expires_on": plain(form.expires_on.data),
            "problems": problems or {},
            "partly": partly,
            "again": any(file.filename for file in request.files.getlist("file")),
        }
    megabytes = current_app.extensions["settings"].upload_megabytes
    shown = _shown(view)
    sent = shown.detail and view.application.received_on is not None
    renewed = view.application.kind is ApplicationKind.RECREDENTIALING
    messages = list_messages(view.application.id, renewed=renewed) if shown.detail else []
    may_appeal = _may_appeal(view, shown)
    letter = (
        find_appealable_letter(get_application(view.application.id)) if may_appeal and shown.detail else None
    )
    last_day = last_day_of(letter, letter_fact(letter)) if letter else None
    files = find_sent_files([version.id for item in shown.asked for version in item.versions])
    return render_template(
        "status/application.html",
        application=view.application,
        shown=shown,
        sent_files=files,
        to_check=[
            item.row
            for item in shown.asked
            if item.document and item.document.id in files and files[item.document.id].to_check
        ],
        mails=is_mail_wanted(view.application.id) if sent else None,
        may_choose_mails=sent and is_open(Opening.CHOOSE_MAILS),
        messages=messages,
        may_appeal=may_appeal,
        appeal_until=last_day,
        appeal_over=last_day is not None and last_day < today(),
        typed=typed,
        megabytes=megabytes,
        journey=JOURNEY,
    )
