"""Who may open what: every route declares its rule, and a route without one answers nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_security import current_user, logout_user
from werkzeug.wrappers import Response

from onboarding.clock import seconds
from onboarding.errors import NotAllowed, NotFound
from onboarding.policy.access import may
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """Anyone; an applicant who has shown NPI and Application ID; or staff whose role has this capability."""

    who: str
    capability: Capability | None = None


PUBLIC = Rule("anyone")
APPLICANT = Rule("applicant")
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


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    rule = rule_of(current_app, request.endpoint)
    if rule is None:
        raise NotFound("There is no such page.")
    if rule.who == "staff":
        return _check_staff(rule)
    if rule.who == "applicant" and open_application_id() is None:
        flash("Please enter your NPI and Application ID to go on.", "info")
        return redirect(url_for("status.look_up"))
    return None


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
        moment - seen > settings.staff_idle_minutes * 60 or moment - began > settings.staff_session_hours * 3600
    )


def current_actor() -> Actor:
    """The signed-in member of staff, as the services know people."""
    return Actor(current_user.id, current_user.name, current_user.role_set)


def let_applicant_in(application_id: int) -> None:
    """Remember in the session that this visitor has shown NPI and Application ID, or has started the draft."""
    session["application"] = {"id": application_id, "seen": int(seconds())}


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
