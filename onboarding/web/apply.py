"""The contract form: a draft, one page after another, the check of the answers, the signature."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from onboarding.clock import on_day, today
from onboarding.errors import NotFound, NotReady
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.attestation import NON_DISCRIMINATION, RIGHTS, STATEMENT
from onboarding.policy.contract_form import PAGES, fields_for, problems
from onboarding.policy.deadlines import after, clock
from onboarding.policy.documents import requirements
from onboarding.policy.plan import KIND_LABELS, PARTNERS
from onboarding.policy.provider_types import provider_type, types_for
from onboarding.policy.vocabulary import ApplicationKind, ProviderKind, Subject
from onboarding.policy.workflow import EDITABLE_STATUSES, JOURNEY, STAGES
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.services.apply import (
    change_type,
    find_fixed,
    save_answers,
    save_demographics,
    start_draft,
    submit_application,
)
from onboarding.web import prefill
from onboarding.web.access import anyone, applicant_only, let_applicant_in, open_application_id
from onboarding.web.forms.contract import BackgroundForm, SignForm, TypeForm, contract_page, to_check
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.limits import count_try

bp = Blueprint("apply", __name__, url_prefix="/apply")

Answer = Response | str | tuple[str, int]
_ORDER = (*PAGES, "background", "check")


class FormClosed(Exception):
    """The form has been sent: there is nothing to fill in any more."""


@bp.errorhandler(FormClosed)
def show_status(_closed: FormClosed) -> Response:
    """A form that has been sent is seen on the status page."""
    return redirect(url_for("status.application"), 303)


@bp.route("", methods=["GET", "POST"], strict_slashes=False)
@anyone
def choose_type() -> Answer:
    """Practitioner or organization, and which type: this starts the draft."""
    kind = _kind()
    if kind is None:
        flash("First choose what kind of provider you are.", "info")
        return redirect(url_for("home.start"))
    form = TypeForm()
    form.offer(kind)
    if request.method == "POST" and (code := form.choice()):
        _count_form("form begun")
        with committed():
            application_id = start_draft(kind, code).id
        let_applicant_in(application_id)
        return redirect(url_for("apply.page", page=next(iter(PAGES))), 303)
    return _type_page(form, kind, None)


@bp.route("/type", methods=["GET", "POST"])
@applicant_only
def another_type() -> Answer:
    """Another provider type for a draft; what was answered and still applies is kept."""
    application = _open_form()
    form = TypeForm(data={"provider_type": application.provider_type.value})
    form.offer(application.provider_kind)
    if application.kind is ApplicationKind.RECREDENTIALING:
        raise NotFound("There is no such page.")
    if request.method == "POST" and (code := form.choice()):
        with committed():
            draft = _open_form(for_change=True)
            change_type(draft, draft.provider_kind, code)
        return redirect(url_for("apply.task_list"), 303)
    return _type_page(form, application.provider_kind, application)


@bp.get("/list")
@applicant_only
def task_list() -> str:
    """Every part of the form and how far it is."""
    application = _open_form()
    states = _states(application)
    ready = all(states[page] == "done" for page in PAGES)
    return _render("list", application, states=states, ready=ready, background=_background_state(application))


@bp.route("/<page>", methods=["GET", "POST"])
@applicant_only
def page(page: str) -> Answer:
    """One page of the form. What is good is saved, also when something else on the page is not."""
    if page not in PAGES:
        raise NotFound("There is no such page.")
    application = _open_form()
    row = provider_type(application.provider_type)
    form = contract_page(row, page, application.form.answers)
    if request.method == "POST":
        good = form.take(application.form.answers)
        fixed = find_fixed(application, good) or prefill.find_refused(application, good)
        filled = prefill.fill(form, application, good, fixed)
        put_errors(form, fixed)
        with committed():
            save_answers(
                _open_form(for_change=True),
                {code: good[code] for code in good if code not in fixed and code not in filled},
            )
        if not form.errors:
            return redirect(_here() if filled else _next(page), 303)
        application = _open_form()
    prefill.suggest(form, application)
    shown = _render(
        "page",
        application,
        form=form,
        page=page,
        number=_ORDER.index(page) + 1,
        before=_before(page),
        row=row,
    )
    return (shown, 422) if form.errors else shown


@bp.route("/background", methods=["GET", "POST"])
@applicant_only
def background() -> Answer:
    """The optional question, kept apart from the file; skipping it forgets what was answered."""
    application = _open_form()
    form = BackgroundForm(data=application.form.demographics or {})
    if request.method == "POST":
        answers = None if "skip" in request.form else form.answers()
        with committed():
            save_demographics(_open_form(for_change=True), answers)
        return redirect(url_for("apply.check"), 303)
    return _render(
        "background",
        application,
        form=form,
        number=len(PAGES) + 1,
        before=_before("background"),
        note=NON_DISCRIMINATION,
    )


@bp.get("/precheck")
@applicant_only
def precheck() -> str:
    """What Arkansas rejects most for, and how this form stands in each."""
    application = _open_form()
    return _render(
        "precheck",
        application,
        results=prefill.look_over(application),
        link=prefill.link,
        before=_before("check"),
    )


@bp.route("/check", methods=["GET", "POST"])
@applicant_only
def check() -> Answer:
    """Check your answers, read the statement, sign, send."""
    application = _open_form()
    form = SignForm()
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and not form.find_problems():
        _count_form("form sent")
        try:
            with committed():
                submit_application(
                    _open_form(for_change=True), signature=plain(form.signature.data), agreed=True
                )
            return redirect(url_for("apply.done"), 303)
        except NotReady as refused:
            reasons = refused.reasons
            application = _open_form()
    shown = _render(
        "check", application, form=form, reasons=reasons, parts_shown=_to_check(application), states=_states(application),
        before=_before("check"), results=prefill.look_over(application), link=prefill.link, statement=STATEMENT, rights=RIGHTS, demographics=application.form.demographics,
    )  # fmt: skip
    return (shown, 422) if reasons or form.errors else shown


@bp.get("/done")
@applicant_only
def done() -> Answer:
    """The form is with us: the Application ID, large, and what happens next."""
    application = get_application(open_application_id() or 0)
    if application.status in EDITABLE_STATUSES:
        return redirect(url_for("apply.task_list"))
    file = get_credentialing_file(application)
    needed = [item for item in requirements(file) if item.outstanding]
    sent_on = application.received_on or today()
    return _render(
        "done", application, needed=needed, read_by=application.due_on, documents_by=after("work_gathering", sent_on),
        email=application.form.contact_email, row=provider_type(application.provider_type),
    )  # fmt: skip


def _count_form(what: str) -> None:
    count_try(what, get_remote_address(), current_app.extensions["settings"].forms_per_window)


def _open_form(*, for_change: bool = False) -> Application:
    application = get_application(open_application_id() or 0, for_change=for_change)
    if application.status not in EDITABLE_STATUSES:
        raise FormClosed
    return application


def _kind() -> ProviderKind | None:
    """The kind named in the address; None for one we do not enrol ourselves."""
    named = request.args.get("kind", "")
    return ProviderKind(named) if named in set(ProviderKind) and named not in PARTNERS else None


def _type_page(form: TypeForm, kind: ProviderKind, application: Application | None) -> Answer:
    groups = [
        (subject, [row.code.value for row in types_for(kind, subject)])
        for subject in Subject
        if types_for(kind, subject)
    ]
    current = None if application else open_application_id()
    shown = render_template(
        "apply/type.html",
        form=form,
        kind_label=KIND_LABELS[kind][0],
        groups=groups,
        application=application,
        draft_open=current,
        here=_here(),
    )
    return (shown, 422) if form.errors else shown


def _render(template: str, application: Application, **shown: Any) -> str:
    return render_template(
        f"apply/{template}.html", application=application, pages=PAGES, journey=JOURNEY,
        stage=STAGES[application.status], kept_until=after("draft_kept", on_day(application.changed_at)), total=len(_ORDER), here=_here(),
        attested_within=clock("attestation_age", today()).amount, **shown,
    )  # fmt: skip


def _here() -> str:
    """The address of this page for its form: without the place on it that an error's link led to."""
    return request.full_path.rstrip("?")


