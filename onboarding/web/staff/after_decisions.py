"""After a decision: what is due, on one page; on the file appeals, hearings, and what is reported to the data bank."""

from flask import render_template, request

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.adverse import adverse_row, amendment
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries import after_decisions as due
from onboarding.queries.appeals import get_adverse_action_of, get_appeal_of
from onboarding.queries.review import get_decision_of
from onboarding.services.adverse import amend_report, mark_adverse_action, record_report
from onboarding.services.appeals import ask_appeal, refuse_appeal, set_hearing
from onboarding.services.follow_ups import close_follow_up
from onboarding.services.state_enrolment import confirm_state_enrolment
from onboarding.web.access import staff_who
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import day, text

_ANSWERS = {"yes": True, "no": False}


@bp.get("/after-decisions")
@staff_who(Capability.SEE_FILE)
def after_decisions() -> str:
    """Notices, appeals, reports, provisional participations, pending enrollments and conditions, the soonest due first."""
    return render_template(
        "staff/after_decisions.html",
        today=today(),
        notices=due.list_notices_due(),
        appeals=due.list_open_appeals(),
        reports=due.list_reports_due(),
        provisional=due.list_provisional(),
        state_pending=[
            (*row, due.state_clock_of(row[0].state_pending_since)) for row in due.list_state_pending()
        ],
        follow_ups=due.list_follow_ups(),
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


@bp.post("/applications/<int:application_id>/appeals/<int:appeal_id>/refusal")
@staff_who(Capability.RECORD_APPEAL)
def refuse(application_id: int, appeal_id: int) -> Answer:
    """Do not let in an appeal that came too late; a letter tells why."""

    def do(application: Application, actor: Actor) -> str:
        refuse_appeal(application, get_appeal_of(application_id, appeal_id), actor, text("reason"))
        return "Appeal not let in, and its letter written."

    return write(application_id, f"after:refuse-{appeal_id}", do)


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


@bp.post("/applications/<int:application_id>/state-enrollment")
@staff_who(Capability.CONFIRM_STATE_ENROLMENT)
def confirm_enrolment(application_id: int) -> Answer:
    """Record that the State has confirmed the enrollment, and where that stands."""

    def do(application: Application, actor: Actor) -> str:
        confirm_state_enrolment(application, actor, text("reference"))
        return "State enrollment confirmed."

    return write(application_id, "onboarding:state", do)


@bp.post("/applications/<int:application_id>/decisions/<int:decision_id>/follow-up")
@staff_who(Capability.CLOSE_FOLLOW_UP)
def follow_up(application_id: int, decision_id: int) -> Answer:
    """Record that conditions were looked at again, and what was found."""

    def do(application: Application, actor: Actor) -> str:
        close_follow_up(application, get_decision_of(application_id, decision_id), actor, text("note"))
        return "Recorded: the conditions were looked at again."

    return write(application_id, f"decisions:follow-{decision_id}", do)
