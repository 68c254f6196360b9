"""The password once more, before something is signed: good for this session and a few minutes, and every use is kept."""

from flask import current_app, request, session
from flask_security import current_user

from onboarding.clock import seconds
from onboarding.errors import BadInput
from onboarding.web.limits import count_miss, forget_misses, seconds_to_wait
from onboarding.web.log import log

_KEPT = "stepped_up"
_WHAT = "step-up"


def asks_password() -> bool:
    """Is the password to be asked again before something is signed?"""
    who, at = session.get(_KEPT) or ("", 0)
    minutes = current_app.extensions["settings"].step_up_minutes
    return bool(who != current_user.fs_uniquifier[:16] or seconds() - at > minutes * 60)


def confirm_person() -> str:
    """Ask that the person at the keyboard is the one signed in: the password in this form, or one typed a few minutes
    ago in this session. Answers how, for the history. Raises BadInput.

    Call it before the transaction: checking a password takes its time.
    """
    if not asks_password():
        return "password asked again minutes before"
    account = str(current_user.id)
    left = seconds_to_wait(_WHAT, account)
    if left:
        says = f"Too many wrong passwords. Wait {left} seconds, then try again."
        raise BadInput(says, {"password": says})
    if not current_user.verify_and_update_password(request.form.get("password", "")):
        count_miss(_WHAT, account)
        log.info("step-up refused", staff=current_user.id)
        says = "Enter your password to sign. What you entered is not your password."
        raise BadInput(says, {"password": says})
    forget_misses(_WHAT, account)
    session[_KEPT] = (current_user.fs_uniquifier[:16], int(seconds()))
    return "password asked again"
