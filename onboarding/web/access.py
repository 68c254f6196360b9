"""Who may open what: every route declares its rule, and a route without one answers nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_security import current_user, logout_user
from werkzeug.wrappers import Response

from onboarding.clock import seconds
from onboarding.errors import NotAllowed, NotFound
from onboarding.extensions import committed, vault
from onboarding.policy.access import may, opens
from onboarding.policy.identifiers import parse_application_id
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, Opening, Shown
from onboarding.queries.files import get_application
from onboarding.queries.status import find_application_row, find_public_id
from onboarding.services.access_codes import ask_access, use_code
from onboarding.web.forms.fields import plain
from onboarding.web.forms.status import CodeForm, read_pair
from onboarding.web.limits import count_try

View = TypeVar("View", bound=Callable[..., Any])

# Every form of an applicant names the application it was drawn for; on the page that asks for the pair once more,
# the fields of the pair stand apart from those that are carried along.
NAMED = "for_application"
AGAIN = "again-"
_BY_CODE = "by_code"
NO_SUCH_PAIR = "We find no application with this NPI and Application ID. Check both against your confirmation e-mail and try again."
WRONG_CODE = (
    "This does not open an application: the code is wrong, was used, or is too old. Look at the newest message from us, "
    "or ask for a new code."
)


@dataclass(frozen=True)
class Rule:
    """Anyone; an applicant who has shown what this opens on; or staff whose role has this capability."""

    who: str
    capability: Capability | None = None
    opening: Opening | None = None


PUBLIC = Rule("anyone")
SIGNED_IN = Rule("staff")

# The pages that are not ours: static files and Flask-Security's, by endpoint.
OTHERS: dict[str, Rule] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "security.static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.change_password": SIGNED_IN,
    "security.verify": SIGNED_IN,
}


def _declare(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


anyone = _declare(PUBLIC)
signed_in = _declare(SIGNED_IN)


def staff_who(capability: Capability) -> Callable[[View], View]:
    """The view is for staff whose role has this capability (policy/access.py)."""
    return _declare(Rule("staff", capability))


def applicant_who(opening: Opening) -> Callable[[View], View]:
    """The view is for an applicant who has shown what opens this (policy/access.py)."""
    return _declare(Rule("applicant", opening=opening))


# A view that does not say what it opens asks for the code.
applicant_only = applicant_who(Opening.SEE_DETAIL)


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The declared rule of a route, or None."""
    found = OTHERS.get(endpoint)
    return found or getattr(app.view_functions.get(endpoint), "access_rule", None)


def init_access(app: Flask) -> None:
    """Ask before every request."""
    app.before_request(_check)


def _check() -> Response | tuple[str, int] | None:
    if request.endpoint is None:
        return None
    rule = rule_of(current_app, request.endpoint)
    if rule is None:
        raise NotFound("There is no such page.")
    if rule.who == "staff":
        return _check_staff(rule)
    return _check_applicant(rule.opening) if rule.opening else None


def _check_applicant(opening: Opening) -> Response | tuple[str, int] | None:
    if request.method == "POST" and NAMED in request.form:
        return _check_form(opening)
    if open_application_id() is None:
        flash("Please enter your NPI and Application ID to go on.", "info")
        return redirect(url_for("status.look_up"))
    if request.method == "POST":
        return _ask_again("", 409)
    if is_open(opening):
        return None
    flash("This opens with a link or code that we send to the e-mail address on file.", "info")
    return redirect(url_for("codes.ask"))


def _check_form(opening: Opening) -> tuple[str, int] | None:
    """A form is taken for the application it names and no other, and only where what was shown opens it; else the pair,
    and where it takes one the code, is asked for, and what was typed kept."""
    miss = ""
    if f"{AGAIN}npi" in request.form:
        row = find_by_pair({name: request.form.get(AGAIN + name, "") for name in ("npi", "application_id")})
        if row is None:
            miss = NO_SUCH_PAIR
        else:
            let_applicant_in(row.id)
    found = open_application_id()
    if found is None:
        return _ask_again(miss, 422)
    if find_public_id(found) != request.form[NAMED] or miss:
        return _ask_again(miss, 409)
    return None if is_open(opening) else _ask_code(found)


def _ask_code(application_id: int) -> tuple[str, int] | None:
    """Take the code that was typed for this form; else mail one, and ask for it with what was typed carried along."""
    typed = plain(request.form.get(f"{AGAIN}code"))
    if typed:
        if enter_code(application_id, typed):
            return None
        return _ask_again(WRONG_CODE, 422, ask_code=True)
    mail_code(application_id, get_application(application_id).npi)
    return _ask_again("", 422, ask_code=True)


