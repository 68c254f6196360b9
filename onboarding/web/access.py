"""Who may open what: every route declares its rule, and a route without one answers nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from onboarding.clock import seconds
from onboarding.errors import NotAllowed, NotFound
from onboarding.extensions import committed, vault, visitor_address
from onboarding.policy.access import may, opens
from onboarding.policy.committee import TIED
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, Opening, Shown
from onboarding.queries.access_codes import find_mailed_to
from onboarding.queries.committee import is_concerned
from onboarding.queries.files import get_application
from onboarding.queries.mail_stops import digest_of_address
from onboarding.queries.status import find_application_id, find_public_id
from onboarding.services.access_codes import ask_access, use_code
from onboarding.web.again import AGAIN, NAMED, ask_for_pair, ask_to_sign_in, end_session
from onboarding.web.forms.fields import plain
from onboarding.web.forms.status import read_pair
from onboarding.web.limits import count_try, refuse_after_misses

View = TypeVar("View", bound=Callable[..., Any])

_BY_CODE, _MAILED = "by_code", "mailed"
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
    return lead_to_code()


def lead_to_code() -> Response:
    """To the page that mails the code, which says why one is there."""
    flash("This opens with a link or code that we send to the e-mail address on file.", "info")
    return redirect(url_for("codes.ask"))


def _check_form(opening: Opening) -> tuple[str, int] | None:
    """A form is taken for the application it names and no other, and only where what was shown opens it; else the pair,
    and where it takes one the code, is asked for, and what was typed kept."""
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
    group = way_back()
    if group is not None and find_public_id(group) == request.form[NAMED]:  # its list stood in another window
        let_applicant_in(group)
        found = group
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
    application = get_application(application_id)
    mail_code(application_id, application.npi, application.public_id)
    return _ask_again("", 422, ask_code=True)


def mail_code(application_id: int | None, npi: str, public_id: str) -> None:
    """Mail a link and a code where there is an application; counted for the pair in either case, so that nobody is kept
    from a code by a stranger who knows the NPI alone. Raises TooManyRequests."""
    settings = current_app.extensions["settings"]
    pair = vault().digest(f"{npi}/{public_id}")[:24]
    count_try("code asked", pair, settings.access_codes_per_window)
    if application_id is not None:
        with committed():
            ask_access(get_application(application_id, for_change=True), settings.access_code_minutes)


def enter_code(application_id: int, typed: str) -> bool:
    """Let the applicant in who has typed the mailed code; a wrong one costs a try, and a miss of its address."""
    refuse_who_missed()
    with committed():
        right = use_code(get_application(application_id, for_change=True), typed)
    if right:
        let_in_by_mail(application_id)
    else:
        count_missed()
    return right


def _ask_again(miss: str, status: int, *, ask_code: bool = False) -> tuple[str, int]:
    found = open_application_id()
    return ask_for_pair(miss, status, (find_public_id(found) or "") if found else "", ask_code=ask_code)


def find_by_pair(typed: Mapping[str, str]) -> int | None:
    """The application with this NPI and Application ID, or None. Every miss is counted for its address, and for nothing
    else: a stranger cannot lock anybody out, and whatever was wrong gets the one same answer. Raises TooManyRequests."""
    refuse_who_missed()
    npi, public_id = read_pair(typed)
    found = find_application_id(public_id, npi)
    if found is None:
        count_missed()
    return found


def refuse_who_missed() -> None:
    """Raises TooManyRequests for an address with too many wrong pairs, codes and links."""
    refuse_after_misses("look-up", visitor_address(), _misses_allowed())


def count_missed() -> None:
    """Count a wrong pair, code or link for its address."""
    count_try("look-up", visitor_address(), _misses_allowed())


def _misses_allowed() -> int:
    return int(current_app.extensions["settings"].lookups_per_window)


def _check_staff(rule: Rule) -> Response | tuple[str, int] | None:
    if current_user.is_authenticated and _session_over():
        end_session()
        flash("You were signed out because the session was idle. Please sign in again.", "info")
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    session["seen"] = int(seconds())
    if rule.capability and not may(current_user.role_set, rule.capability):
        raise NotAllowed("Your role does not open this page.")
    application_id = (request.view_args or {}).get("application_id")
    if application_id is not None and is_concerned(current_user.id, application_id):
        raise NotAllowed(TIED)
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


def let_applicant_in(application_id: int, *, by_code: bool = False, group: int | None = None) -> None:
    """Remember in the session that this visitor has shown NPI and Application ID; or the mailed code, or has started the
    draft. Who has shown the code of several applications may go from one to the other.

    `group`: the application of the group from whose page this one, of its practitioner, was opened.
    """
    moment = int(seconds())
    back = {} if group is None else {"group": group}
    session["application"] = {"id": application_id, "seen": moment, **back}
    if by_code:
        session[_BY_CODE] = {**_fresh_codes(), str(application_id): moment}


def way_back() -> int | None:
    """The application of the group from whose page the open one, of its practitioner, was opened."""
    return (session.get("application") or {}).get("group")


def let_in_by_mail(application_id: int) -> None:
    """Let in who has shown the mailed code or link, and remember to which address it went."""
    let_applicant_in(application_id, by_code=True)
    fresh: dict[str, int] = session[_BY_CODE]
    kept = {key: mailed for key, mailed in (session.get(_MAILED) or {}).items() if key in fresh}
    session[_MAILED] = {**kept, str(application_id): digest_of_address(find_mailed_to(application_id))}


def forget_applicant() -> None:
    """Close what is open in this browser, and every code that was shown."""
    for name in ("application", _BY_CODE, _MAILED):
        session.pop(name, None)


def shown_of(application_id: int) -> Shown:
    """What was shown in this session for this application. The code of a group opens its practitioners, from its page."""
    found, by_code = session.get("application") or {}, _fresh_codes()
    group = found.get("group") if found.get("id") == application_id else None
    shown = {str(application_id), str(group)} & by_code.keys()
    mailed = {address for key, address in (session.get(_MAILED) or {}).items() if key in shown}
    if mailed and digest_of_address(get_application(application_id).form.email_on_file) in mailed:
        return Shown.ADDRESS
    return Shown.CODE if shown else Shown.PAIR


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
    moment = int(seconds())
    if moment - found["seen"] > _idle_seconds():
        session.pop("application")
        _keep_codes({key: seen for key, seen in _fresh_codes().items() if key != str(found["id"])})
        return None
    if moment - found["seen"] > 60:
        session["application"] = {**found, "seen": moment}
        in_use = {str(found["id"]), str(found.get("group"))}
        _keep_codes({key: moment if key in in_use else seen for key, seen in _fresh_codes().items()})
    return int(found["id"])


def _keep_codes(by_code: dict[str, int]) -> None:
    if _BY_CODE in session:
        session[_BY_CODE] = by_code


def _fresh_codes() -> dict[str, int]:
    """The applications whose code was shown, until each was idle too long."""
    by_code: dict[str, int] = session.get(_BY_CODE) or {}
    return {key: seen for key, seen in by_code.items() if seconds() - seen <= _idle_seconds()}


def _idle_seconds() -> int:
    return int(current_app.extensions["settings"].applicant_idle_minutes * 60)
