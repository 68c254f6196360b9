"""The practitioners of a group: its rosters, what became of each, and every practitioner on one page."""

import hashlib
import re
from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from onboarding.clock import now, on_day, today
from onboarding.errors import BadInput, NotFound
from onboarding.extensions import committed, limiter
from onboarding.filecheck import safe_name
from onboarding.models import Application, Roster, RosterRow
from onboarding.policy import roster as policy
from onboarding.policy.deadlines import after, clock
from onboarding.policy.people import Actor, applicant
from onboarding.policy.roster import match_headers
from onboarding.policy.stages import JOURNEY
from onboarding.policy.vocabulary import Opening, RosterState
from onboarding.queries.files import get_application
from onboarding.queries.rosters import (
    each_refused,
    get_member,
    get_roster,
    list_in_already,
    list_refused,
    list_rosters,
    list_valid,
    remembered_columns,
)
from onboarding.services.rosters import (
    choose_columns,
    may_send_roster,
    receive_roster,
    resume_roster,
    start_import,
    stop_roster,
)
from onboarding.storage import Store
from onboarding.web.access import (
    anyone,
    applicant_only,
    is_open,
    lead_to_code,
    let_applicant_in,
    open_application_id,
    way_back,
)
from onboarding.web.forms.fields import plain, put_errors
from onboarding.web.forms.roster import RosterForm
from onboarding.web.roster_files import errors_csv, template_csv, template_xlsx
from onboarding.web.roster_members import STAGE_LABELS, members_csv, read_members

bp = Blueprint("roster", __name__, url_prefix="/roster")

ROSTERS_PER_WINDOW = 20
NAMES_SHOWN = 6
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _window() -> str:
    return f"{ROSTERS_PER_WINDOW} per {current_app.extensions['settings'].window_minutes} minutes"


def _key() -> str:
    return f"rosters:{open_application_id()}"


@bp.before_request
def go_back() -> Answer | None:
    """From a practitioner's application back to the group it was opened from, whose own rule is then asked."""
    group = way_back()
    if request.method != "GET" or group is None or open_application_id() is None:
        return None
    let_applicant_in(group)
    return redirect(request.full_path.rstrip("?"))


@bp.get("")
@anyone
def rosters() -> Answer | str:
    """Send a roster, get the template, see the earlier ones; whoever has no group open reads how to open it."""
    found = open_application_id()
    if found is None or not may_send_roster(get_application(found)):
        return render_template("roster/about.html", other=found is not None, max_rows=policy.MAX_ROWS)
    return _list_page(RosterForm()) if is_open(Opening.SEE_DETAIL) else lead_to_code()


@bp.post("")
@applicant_only
@limiter.limit(_window, key_func=_key)
def send() -> Answer | tuple[str, int]:
    """Keep the file; the clock checks it. The same file again leads to the roster it was the first time."""
    _group()
    form = RosterForm()
    data = form.file.data.read() if form.file.data else b""
    if not data:
        put_errors(form, {"file": "Choose the file with your practitioners; it must not be empty."})
        return _list_page(form), 422
    roster_id, is_new = _keep(data, _file_name(form.file.data.filename or ""))
    if not is_new:
        flash("You have sent this file before. Nothing was changed.", "info")
    return redirect(url_for("roster.roster", public_id=roster_id), 303)


@bp.get("/template.csv")
@applicant_only
def csv_template() -> Response:
    """Our own columns, as CSV."""
    _group()
    return _download(template_csv(), "text/csv; charset=utf-8", "roster.csv")


@bp.get("/template.xlsx")
@applicant_only
def xlsx_template() -> Response:
    """Our own columns, as a workbook."""
    _group()
    return _download(template_xlsx(), _XLSX, "roster.xlsx")


@bp.get("/practitioners")
@applicant_only
def practitioners() -> str:
    """Every practitioner of the group: where each stands, and what is awaited."""
    group = _group()
    return render_template(
        "roster/practitioners.html", application=group, members=read_members(group), stage_labels=STAGE_LABELS,
        journey=JOURNEY,
    )  # fmt: skip


@bp.get("/practitioners.csv")
@applicant_only
def practitioners_csv() -> Response:
    """The same list, whole, as a file."""
    return _download(members_csv(read_members(_group())), "text/csv; charset=utf-8", "practitioners.csv")


@bp.post("/practitioners/<int:row_id>/open")
@applicant_only
def open_member(row_id: int) -> Answer:
    """Open the application of one practitioner of this group; the way back is kept."""
    group = _group()
    let_applicant_in(get_member(group, row_id), group=group.id)
    return redirect(url_for("status.application"), 303)


@bp.get("/<public_id>")
@applicant_only
def roster(public_id: str) -> str:
    """One roster: how far it is, what is to be corrected, what comes next."""
    return _roster_page(public_id)


