"""A file as it was on a day: read only."""

from datetime import date
from typing import Any

from flask import render_template, request

from onboarding.clock import today
from onboarding.policy.contract_form import parse_day
from onboarding.policy.days import say
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Capability
from onboarding.queries.as_of import first_day, get_file_as_of
from onboarding.queries.file_audit import find_summary
from onboarding.queries.files import get_application
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.answers import answers_of
from onboarding.web.staff.monitored import finding_words
from onboarding.web.staff.page import unseen_by
from onboarding.web.staff.room import bp


@bp.get("/applications/<int:application_id>/as-of")
@staff_who(Capability.SEE_PAST)
def as_of(application_id: int) -> str:
    """The file as it was at the end of the day asked for; without one, of today."""
    application = get_application(application_id)
    typed = request.args.get("on", "").strip()[:40]
    wrong, day = _read_day(typed, first_day(application))
    then = get_file_as_of(application, day)
    form = then.form
    return render_template(
        "staff/as_of.html",
        application=application,
        then=then,
        typed=typed or day.isoformat(),
        wrong=wrong,
        first=first_day(application),
        today=today(),
        parse_day=parse_day,
        summary=find_summary(application_id),
        answers=answers_of(provider_type(form["provider_type"]), _seen(form["answers"])) if form else [],
        **finding_words(),
    )


def _seen(answers: dict[str, Any]) -> dict[str, Any]:
    unseen = unseen_by(current_actor())
    return {code: answer for code, answer in answers.items() if code not in unseen}


def _read_day(typed: str, first: date) -> tuple[str, date]:
    """What is wrong with the day that was typed, or nothing, and the day that is shown."""
    found = parse_day(typed)
    if not typed or (found and first <= found <= today()):
        return "", found or today()
    return f"Enter a day from {say(first)} to today. Shown is today.", today()
