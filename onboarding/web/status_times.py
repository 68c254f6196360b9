"""Beside the status page: how long each stage takes, and the date awaited as a calendar file."""

from datetime import date, timedelta

from flask import Blueprint, Response, current_app, render_template, url_for
from icalendar import Calendar, Event

from onboarding.clock import now, today
from onboarding.errors import NotFound
from onboarding.extensions import vault
from onboarding.policy.access import opens
from onboarding.policy.plan import PLAN
from onboarding.policy.promises import LEAST_FILES, RANGE_DAYS, middle_range, promises
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Opening
from onboarding.queries.times import list_days_to_decision
from onboarding.web.access import applicant_who, shown_of
from onboarding.web.status_words import open_view, status_page

bp = Blueprint("status_times", __name__, url_prefix="/status")


@bp.get("/times")
@applicant_who(Opening.SEE_STAGE)
def times() -> str:
    """The promised time of each stage, and the range of recent files of the same provider type."""
    view = open_view()
    application = view.application
    return render_template(
        "status/times.html", application=application, promises=promises(today()), least=LEAST_FILES,
        range=middle_range(list_days_to_decision(application.provider_type)), within=RANGE_DAYS,
        row=provider_type(application.provider_type),
    )  # fmt: skip


@bp.get("/dates.ics")
@applicant_who(Opening.SEE_STAGE)
def dates() -> Response:
    """The days until which something is awaited, for a calendar. It names no person; taken in again after a change, a
    day replaces the one of before, for its UID stays."""
    view = open_view()
    application = view.application
    shown = status_page(view, detail=opens(shown_of(application.id), Opening.SEE_DETAIL))
    calendar = Calendar()
    calendar.add("prodid", f"-//{PLAN.name}//Onboarding//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if shown.until:
        says = "\n".join([shown.stage.says, f"We wait for: {shown.stage.waits_for}", *shown.awaited])
        calendar.add_component(_event(application.public_id, shown.until, shown.stage.title, says))
    for item in shown.to_do:
        if item.by:
            says = item.says.rstrip(".")
            calendar.add_component(_event(f"{application.public_id}/{item.mark}", item.by, says, item.says))
    if not calendar.subcomponents:
        raise NotFound("There is no date to put in a calendar now.")
    answer = Response(calendar.to_ical(), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "attachment; filename=application-date.ics"
    return answer


def _event(mark: str, on: date, title: str, says: str) -> Event:
    event = Event()
    uid = vault().digest(f"calendar/{mark}")[:32]
    event.add("uid", f"{uid}@{current_app.extensions['settings'].mail_from.rpartition('@')[2]}")
    event.add("dtstamp", now())
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", f"{PLAN.short_name} application: {title}")
    event.add("description", says)
    event.add("url", url_for("status.look_up", _external=True))
    return event
