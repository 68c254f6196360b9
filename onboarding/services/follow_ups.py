"""Conditions of an approval, looked at again: by whom, when, and what was found."""

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Decision, FollowUp
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.queries.after_decisions import is_follow_up_open
from onboarding.services.audit import record_event, refuse_ssn

LONGEST_NOTE = 2000


def close_follow_up(application: Application, decision: Decision, actor: Actor, note: str) -> FollowUp:
    """Record that the conditions of this decision were looked at again today, with what was found. The history tells that,
    never what.

    Raises Conflict where nothing is to be looked at, BadInput without a note.
    """
    if not is_follow_up_open(decision):
        raise Conflict("These conditions were looked at already, or are no longer in force.")
    note = note.strip()
    if not 5 <= len(note) <= LONGEST_NOTE:
        says = "Say what was found, in words another person can follow."
        raise BadInput(says, {"note": says})
    refuse_ssn(note, "note", application)
    done = FollowUp(decision_id=decision.id, done_on=today(), done_by_id=actor.id, note=note)
    db.session.add(done)
    record_event(
        actor=actor,
        application=application,
        action="close_follow_up",
        what=f"Conditions of {say(decision.decided_on)} looked at again",
        details={"decision": decision.id},
    )
    return done
