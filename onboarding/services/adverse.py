"""Whether a decision against a provider is reported to the National Practitioner Data Bank, and that it was."""

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.models import AdverseAction, Application, EarlierMark
from onboarding.policy.adverse import adverse_row
from onboarding.policy.changes import changed
from onboarding.policy.people import Actor
from onboarding.services.audit import record_event


def mark_adverse_action(
    application: Application, action: AdverseAction, actor: Actor, *, reportable: bool | None, why: str
) -> None:
    """Answer whether this action is reported, and why: kept with the action, not in the history, since what is reported
    is confidential (45 CFR 60.20). The answer may change until the report is made; earlier ones stay beside it.

    Raises Conflict then, BadInput without an answer or a reason.
    """
    if action.reported_on is not None:
        raise Conflict("This action was reported already.")
    wrong = {}
    if reportable is None:
        wrong["reportable"] = "Choose whether it is reported."
    if not 5 <= len(why.strip()) <= 1000:
        wrong["why"] = "Say why, in words another person can follow."
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)
    if action.reportable is not None:
        action.earlier_marks.append(
            EarlierMark(
                reportable=action.reportable,
                why=action.why,
                marked_on=action.marked_on,
                marked_by_id=action.marked_by_id,
            )
        )
    told = changed("reportable", "Reportable", action.reportable, reportable)
    action.reportable, action.why = reportable, why.strip()
    action.marked_on, action.marked_by_id = today(), actor.id
    record_event(
        actor=actor,
        application=application,
        action="mark_adverse_action",
        what=f"{adverse_row(action.kind).label}: {'to be' if reportable else 'not'} reported",
        details={"adverse_action": action.id, "report_by": action.report_by.isoformat(), "changes": [told]},
    )


def record_report(application: Application, action: AdverseAction, actor: Actor, reference: str) -> None:
    """Record that the report was made, today, under the number the data bank gave.

    Raises Conflict where none is due, BadInput without a number.
    """
    if not action.reportable or action.reported_on is not None:
        raise Conflict("No report of this action is due.")
    if not 3 <= len(reference.strip()) <= 80:
        says = "Give the number of the report, as the data bank's receipt shows it."
        raise BadInput(says, {"reference": says})
    action.reported_on, action.reference = today(), reference.strip()
    record_event(
        actor=actor,
        application=application,
        action="record_report",
        what=f"{adverse_row(action.kind).label}: report made",
        details={
            "adverse_action": action.id,
            "changes": [changed("reported_on", "Reported", None, action.reported_on)],
        },
    )
