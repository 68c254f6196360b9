"""The history: who, what, when and why, for each change (NCQA information integrity)."""

from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import Application, AuditEvent
from onboarding.policy.disclosures import own_numbers
from onboarding.policy.fields import SSN_SAYS
from onboarding.policy.identifiers import hide_ssn, holds_number, looks_like_ssn, may_hold_ssn
from onboarding.policy.people import CLOCK, Actor


def holds_ssn(text: str, application: Application | None = None) -> bool:
    """Does a text hold something like a social security number, or a tax ID or SSN of this application's form?"""
    if not may_hold_ssn(text):
        return False
    own = own_numbers(application.form.answers or {}) if application else frozenset[str]()
    return looks_like_ssn(text) or holds_number(text, own)


def refuse_ssn(text: str, field: str, application: Application | None = None) -> None:
    """Raises BadInput at this field for a text that holds a social security number, or the form's own tax ID."""
    if holds_ssn(text, application):
        raise BadInput(SSN_SAYS, {field: SSN_SAYS})


def record_event(
    *,
    actor: Actor,
    action: str,
    what: str,
    why: str = "",
    application: Application | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event, dated by the system. An event on an application raises its version.

    `details` must carry no tax id, birth date or bank number. Raises BadInput when a person gives a social security
    number for the reason; in what the clock found out, its digits are hidden.
    """
    if CLOCK.roles & actor.roles:
        why = hide_ssn(why)
    else:
        refuse_ssn(why, "reason", application)
    moment = now()
    if application is not None:
        application.changed_at = moment
        flag_modified(application, "changed_at")  # two events in one second are two changes
    event = AuditEvent(
        at=moment,
        on=today(),
        application_id=application.id if application else None,
        actor_id=actor.id,
        actor=actor.name[:120],
        role=actor.role_text[:120],
        action=action,
        what=what[:500],
        why=why,
        details=details or {},
    )
    db.session.add(event)
    return event
