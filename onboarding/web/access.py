"""Who may open what: every route declares its rule, and a route without one answers nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from onboarding.clock import seconds
from onboarding.errors import NotAllowed, NotFound
from onboarding.extensions import visitor_address
from onboarding.policy.access import may
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries.status import find_application_id, find_public_id
from onboarding.web.again import AGAIN, NAMED, ask_for_pair, ask_to_sign_in, end_session
from onboarding.web.forms.status import read_pair
from onboarding.web.limits import count_try

View = TypeVar("View", bound=Callable[..., Any])

NO_SUCH_PAIR = "We find no application with this NPI and Application ID. Check both against your confirmation e-mail and try again."


@dataclass(frozen=True)
class Rule:
    """Anyone; an applicant who has shown NPI and Application ID; or staff whose role has this capability."""

    who: str
    capability: Capability | None = None


PUBLIC = Rule("anyone")
APPLICANT = Rule("applicant")
SIGNED_IN = Rule("staff")

# The pages that are not ours: static files and Flask-Security's, by endpoint. Its page for showing the password once
# more (security.verify) is needed by nothing here, has no rule and so answers nobody.
OTHERS: dict[str, Rule] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "security.static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.change_password": SIGNED_IN,
}


def _declare(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


anyone = _declare(PUBLIC)
applicant_only = _declare(APPLICANT)
signed_in = _declare(SIGNED_IN)


def staff_who(capability: Capability) -> Callable[[View], View]:
    """The view is for staff whose role has this capability (policy/access.py)."""
    return _declare(Rule("staff", capability))


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
    return _check_applicant() if rule.who == "applicant" else None


def _check_applicant() -> Response | tuple[str, int] | None:
    if request.method == "POST" and NAMED in request.form:
        return _check_form()
    if open_application_id() is None:
        flash("Please enter your NPI and Application ID to go on.", "info")
        return redirect(url_for("status.look_up"))
    return _ask_again("", 409) if request.method == "POST" else None


def _check_form() -> tuple[str, int] | None:
    """A form is taken for the application it names and no other; else the pair is asked for, and what was typed kept."""
    miss = ""
    if f"{AGAIN}npi" in request.form:
        pair = find_by_pair({name: request.form.get(AGAIN + name, "") for name in ("npi", "application_id")})
        if pair is None:
            miss = NO_SUCH_PAIR
        else:
            let_applicant_in(pair)
    found = open_application_id()
    if found is None:
        return _ask_again(miss, 422)
    return None if find_public_id(found) == request.form[NAMED] and not miss else _ask_again(miss, 409)


def _ask_again(miss: str, status: int) -> tuple[str, int]:
    found = open_application_id()
    return ask_for_pair(miss, status, (find_public_id(found) or "") if found else "")


def find_by_pair(typed: Mapping[str, str]) -> int | None:
    """The application with this NPI and Application ID, or None. Every try is counted for its address, and for nothing
    else: a stranger cannot lock anybody out, and whatever was wrong gets the one same answer. Raises TooManyRequests."""
    count_try("look-up", visitor_address(), current_app.extensions["settings"].lookups_per_window)
    npi, public_id = read_pair(typed)
    return find_application_id(public_id, npi)


def _check_staff(rule: Rule) -> Response | tuple[str, int] | None:
    if current_user.is_authenticated and _session_over():
        end_session()
        flash("You were signed out because the session was idle. Please sign in again.", "info")
    if not current_user.is_authenticated:
        return ask_to_sign_in()
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


def let_applicant_in(application_id: int, *, group: int | None = None) -> None:
    """Remember in the session that this visitor has shown NPI and Application ID, or has started the draft.

    `group`: the application of the group from whose page this one, of its practitioner, was opened.
    """
    way_back = {} if group is None else {"group": group}
    session["application"] = {"id": application_id, "seen": int(seconds()), **way_back}


def open_application_id() -> int | None:
    """The application this visitor may see and change, until the session has been idle too long."""
    found = session.get("application")
    if not found:
        return None
    idle = current_app.extensions["settings"].applicant_idle_minutes * 60
    if seconds() - found["seen"] > idle:
        session.pop("application")
        return None
    if seconds() - found["seen"] > 60:
        session["application"] = {**found, "seen": int(seconds())}
    return int(found["id"])
