"""Saved views of the queue: kept by name, shared by coordinators, forgotten."""

from sqlalchemy import func, select

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict, NotAllowed
from onboarding.extensions import db
from onboarding.models import SavedView
from onboarding.policy.access import may
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.services.audit import record_event

MOST_VIEWS = 30
LONGEST_NAME = 60


def save_view(actor: Actor, name: str, query: str, *, shared: bool = False) -> SavedView:
    """Keep a filter by its name; one's own view of the same name is replaced. Raises BadInput without a name, or when
    there are too many; NotAllowed when somebody else than a coordinator shares one."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        says = f"Give the view a name of at most {LONGEST_NAME} characters."
        raise BadInput(says, {"name": says})
    if shared and not may(actor.roles, Capability.SHARE_VIEW):
        raise NotAllowed("Only coordinators share views.")
    mine = SavedView.staff_id == actor.id
    view = db.session.scalars(select(SavedView).where(mine, SavedView.name == name)).one_or_none()
    if view is None:
        if (db.session.scalar(select(func.count()).where(mine)) or 0) >= MOST_VIEWS:
            raise BadInput(f"You have {MOST_VIEWS} views. Remove one that you do not need any more.")
        view = SavedView(staff_id=actor.id, name=name)
        db.session.add(view)
    view.query, view.shared, view.saved_on = query, shared, today()
    db.session.flush()
    record_event(
        actor=actor, action="save_view", what=f"View of the queue {'shared' if shared else 'saved'}: {name}"
    )
    return view


def remove_view(view: SavedView, actor: Actor) -> None:
    """Forget a view. Raises Conflict for somebody else's, unless it is shared and a coordinator asks."""
    if view.staff_id != actor.id and not (view.shared and may(actor.roles, Capability.SHARE_VIEW)):
        raise Conflict("This view is somebody else's. A coordinator can remove shared views.")
    db.session.delete(view)
    record_event(actor=actor, action="remove_view", what=f"View of the queue removed: {view.name}")


def note_export(actor: Actor, rows: int, filters: str) -> None:
    """That the queue was taken as a file: by whom, how many rows, by which filters."""
    record_event(
        actor=actor,
        action="export_queue",
        what=f"Queue taken as CSV, {rows:,} rows: {filters}",
        details={"rows": rows},
    )
