"""Signing in at /staff, by Flask-Security: what it is told, and the little we add."""

from functools import wraps
from typing import Any

from flask import Flask, render_template, request, session
from flask_login import user_logged_out
from flask_security import SQLAlchemyUserDatastore, current_user, user_authenticated
from werkzeug.exceptions import UnsupportedMediaType

from onboarding.clock import seconds
from onboarding.extensions import begin_writing, committed, db, security, vault, visitor_address
from onboarding.models import RoleRecord, Staff
from onboarding.services.accounts import SHORTEST_PASSWORD, end_sessions
from onboarding.web.again import offer_typed, same_person_again
from onboarding.web.forms.sign_in import NewPasswordForm, SignInForm
from onboarding.web.limits import count_miss, count_try, forget_misses, refuse_after_misses, seconds_to_wait
from onboarding.web.log import log

# The tests make many accounts; their passwords are worth nothing.
CHEAP_HASH = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
WRONG_PAIR = "The e-mail address and the password do not go together. Check both and try again."


def init_sign_in(app: Flask) -> None:
    """Mount sign-in, sign-out and change of password below /staff."""
    app.config.from_mapping(
        SECURITY_URL_PREFIX="/staff",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_CHANGE_URL="/password",
        SECURITY_POST_LOGIN_VIEW="/staff/today",
        SECURITY_POST_CHANGE_VIEW="/staff/today",
        SECURITY_POST_LOGOUT_VIEW="/staff/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="staff/sign_in.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="staff/change_password.html",  # noqa: S106
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP_HASH if app.testing else {},
        SECURITY_PASSWORD_SALT=app.extensions["vault"].digest("password salt"),
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST_PASSWORD,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(WRONG_PAIR, "error"),
        SECURITY_MSG_INVALID_PASSWORD=("This is not your password.", "error"),
        SECURITY_MSG_PASSWORD_CHANGE=(
            "Your password is changed. Other sessions of yours have ended.",
            "success",
        ),
    )
    forms: dict[str, Any] = {"login_form": SignInForm, "change_password_form": NewPasswordForm}
    security.init_app(app, SQLAlchemyUserDatastore(db, Staff, RoleRecord), **forms)
    security.want_json(lambda _request: False)
    app.before_request(_let_security_write)
    user_authenticated.connect(_begin_session, app)
    user_logged_out.connect(_end_sessions, app)
    _limit_sign_in(app)


def _let_security_write() -> None:
    """Flask-Security keeps its own transactions. Only a change of password writes; signing in only reads, so that
    nobody who tries passwords holds the database."""
    if request.method == "POST" and request.endpoint == "security.change_password":
        begin_writing()


def _begin_session(_app: Flask, user: Any, **_details: Any) -> None:
    session.pop("application", None)
    if not same_person_again(user.fs_uniquifier):
        session.pop("csrf_token", None)
    session["began"] = session["seen"] = int(seconds())
    session.permanent = True


def _end_sessions(_app: Flask, user: Any, **_details: Any) -> None:
    """Signing out makes every cookie of this account worthless, copies of this one too."""
    if request.endpoint != "security.logout" or not user.is_authenticated:
        return
    staff_id = user.id
    with committed() as work:
        end_sessions(work.get_one(Staff, staff_id))


def _limit_sign_in(app: Flask) -> None:
    """Only wrong tries count, so that an office behind one address may sign in all its staff. Of its address there are so
    many a window. For an account they count from all addresses together: after a few of them each next one has to wait,
    a little longer every time. A stranger who guesses keeps nobody out for long."""
    settings, views = app.extensions["settings"], app.view_functions
    most = settings.sign_ins_per_window
    sign_in: Any = views["security.login"]
    change: Any = views["security.change_password"]

    @wraps(sign_in)
    def counted(**values: Any) -> Any:
        if request.method != "POST":
            return sign_in(**values)
        _refuse_json()
        refuse_after_misses("sign-in", visitor_address(), most)
        account = _hash(str(request.form.get("email", "")).strip().lower()[:255])
        left = seconds_to_wait("sign-in", account)
        if left:
            return _ask_to_wait(left)
        answer = sign_in(**values)
        if current_user.is_authenticated:
            forget_misses("sign-in", account)
            return offer_typed(answer)
        count_miss("sign-in", account)
        count_try("sign-in", visitor_address(), most)
        log.info("sign-in refused", account_hash=account, address_hash=_hash(visitor_address()))
        return answer, 422

    @wraps(change)
    def counted_change(**values: Any) -> Any:
        if request.method == "POST":
            _refuse_json()
            count_try("password change", str(current_user.id), most)
        return change(**values)

    views["security.login"] = counted
    views["security.change_password"] = counted_change


def _refuse_json() -> None:
    """What is sent has to be a form: fields that are counted and fields that are checked are then the same."""
    if request.is_json:
        raise UnsupportedMediaType


def _ask_to_wait(left: int) -> tuple[str, int]:
    """The sign-in page with what was typed, its password left out; nothing was looked up."""
    form = SignInForm()
    form.form_errors = [f"Too many wrong passwords for this account. Wait {left} seconds, then try again."]
    return render_template("staff/sign_in.html", login_user_form=form), 429


def _hash(text: str) -> str:
    """An account or an address as it is counted and logged: keyed, never written down itself."""
    return vault().digest(text)[:24]
