"""After a decision: what is due, on one page; on the file appeals, hearings, and what is reported to the data bank."""

from flask import render_template, request

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.adverse import adverse_row, amendment
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries import after_decisions as due
from onboarding.queries.appeals import get_adverse_action_of, get_appeal_of
from onboarding.services.adverse import amend_report, mark_adverse_action, record_report
from onboarding.services.appeals import ask_appeal, set_hearing
from onboarding.web.access import staff_who
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import day, text

_ANSWERS = {"yes": True, "no": False}


@bp.get("/after-decisions")
@staff_who(Capability.SEE_FILE)
def after_decisions() -> str:
    """Notices, appeals, reports and provisional participations, the soonest due first."""
    return render_template(
        "staff/after_decisions.html",
        today=today(),
        notices=due.list_notices_due(),
        appeals=due.list_open_appeals(),
        reports=due.list_reports_due(),
        provisional=due.list_provisional(),
        is_amber=due.is_amber,
        adverse_row=adverse_row,
        amendment=amendment,
    )


@bp.post("/applications/<int:application_id>/appeals")
@staff_who(Capability.RECORD_APPEAL)
def record_appeal(application_id: int) -> Answer:
    """Record an appeal that came by mail or telephone, today, late or not."""

    def do(application: Application, actor: Actor) -> str:
        asked = ask_appeal(application, actor, text("grounds"), text("asked_by"))
        late = " It is late: letting it in takes a reason." if asked.late else ""
        return f"Appeal recorded, and its letter written.{late}"

    return write(application_id, "after:appeal", do)


@bp.post("/applications/<int:application_id>/appeals/<int:appeal_id>/hearing")
@staff_who(Capability.RECORD_APPEAL)
def hearing(application_id: int, appeal_id: int) -> Answer:
    """Set the day of the hearing; a letter tells it."""

    def do(application: Application, actor: Actor) -> str:
        set_hearing(application, get_appeal_of(application_id, appeal_id), actor, day("hearing_on"))
        return "Hearing set, and its letter written."

    return write(application_id, f"after:hearing-{appeal_id}", do)


@bp.post("/applications/<int:application_id>/adverse/<int:action_id>")
@staff_who(Capability.MARK_ADVERSE_ACTION)
def mark_adverse(application_id: int, action_id: int) -> Answer:
    """Answer whether an action is reported to the data bank, and why."""

    def do(application: Application, actor: Actor) -> str:
        action = get_adverse_action_of(application_id, action_id)
        answer = _ANSWERS.get(request.form.get("reportable", ""))
        mark_adverse_action(application, action, actor, reportable=answer, why=text("why"))
        return "Marked."

    return write(application_id, f"after:adverse-{action_id}", do)


@bp.post("/applications/<int:application_id>/adverse/<int:action_id>/report")
@staff_who(Capability.MARK_ADVERSE_ACTION)
def report_adverse(application_id: int, action_id: int) -> Answer:
    """Record that the report was made."""

    def do(application: Application, actor: Actor) -> str:
        action = get_adverse_action_of(application_id, action_id)
        record_report(application, action, actor, text("reference"))
        return "Report recorded."

    return write(application_id, f"after:report-{action_id}", do)


@bp.post("/applications/<int:application_id>/adverse/<int:action_id>/amendment")
@staff_who(Capability.MARK_ADVERSE_ACTION)
def amend(application_id: int, action_id: int) -> Answer:
    """Record that a report was marked void, or its revision reported."""

    def do(application: Application, actor: Actor) -> str:
        action = get_adverse_action_of(application_id, action_id)
        amend_report(application, action, actor, text("reference"), text("why"))
        return "Recorded."

    return write(application_id, f"after:amend-{action_id}", do)