def _states(application: Application) -> dict[str, str]:
    row, answers = provider_type(application.provider_type), application.form.answers
    return {page: _state(page, row, answers) for page in PAGES}


def _state(page: str, row: Any, answers: dict[str, Any]) -> str:
    if not any(answers.get(field.code) for field in fields_for(row, page)):
        return "not_started"
    return "in_progress" if problems(row, answers, today(), page) else "done"


def _background_state(application: Application) -> str:
    return "done" if application.form.demographics else "optional"


def _to_check(application: Application) -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    row, answers = provider_type(application.provider_type), application.form.answers
    return [
        (page, title, [
            (field.label, text, url_for("apply.page", page=page, back="check") + f"#{field.code}", field.label)
            for field, text in to_check(row, page, answers)
        ])
        for page, title in PAGES.items()
    ]  # fmt: skip


def _next(page: str) -> str:
    if request.args.get("back") == "check":
        return url_for("apply.check")
    following = _ORDER[_ORDER.index(page) + 1]
    return url_for("apply.background") if following == "background" else url_for("apply.page", page=following)


def _before(page: str) -> str:
    if request.args.get("back") == "check":
        return url_for("apply.check")
    place = _ORDER.index(page)
    if place == 0:
        return url_for("apply.task_list")
    before = _ORDER[place - 1]
    return url_for("apply.background") if before == "background" else url_for("apply.page", page=before)
