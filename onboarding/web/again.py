"""A form that came too late: who it is from is asked once more, and what was typed goes along."""

import json
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, request, session, url_for
from flask_security import current_user, logout_user
from werkzeug.wrappers import Response

from onboarding.policy.identifiers import parse_application_id
from onboarding.web.forms.sign_in import SignInForm
from onboarding.web.forms.status import LookUpForm

# Every form of an applicant names the application it was drawn for; on the page that asks for the pair once more,
# the fields of the pair stand apart from those that are carried along.
NAMED = "for_application"
AGAIN = "again-"
NO_COOKIE = "Your browser did not keep our cookie. Allow cookies for this site, then try again."


def ask_for_pair(miss: str, status: int, open_now: str = "") -> tuple[str, int]:
    """The pair once more, with what was typed carried along; a file is not. `open_now` is another application that is
    open in this browser."""
    return render_template(
        "status/again.html", form=LookUpForm(prefix=AGAIN), miss=miss, typed=typed_fields(),
        here=request.full_path.rstrip("?"), open_now=open_now,
        named=parse_application_id(request.form.get(NAMED, "")), file_lost=bool(request.files),
    ), status  # fmt: skip


def typed_fields() -> list[tuple[str, str]]:
    """The fields of this form, its token and the pair left out."""
    return [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if not name.endswith("csrf_token") and not name.startswith(AGAIN)
    ]


def ask_after_stale_token() -> tuple[str, int]:
    """The session that the form was drawn in is gone. The form is taken once it names an application and its pair is
    shown with a new token: a stranger's page can name no application that the stranger could not open anyway."""
    return ask_for_pair(NO_COOKIE if f"{AGAIN}npi" in request.form else "", 400)


@dataclass(frozen=True)
class Kept:
    """A form of the desk that came after its session had ended: where it was sent, and what was typed."""

    to: str
    typed: list[tuple[str, str]]


def end_session() -> None:
    """Sign out, and remember who it was: the same person may still send the forms drawn before, nobody else may."""
    kept = {"signed_out": session["_user_id"]}
    if "csrf_token" in session:
        kept["csrf_token"] = session["csrf_token"]
    logout_user()
    session.clear()
    session.update(kept)


def same_person_again(mark: str) -> bool:
    """Asked once, as somebody signs in: is it who was signed out here before?"""
    g.same_person = session.pop("signed_out", None) == mark
    return bool(g.same_person)


def ask_to_sign_in() -> Response | tuple[str, int]:
    """The sign-in page, from which the way leads back here; what was typed at the desk goes along."""
    if request.method != "POST":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    typed = typed_fields() if request.blueprint == "staff" and "signed_out" in session else []
    if not typed:
        return redirect(url_for("security.login", next=_page_behind()))
    form = SignInForm(formdata=None)
    form.next.data = _page_behind()
    kept = json.dumps([request.full_path.rstrip("?"), typed])
    return render_template("staff/sign_in.html", login_user_form=form, kept=kept), 422


def _page_behind() -> str | None:
    """The page whose form was sent."""
    found = (request.view_args or {}).get("application_id")
    return url_for("staff.file", application_id=found) if found else None


def offer_typed(answer: Any) -> Any:
    """After signing in: what the same person had typed, to send with one press; else the answer as it is."""
    kept = _read_kept(request.form.get("kept", ""))
    if kept is None or not current_user.is_authenticated or not g.get("same_person"):
        return answer
    return render_template("staff/go_on.html", kept=kept, back=answer.location)


def _read_kept(text: str) -> Kept | None:
    try:
        to, typed = json.loads(text)
        kept = Kept(str(to), [(str(name), str(value)) for name, value in typed])
    except (ValueError, TypeError):
        return None
    return kept if kept.to.startswith("/staff/") else None
