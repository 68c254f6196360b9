"""Asking for a job of the clock now: the web writes it down, the clock does it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from onboarding.clock import now
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.models import JobRequest
from onboarding.policy.people import Actor
from onboarding.services.audit import record_event

# Who took a request and died leaves it; any job may run again without harm.
LEASE = timedelta(minutes=15)


def ask_job(job: str, does: str, actor: Actor) -> JobRequest:
    """Ask for this job now. Raises Conflict where it is asked for already."""
    request = JobRequest(job=job, asked_at=now(), asked_by_id=actor.id or 0, done={}, failed=False)
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as taken:
        raise Conflict("This job is asked for already: it waits for the scheduler, or runs.") from taken
    record_event(actor=actor, action="ask_job", what=f"Job asked for: {does}")
    return request


def claim_request() -> JobRequest | None:
    """The request that has waited longest, taken by this process; None where none waits. Inside committed()."""
    free = or_(JobRequest.taken_at.is_(None), JobRequest.taken_at < now() - LEASE)
    query = select(JobRequest).where(JobRequest.finished_at.is_(None), free).order_by(JobRequest.id).limit(1)
    found = db.session.scalars(query.with_for_update(skip_locked=True)).first()
    if found is not None:
        found.taken_at = now()
    return found


def finish_request(request_id: int, done: dict[str, Any], *, failed: bool) -> None:
    """Say what came of a request. Inside committed()."""
    values = {"finished_at": now(), "done": done, "failed": failed}
    db.session.execute(update(JobRequest).where(JobRequest.id == request_id).values(values))
