"""The history: who, what, when and why, for each change (NCQA information integrity)."""

from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from onboarding.clock import now, today
from onboarding.extensions import db
from onboarding.models import Application, AuditEvent
from onboarding.policy.people import Actor


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

    `details` must carry no tax id, birth date or bank number.
    """
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
