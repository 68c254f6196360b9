"""Files that nobody has touched for too long, and whom that is told."""

from sqlalchemy import exists, select

from onboarding.extensions import db
from onboarding.models import Application, RoleRecord, Staff, StallNotice
from onboarding.policy.access import TABLE as ACCESS
from onboarding.policy.vocabulary import Capability
from onboarding.queries.queue_filter import STALL_CLOCKS, Why, untouched_since

MOST_FILES = 1000  # in one run; the next run goes on


def list_untold() -> list[Application]:
    """Open files that stand still for the coordinator and of which nobody was told since they last moved, the longest
    untouched first."""
    told = exists().where(
        StallNotice.application_id == Application.id, StallNotice.untouched_since == Application.changed_at
    )
    query = (
        select(Application)
        .where(
            Application.due_on.is_not(None),
            Application.changed_at < untouched_since(STALL_CLOCKS[Why.ESCALATED]),
            ~told,
        )
        .order_by(Application.changed_at, Application.id)
        .limit(MOST_FILES)
    )
    return list(db.session.scalars(query))


def list_coordinators() -> list[int]:
    """Who says with whom the work is, by their accounts."""
    leads = [role.value for role in ACCESS[Capability.ASSIGN_WORK]]
    query = select(Staff.id).join(Staff.roles).where(Staff.active, RoleRecord.name.in_(leads))
    return list(db.session.scalars(query.order_by(Staff.id)))


def list_still_standing(mail_id: int) -> list[Application]:
    """The files of one mail that have not moved since it was written."""
    query = (
        select(Application)
        .join(StallNotice, StallNotice.application_id == Application.id)
        .where(
            StallNotice.mail_id == mail_id,
            StallNotice.untouched_since == Application.changed_at,
            Application.due_on.is_not(None),
        )
        .order_by(Application.changed_at, Application.id)
    )
    return list(db.session.scalars(query))
