"""A form that came too late: who it is from is asked once more, and what was typed goes along."""

from flask import render_template, request

from onboarding.policy.identifiers import parse_application_id
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
