"""Letting a recredentialing wait: only for a cause of the policy, with evidence, by a person."""

from datetime import date

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, RecredentialingExtension
from onboarding.policy.changes import SHORTEST_REASON, changed
from onboarding.policy.days import say
from onboarding.policy.extensions import cause_row, extended_to
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import ExtensionCause, ParticipationState
from onboarding.services.audit import record_event, refuse_ssn
from onboarding.services.evidence_files import NewFile, keep_file


def extend_recredentialing(
    application: Application,
    actor: Actor,
    *,
    cause: ExtensionCause,
    returns_on: date | None,
    why: str,
    file: NewFile | None,
) -> RecredentialingExtension:
    """Move the due date of this provider's recredentialing to the clock `extension_after_return`, counted from the day on
    which the provider practices again. Reminders, lists and limits follow the new date.

    Raises BadInput for what is missing or does not extend anything, Conflict when the provider is not in the network or
    a later application credentialed it.
    """
    participation = application.participation
    if participation is None or participation.state is not ParticipationState.ACTIVE:
        raise Conflict("This provider is not in the network: there is nothing to extend.")
    if participation.application_id != application.id:
        raise Conflict("A later application renewed this participation: extend it there.")
    if actor.id is None:
        raise Conflict("An extension is granted by a person.")
    before, wrong = participation.recredentialing_due_on, dict[str, str]()
    if returns_on is None:
        wrong["returns_on"] = "Give the day on which the provider practices again, as far as it is known."
    elif extended_to(returns_on) <= before:
        wrong["returns_on"] = f"Back by then, the provider can be recredentialed by {say(before)}."
    if len(why.strip()) < SHORTEST_REASON:
        wrong["why"] = "Say who told us and what the evidence shows."
    if file is None:
        wrong["evidence"] = f"Attach what shows it: {cause_row(cause).shown_by}."
    if wrong or returns_on is None or file is None:
        raise BadInput(" ".join(wrong.values()), wrong)
    refuse_ssn(why, "why", application)
    row = RecredentialingExtension(
        participation_id=participation.id,
        cause=cause,
        returns_on=returns_on,
        due_before=before,
        due_on=extended_to(returns_on),
        why=why.strip()[:500],
        evidence_file=keep_file(application, None, file, actor),
        granted_on=today(),
        granted_at=now(),
        granted_by_id=actor.id,
    )
    db.session.add(row)
    participation.recredentialing_due_on = row.due_on
    record_event(
        actor=actor,
        application=application,
        action="extend_recredentialing",
        what=f"Recredentialing extended to {say(row.due_on)}: {cause_row(cause).label.lower()}",
        why=row.why,
        details={"changes": [changed("recredentialing_due_on", "Recredentialing due", before, row.due_on)]},
    )
    return row
