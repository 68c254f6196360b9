"""Whether a decision against a provider is reported to the National Practitioner Data Bank, that it was, and that the
report was amended after an appeal."""

from datetime import date

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import AdverseAction, Application, EarlierMark
from onboarding.policy.adverse import adverse_row, amendment
from onboarding.policy.changes import changed
from onboarding.policy.deadlines import after
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import AdverseKind, AppealOutcome
from onboarding.queries.appeals import list_adverse_actions
from onboarding.services.audit import record_event


def note_adverse(application: Application, kind: AdverseKind, on: date, codes: list[str]) -> None:
    """A decision against the provider: a person answers whether it is reported."""
    report_by = after("npdb_report", on)
    db.session.add(
        AdverseAction(
            application_id=application.id,
            kind=kind,
            codes=codes,
            acted_on=on,
            report_by=report_by,
            due_on=report_by,
        )
    )


def overturn(
    application: Application, actor: Actor, kind: AdverseKind, outcome: AppealOutcome, on: date
) -> None:
    """What the outcome of an appeal makes of the report of the action it was against: one that was made is amended, one
    that was not is due no more where nothing is left to report."""
    row = amendment(outcome)
    action = next((one for one in list_adverse_actions(application.id) if one.kind is kind), None)
    if row is None or action is None:
        return
    action.overturned = outcome
    if action.reported_on is not None:
        action.due_on, says = after(row.clock, on), f"{row.task.lower()} is due"
    elif row.falls:
        action.reportable, action.why, action.due_on, says = (
            False,
            row.falls,
            None,
            "no report is due any more",
        )
        action.marked_on, action.marked_by_id = today(), actor.id
    else:
        return
    record_event(
        actor=actor,
        application=application,
        action="overturn_report",
        what=f"{adverse_row(kind).label}, decided anew on appeal: {says}",
        details={"adverse_action": action.id},
    )


def mark_adverse_action(
    application: Application, action: AdverseAction, actor: Actor, *, reportable: bool | None, why: str
) -> None:
    """Answer whether this action is reported, and why: kept with the action, not in the history, since what is reported
    is confidential (45 CFR 60.20). The answer may change until the report is made; earlier ones stay beside it.

    Raises Conflict then, and where an appeal left nothing to report; BadInput without an answer or a reason.
    """
    if action.reported_on is not None:
        raise Conflict("This action was reported already.")
    overturned = amendment(action.overturned)
    if overturned and overturned.falls:
        raise Conflict(overturned.falls)
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
    action.due_on = action.report_by if reportable else None
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
    if says := _number_problem(reference):
        raise BadInput(says, {"reference": says})
    action.reported_on, action.reference, action.due_on = today(), reference.strip(), None
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


def amend_report(
    application: Application, action: AdverseAction, actor: Actor, reference: str, why: str
) -> None:
    """Record that a report was marked void, or its revision reported, today, under the number the data bank gave.

    Raises Conflict where nothing of the kind is due, BadInput without a number or a reason.
    """
    row = amendment(action.overturned)
    if row is None or action.reported_on is None or action.amended_on is not None:
        raise Conflict("Nothing has to be changed in a report of this action.")
    wrong = {}
    if says := _number_problem(reference):
        wrong["reference"] = says
    if not 5 <= len(why.strip()) <= 1000:
        wrong["why"] = "Say why, in words another person can follow."
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)
    action.amended_on, action.amended_by_id, action.due_on = today(), actor.id, None
    action.amended_reference, action.amended_why = reference.strip(), why.strip()
    record_event(
        actor=actor,
        application=application,
        action="amend_report",
        what=f"{adverse_row(action.kind).label}: {row.done.lower()}",
        details={"adverse_action": action.id},
    )


def _number_problem(reference: str) -> str:
    fits = 3 <= len(reference.strip()) <= 80
    return "" if fits else "Give the number of the report, as the data bank's receipt shows it."
