"""The contract form: a draft, one page after another, the check of the answers, the signature."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from onboarding.clock import today
from onboarding.errors import NotFound, NotReady
from onboarding.extensions import committed, visitor_address
from onboarding.models import Application
from onboarding.policy.attestation import NON_DISCRIMINATION, RIGHTS, STATEMENT
from onboarding.policy.contract_form import fields_for, problems
from onboarding.policy.corrections import STAYS, UNCHANGED, askable, reason_problem
from onboarding.policy.deadlines import after
from onboarding.policy.documents import requirements
from onboarding.policy.form_pages import PAGES, SECTIONS, pages_from_ccvs
from onboarding.policy.plan import KIND_LABELS, PARTNERS
from onboarding.policy.provider_types import provider_type, types_for
from onboarding.policy.signer import signer_name, signer_problem
from onboarding.policy.vocabulary import Action, ApplicationKind, Opening, ProviderKind, Subject
from onboarding.policy.workflow import EDITABLE_STATUSES, statuses_with
from onboarding.queries.corrections import is_unchanged, list_left, list_questions
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.queries.sending import list_obstacles, read_pair
from onboarding.services.apply import (
    change_type,
    find_fixed,
    may_change_type,
    save_answers,
    save_demographics,
    start_draft,
    submit_application,
)
from onboarding.services.drafts import discard_draft, may_delete
from onboarding.storage import Store
from onboarding.web import prefill
from onboarding.web.access import (
    anyone,
    applicant_only,
    applicant_who,
    forget_applicant,
    let_applicant_in,
    open_application_id,
    way_back,
)
from onboarding.web.duplicates import find_duplicate
from onboarding.web.form_answers import answers_to_check, changes_since_sent, entries_shown
from onboarding.web.form_room import (
    FINISHED,
    FormClosed,
    PageStays,
    address_after,
    address_before,
    here,
    is_complete,
    must_be_open,
    open_form,
    render_form,
    show_list,
    show_status,
    states_of,
)
from onboarding.web.forms.apply import LEFT, BackgroundForm, TypeForm, reasons_given, sign_form
from onboarding.web.forms.contract import contract_page, judge_page, sent_though_closed, stay_as_they_are
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.limits import count_try

bp = Blueprint("apply", __name__, url_prefix="/apply")
bp.register_error_handler(FormClosed, show_status)
bp.register_error_handler(PageStays, show_list)

Answer = Response | str | tuple[str, int]


@bp.route("", methods=["GET", "POST"], strict_slashes=False)
@anyone
def choose_type() -> Answer:
    """Practitioner or organization, and which type: this starts the draft."""
    kind = _kind()
    if kind is None:
        flash(
            Markup('First choose what kind of provider you are. <a href="#kind-0">Go to the choice</a>'),
            "info",
        )
        return redirect(url_for("home.start"))
    form = TypeForm()
    form.offer(kind)
    if request.method == "POST" and (code := form.choice()):
        _count_form("form begun")
        with committed():
            application_id = start_draft(kind, code).id
        let_applicant_in(application_id, by_code=True)
        return redirect(url_for("apply.page", page=next(iter(PAGES))), 303)
    return _type_page(form, kind, None)


@bp.route("/type", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def another_type() -> Answer:
    """Another provider type for a draft; what was answered and still applies is kept."""
    application = open_form()
    form = TypeForm(data={"provider_type": application.provider_type.value})
    form.offer(application.provider_kind)
    if application.kind is ApplicationKind.RECREDENTIALING:
        raise NotFound("There is no such page.")
    if not may_change_type(application):
        raise PageStays
    if request.method == "POST" and (code := form.choice()):
        with committed():
            draft = open_form(for_change=True)
            change_type(draft, draft.provider_kind, code)
        return redirect(url_for("apply.task_list"), 303)
    return _type_page(form, application.provider_kind, application)


@bp.get("/list")
@applicant_who(Opening.CHANGE_FORM)
def task_list() -> str:
    """Every part of the form and how far it is."""
    application = open_form()
    states = states_of(application)
    tasks = {
        title: [(PAGES[code], state) for code, state in states.items() if PAGES[code].section == section]
        for section, title in SECTIONS.items()
    }
    return render_form(
        "list", application, tasks=tasks, ready=is_complete(states), background=_background_state(application),
        from_ccvs=pages_from_ccvs(provider_type(application.provider_type)), to_correct=prefill.pages_from_group(application) | _to_correct(application),
        may_change_type=_may_change_type(application), may_delete=may_delete(application),
    )  # fmt: skip


@bp.route("/<page>", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def page(page: str) -> Answer:
    """One page of the form. What is good is saved, also when something else on the page is not."""
    application = open_form()
    pair = read_pair(application)
    row = provider_type(application.provider_type)
    asked = PAGES.get(page)
    if asked is None or not asked.put_to(row):
        raise NotFound("There is no such page.")
    codes = [field.code for field in fields_for(row, page)] + ([asked.group.code] if asked.group else [])
    open_now = must_be_open(application, *codes)
    form = contract_page(row, page, application.form.answers, open_now)
    to_correct = [question for question in list_questions(application) if question.page == page]
    for question in to_correct:
        if question.field in form:
            field = form[question.field]
            field.description = f"To correct: {question.comment} {field.description}".rstrip()
    open_entries: dict[str, str] = {}
    if request.method == "POST":
        good = form.take(application.form.answers, judge_page(row, page))
        if closed := sent_though_closed(row, page, application.form.answers, open_now, request.form):
            flash(f"{STAYS} Not changed: {'; '.join(closed)}.", "info")
        fixed = find_fixed(application, good) or prefill.find_refused(application, good)
        filled = prefill.fill(form, application, good, fixed)
        put_errors(form, fixed)
        with committed():
            save_answers(
                open_form(for_change=True),
                {code: good[code] for code in good if code not in fixed and code not in filled},
            )
        application = open_form()
        if not form.errors and pair != read_pair(application) and find_duplicate(application):
            return redirect(url_for("duplicates.duplicate"), 303)
        if asked.group and not form.errors:
            open_entries = problems(row, application.form.answers, today(), page)
        if asked.group and asked.group.code in open_entries:
            back = "list-check" if request.args.get("back") == "check" else None
            return redirect(url_for("entries.entry", page=page, entry_id="new", back=back), 303)
        if filled and not form.errors:
            return redirect(here(), 303)
        if not form.errors and not open_entries:
            return redirect(address_after(asked, application), 303)
    prefill.suggest(form, application)
    shown = render_form(
        "page", application, form=form, page=asked, row=row, before=address_before(asked, application), to_correct=to_correct,
        entries=entries_shown(asked, application), stays=stay_as_they_are(row, page, application.form.answers, open_now),
        open_entries=open_entries, wanted=bool(asked.group and asked.group.wanted(application.form.answers)),
    )  # fmt: skip
    return (shown, 422) if form.errors or open_entries else shown


@bp.route("/background", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def background() -> Answer:
    """The optional question, kept apart from the file; skipping it forgets what was answered."""
    application = open_form()
    form = BackgroundForm(data=application.form.demographics or {})
    if request.method == "POST":
        answers = None if "skip" in request.form else form.answers()
        with committed():
            save_demographics(open_form(for_change=True), answers)
        done = is_complete(states_of(open_form()))
        return redirect(url_for("apply.check" if done else "apply.task_list"), 303)
    before = url_for("apply.check" if request.args.get("back") == "check" else "apply.task_list")
    return render_form("background", application, form=form, before=before, note=NON_DISCRIMINATION)


@bp.route("/delete", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def delete() -> Answer:
    """Ask once, then delete the draft with everything that was typed."""
    application = open_form()
    if not may_delete(application):
        raise NotFound("There is no such page.")
    if request.method == "POST":
        with committed():
            keys = discard_draft(open_form(for_change=True))
        store = Store(current_app.extensions["settings"].storage)
        for key in keys:
            store.delete(key)
        group = way_back()
        if group is None:
            forget_applicant()
        else:
            let_applicant_in(group)
        flash("The form is deleted, with everything you typed.", "success")
        return redirect(url_for("roster.practitioners" if group else "home.start"), 303)
    return render_form("delete", application, before=url_for("apply.task_list"))


@bp.get("/precheck")
@applicant_who(Opening.CHANGE_FORM)
def precheck() -> str:
    """What Arkansas rejects most for, and how this form stands in each."""
    application = open_form()
    before = url_for("apply.task_list")
    return render_form(
        "precheck", application, results=prefill.look_over(application), link=prefill.link, before=before
    )


@bp.route("/check", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def check() -> Answer:
    """Check your answers, read the statement, sign, send."""
    application = open_form()
    row = provider_type(application.provider_type)
    labels = askable(row)
    left = [(asked.field, labels[asked.field][1], asked.comment) for asked in list_left(application)]
    unchanged = is_unchanged(application)
    form = sign_form(left, unchanged)
    reasons: tuple[str, ...] = ()
    states = states_of(application)
    if request.method == "POST" and is_complete(states):
        wrong = signer_problem(row, application.form.answers, plain(form.signature.data))
        form.find_problems()
        unsaid = {
            LEFT + code: says
            for code, why in reasons_given(form).items()
            if (says := reason_problem(code, why))
        }
        put_errors(form, unsaid | ({"signature": wrong} if wrong else {}))
    if request.method == "POST" and not form.errors:
        _count_form("form sent")
        prefill.learn_npi(application)
        try:
            with committed():
                submit_application(
                    open_form(for_change=True),
                    signature=plain(form.signature.data),
                    agreed=bool(form.agreed.data),
                    left=reasons_given(form),
                )
            return redirect(url_for("apply.done"), 303)
        except NotReady as refused:
            reasons = refused.reasons
            application = open_form()
    shown = render_form(
        "check", application, form=form, reasons=reasons, left=[LEFT + code for code, _, _ in left],
        unchanged=LEFT + UNCHANGED if unchanged else "",
        changes=changes_since_sent(application), parts_shown=answers_to_check(application), statement=STATEMENT,
        open_pages=[PAGES[code] for code, state in states.items() if state not in FINISHED],
        duplicate=find_duplicate(application) is not None, obstacles=list_obstacles(application),
        rights=RIGHTS, demographics=application.form.demographics, signer=signer_name(row, application.form.answers),
        before=url_for("apply.task_list"), results=prefill.look_over(application), link=prefill.link,
        may_change_type=_may_change_type(application),
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
    return render_form(
        "done", application, changes=changes_since_sent(application), needed=needed, read_by=application.due_on if application.status in statuses_with(Action.ACCEPT) else None, documents_by=after("work_gathering", sent_on),
        email=application.form.contact_email, row=provider_type(application.provider_type),
    )  # fmt: skip


@bp.get("/sent")
@applicant_only
def sent() -> Answer:
    """The answers of a form that was sent, to print and to keep."""
    application = get_application(open_application_id() or 0)
    if application.status in EDITABLE_STATUSES:
        return redirect(url_for("apply.task_list"))
    parts = [
        (code, title, [(question, answer, "", "") for question, answer, _, _ in lines])
        for code, title, lines in answers_to_check(application)
    ]
    return render_form("sent", application, row=provider_type(application.provider_type), parts_shown=parts)


def _count_form(what: str) -> None:
    count_try(what, visitor_address(), current_app.extensions["settings"].forms_per_window)


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
        here=here(),
    )
    return (shown, 422) if form.errors else shown


def _background_state(application: Application) -> str:
    return "done" if application.form.demographics else "optional"


def _may_change_type(application: Application) -> bool:
    return application.kind is ApplicationKind.INITIAL and may_change_type(application)


def _to_correct(application: Application) -> dict[str, str]:
    """By page, which of its questions are to be corrected."""
    asked = askable(provider_type(application.provider_type))
    found: dict[str, list[str]] = {}
    for question in list_questions(application):
        if question.field in asked:
            found.setdefault(question.page, []).append(asked[question.field][1])
    return {page: f"To correct: {', '.join(labels)}" for page, labels in found.items()}
