"""Appeals: asked for by the applicant or recorded by staff, let in through the workflow, heard, decided by others."""

from datetime import date
from typing import Any

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Appeal, Application
from onboarding.policy.appeals import OUTCOME_LABELS, earliest_hearing
from onboarding.policy.changes import SHORTEST_REASON, changed
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.identifiers import looks_like_ssn
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action, AppealOutcome, LetterKind, Role
from onboarding.queries.appeals import find_appealable_letter, find_open_appeal, last_day_of, panel_of
from onboarding.queries.facts import letter_fact
from onboarding.services.audit import record_event
from onboarding.services.letters import write_letter
from onboarding.services.workflow import take_step

LONGEST_GROUNDS = 2000


def ask_appeal(application: Application, actor: Actor, grounds: str, asked_by: str = "") -> Appeal:
    """Record that an appeal is asked for, today, and confirm it in writing. The applicant asks within the time; what comes
    late is recorded by staff, and let in, or not, by a person with a reason.

    Raises Conflict where nothing can be appealed against or the time is over, BadInput for grounds that are none.
    """
    letter = find_appealable_letter(application)
    if letter is None:
        raise Conflict("There is no decision here that can be appealed against, or an appeal was asked for.")
    last_day = last_day_of(letter, letter_fact(letter))
    if Role.APPLICANT in actor.roles and today() > last_day:
        raise Conflict(
            f"The time to appeal ended on {say(last_day)}. If something kept you from asking, call us."
        )
    grounds = grounds.strip()
    says = ""
    if not 5 <= len(grounds) <= LONGEST_GROUNDS:
        says = f"Say which reasons are disputed, and why, in at most {LONGEST_GROUNDS:,} characters."
    elif looks_like_ssn(grounds):
        says = "This looks like a Social Security number. Please leave it out: we do not need it here."
    if says:
        raise BadInput(says, {"grounds": says})
    appeal = Appeal(
        application_id=application.id,
        letter_id=letter.id,
        asked_on=today(),
        asked_at=now(),
        asked_by=(asked_by.strip() or actor.name)[:120],
        grounds=grounds,
        last_day=last_day,
        due_on=after("appeal_decided", today()),
        panel=panel_of(application, letter),
    )
    db.session.add(appeal)
    db.session.flush()
    record_event(
        actor=actor,
        application=application,
        action="ask_appeal",
        what=f"Appeal asked for{', late' if appeal.late else ''}; the time ends on {say(last_day)}",
        details={"appeal": appeal.id, "letter": letter.id},
    )
    write_letter(application, LetterKind.APPEAL_RECEIVED, facts=_facts(appeal))
    return appeal


def accept_appeal(
    application: Application, actor: Actor, reason: str, *, expected_version: int | None = None
) -> None:
    """Let the appeal in: the file is ready for a decision by others. Of a late one the reason says why it is let in.

    Raises as take_step does; without an appeal the guard says so.
    """
    take_step(application, Action.ACCEPT_APPEAL, actor, expected_version=expected_version, reason=reason)
    appeal = find_open_appeal(application.id)
    assert appeal is not None, "the guard appeal_asked has seen the appeal"
    appeal.accepted_on, appeal.accepted_because = today(), reason.strip()[:500]


def refuse_appeal(application: Application, appeal: Appeal, actor: Actor, reason: str) -> None:
    """Do not let in an appeal that came too late, and tell why in writing. One that came in time is decided by others.

    Raises Conflict where it came in time, is let in or over, BadInput without a reason.
    """
    if appeal.outcome is not None or appeal.accepted_on is not None:
        raise Conflict("This appeal is let in or over.")
    if not appeal.late:
        raise Conflict("This appeal came in time: accept it, and another panel decides it.")
    if actor.id in appeal.panel:
        raise Conflict("You took part in the decision appealed against, so somebody else must answer.")
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    if len(reason.strip()) < SHORTEST_REASON:
        says = "Say why the appeal is not taken. The applicant reads this in the letter."
        raise BadInput(says, {"reason": says})
    appeal.outcome, appeal.decided_on, appeal.outcome_reason = AppealOutcome.REFUSED, today(), reason.strip()
    record_event(
        actor=actor,
        application=application,
        action="refuse_appeal",
        what="Late appeal not let in",
        why=reason,
        details={"appeal": appeal.id},
    )
    told = {"appeal_outcome": OUTCOME_LABELS[AppealOutcome.REFUSED], "reasons": lines, "refused": True}
    facts = {"asked_on": appeal.asked_on.isoformat(), "decided_on": today().isoformat(), **told}
    write_letter(application, LetterKind.APPEAL_DECIDED, facts=facts)


def set_hearing(application: Application, appeal: Appeal, actor: Actor, hearing_on: date | None) -> None:
    """Set the day of the hearing, and tell it in writing: not sooner than 30 days after the notice (42 USC 11112).

    Raises Conflict once the appeal is decided, BadInput for a day too soon.
    """
    if appeal.outcome is not None:
        raise Conflict("This appeal is decided.")
    first = earliest_hearing(today())
    if hearing_on is None or hearing_on < first:
        says = f"Give a day from {say(first)}: the notice comes at least 30 days before the hearing."
        raise BadInput(says, {"hearing_on": says})
    told = changed("hearing_on", "Hearing", appeal.hearing_on, hearing_on)
    appeal.hearing_on = hearing_on
    record_event(
        actor=actor,
        application=application,
        action="set_hearing",
        what=f"Hearing set for {say(hearing_on)}",
        details={"appeal": appeal.id, "changes": [told]},
    )
    write_letter(application, LetterKind.APPEAL_RECEIVED, facts=_facts(appeal))


def _facts(appeal: Appeal) -> dict[str, Any]:
    return {
        "asked_on": appeal.asked_on.isoformat(),
        "until": appeal.due_on.isoformat(),
        "hearing_on": appeal.hearing_on.isoformat() if appeal.hearing_on else None,
        "late": appeal.late,
    }