def mail_code(application_id: int | None, npi: str) -> None:
    """Mail a link and a code where there is an application; counted for the NPI in either case. Raises
    TooManyRequests."""
    settings = current_app.extensions["settings"]
    count_try("code asked", vault().digest(npi)[:24], settings.access_codes_per_window)
    if application_id is not None:
        with committed():
            ask_access(get_application(application_id, for_change=True), settings.access_code_minutes)


def enter_code(application_id: int, typed: str) -> bool:
    """Let the applicant in who has typed the mailed code; a wrong one costs a try."""
    with committed():
        right = use_code(get_application(application_id, for_change=True), typed)
    if right:
        let_applicant_in(application_id, by_code=True)
    return right


def _ask_again(miss: str, status: int, *, ask_code: bool = False) -> tuple[str, int]:
    """The pair once more, or the code, with what was typed carried along; a file is not."""
    found = open_application_id()
    typed = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if not name.endswith("csrf_token") and not name.startswith(AGAIN)
    ]
    return render_template(
        "status/again.html", form=CodeForm(prefix=AGAIN), miss=miss, ask_code=ask_code, typed=typed, here=request.full_path.rstrip("?"),
        open_now=find_public_id(found) if found else "", named=parse_application_id(request.form.get(NAMED, "")),
        file_lost=bool(request.files),
    ), status  # fmt: skip


def find_by_pair(typed: Mapping[str, str]) -> Any:
    """The row of the application with this NPI and Application ID, or None. Every try is counted for its address, and
    the wrong ones for the NPI: a stranger cannot lock anybody out. Raises TooManyRequests."""
    most = current_app.extensions["settings"].lookups_per_window
    count_try("look-up", get_remote_address(), most)
    npi, public_id = read_pair(typed)
    row = find_application_row(public_id, npi)
    if row is None:
        count_try("look-up missed", vault().digest(npi)[:24], most)
    return row


def _check_staff(rule: Rule) -> Response | None:
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=request.path if request.method == "GET" else None))
    if _session_over():
        logout_user()
        session.clear()
        flash("You were signed out because the session was idle. Please sign in again.", "info")
        return redirect(url_for("security.login", next=request.path if request.method == "GET" else None))
    session["seen"] = int(seconds())
    if rule.capability and not may(current_user.role_set, rule.capability):
        raise NotAllowed("Your role does not open this page.")
    return None


def _session_over() -> bool:
    settings = current_app.extensions["settings"]
    moment = seconds()
    began, seen = session.get("began"), session.get("seen")
    if began is None or seen is None:
        return True
    return bool(
        moment - seen > settings.staff_idle_minutes * 60
        or moment - began > settings.staff_session_hours * 3600
    )


def current_actor() -> Actor:
    """The signed-in member of staff, as the services know people."""
    return Actor(current_user.id, current_user.name, current_user.role_set)


def let_applicant_in(application_id: int, *, by_code: bool = False) -> None:
    """Remember in the session that this visitor has shown NPI and Application ID; or the mailed code, or has started the
    draft. Who has shown the code of several applications may go from one to the other."""
    moment = int(seconds())
    session["application"] = {"id": application_id, "seen": moment}
    if by_code:
        session[_BY_CODE] = {**_fresh_codes(), str(application_id): moment}


def forget_applicant() -> None:
    """Close what is open in this browser, and every code that was shown."""
    session.pop("application", None)
    session.pop(_BY_CODE, None)


def shown_of(application_id: int) -> Shown:
    """What was shown in this session for this application."""
    return Shown.CODE if str(application_id) in _fresh_codes() else Shown.PAIR


def is_open(opening: Opening) -> bool:
    """Does what was shown for the application that is open now open this?"""
    found = open_application_id()
    if found is None:
        return False
    shown = shown_of(found)
    return opens(shown, opening) or opens(
        shown, opening, email_on_file=bool(get_application(found).form.email_on_file)
    )


def open_application_id() -> int | None:
    """The application this visitor may see and change, until the session has been idle too long."""
    found = session.get("application")
    if not found:
        return None
    by_code = session.get(_BY_CODE) or {}
    if seconds() - found["seen"] > _idle_seconds():
        session.pop("application")
        if by_code:
            session[_BY_CODE] = {key: seen for key, seen in by_code.items() if key != str(found["id"])}
        return None
    if seconds() - found["seen"] > 60:
        let_applicant_in(found["id"], by_code=shown_of(found["id"]) is Shown.CODE)
    return int(found["id"])


def _fresh_codes() -> dict[str, int]:
    """The applications whose code was shown, until each was idle too long."""
    by_code: dict[str, int] = session.get(_BY_CODE) or {}
    return {key: seen for key, seen in by_code.items() if seconds() - seen <= _idle_seconds()}


def _idle_seconds() -> int:
    return int(current_app.extensions["settings"].applicant_idle_minutes * 60)