@bp.post("/<public_id>/columns")
@applicant_only
def columns(public_id: str) -> Answer | tuple[str, int]:
    """Keep which of our columns stands where; the roster is checked anew."""
    chosen = {
        int(name.removeprefix("column-")): code
        for name, code in request.form.items()
        if re.fullmatch(r"column-[0-9]{1,3}", name) and policy.label_of(code) != code
    }
    try:
        return _do(public_id, lambda group, found, actor: choose_columns(group, found, chosen, actor))
    except BadInput as refused:
        return _roster_page(public_id, chosen, refused.message), 422


@bp.post("/<public_id>/import")
@applicant_only
def import_rows(public_id: str) -> Answer:
    """Have an application made of each good row."""
    return _do(public_id, start_import)


@bp.post("/<public_id>/stop")
@applicant_only
def stop(public_id: str) -> Answer:
    """Stop what runs; what is done stays done."""
    return _do(public_id, stop_roster)


@bp.post("/<public_id>/resume")
@applicant_only
def resume(public_id: str) -> Answer:
    """Go on where it was stopped."""
    return _do(public_id, resume_roster)


@bp.get("/<public_id>/to-correct.csv")
@applicant_only
def to_correct(public_id: str) -> Response:
    """The refused rows as they were sent, each with what to correct."""
    found = get_roster(_group(), public_id)
    data = errors_csv((found.reading or {}).get("headers", []), each_refused(found))
    stem = found.file_name.rpartition(".")[0] or found.file_name
    return _download(data, "text/csv; charset=utf-8", f"{stem} to correct.csv")


def _group(*, for_change: bool = False) -> Application:
    """The application this visitor has shown, where it is that of a group that may send rosters."""
    group = get_application(open_application_id() or 0, for_change=for_change)
    if not may_send_roster(group):
        raise NotFound("There is no roster for this application.")
    return group


def _do(public_id: str, act: Callable[[Application, Roster, Actor], None]) -> Answer:
    with committed():
        group = _group(for_change=True)
        act(group, get_roster(group, public_id, for_change=True), applicant(group.form.contact_name))
    return redirect(url_for("roster.roster", public_id=public_id), 303)


def _keep(data: bytes, file_name: str) -> tuple[str, bool]:
    """The public id of the roster, and whether it is new. A file that is not needed is not left behind."""
    store = Store(current_app.extensions["settings"].storage)
    stored = store.put("rosters", data)
    needed = False
    try:
        with committed():
            group = _group(for_change=True)
            found = receive_roster(
                group, applicant(group.form.contact_name), file_name=file_name,
                sha256=hashlib.sha256(data).hexdigest(), storage_key=stored.key,
            )  # fmt: skip
            public_id, is_new = found.public_id, found.storage_key == stored.key
        needed = is_new
    finally:
        if not needed:
            store.delete(stored.key)
    return public_id, is_new


def _file_name(name: str) -> str:
    """The name as it was sent, its ending too, made harmless."""
    stem, dot, ending = name.rpartition(".")
    if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        return safe_name(stem, (ending,))
    return safe_name(name, ("csv",)).removesuffix(".csv")


def _list_page(form: RosterForm) -> str:
    group = _group()
    return render_template(
        "roster/list.html", application=group, form=form, rosters=list_rosters(group), labels=policy.STATE_LABELS,
        max_rows=policy.MAX_ROWS, kept_days=clock("roster_kept", today()).amount, megabytes=current_app.extensions["settings"].upload_megabytes, table=policy.TABLE,
    )  # fmt: skip


def _roster_page(public_id: str, chosen: dict[int, str] | None = None, problem: str = "") -> str:
    group = _group()
    found = get_roster(group, public_id)
    headers: list[str] = (found.reading or {}).get("headers", [])
    placed = match_headers(headers, remembered_columns(group))
    return render_template(
        "roster/roster.html", application=group, roster=found, problem=problem, policy=policy, headers=headers,
        placed=placed, chosen=placed if chosen is None else chosen, missing=policy.missing_columns(placed),
        unread=[header for place, header in enumerate(headers) if header and place not in placed and header != policy.WHAT_TO_CORRECT],
        in_already=list_in_already(found) if found.state is RosterState.DONE else [],
        samples=(found.reading or {}).get("samples", []), notes=(found.reading or {}).get("notes", []), pace=_pace(found),
        refused=list_refused(found, request.args.get("page", 1, int)), divided=_divided(found),
        kept_until=after("roster_kept", on_day(found.sent_at)),
    )  # fmt: skip


def _divided(found: Roster) -> list[RosterRow]:
    """The first names that stood whole in one column, as we divided them."""
    whole = "full_name" in (found.reading or {}).get("columns", {}).values()
    return list_valid(found, NAMES_SHOWN) if whole else []


def _pace(found: Roster) -> tuple[int, int] | None:
    """Rows a second of what runs now, and the seconds it still needs; None when neither can be told yet."""
    done = found.progress - found.run_from
    if found.state not in policy.WORKING_STATES or found.run_started_at is None or done <= 0:
        return None
    rate = done / max((now() - found.run_started_at).total_seconds(), 1)
    return round(rate), round((found.progress_of - found.progress) / rate)


def _download(data: bytes, media_type: str, name: str) -> Response:
    answer = Response(data, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=plain(name))
    return answer
