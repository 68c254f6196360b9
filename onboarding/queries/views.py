"""The saved views of the queue that somebody may open."""

from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import SavedView, Staff

MOST_LISTED = 60
_MINE_AND_SHARED = (
    select(SavedView.id, SavedView.name, SavedView.shared, SavedView.staff_id, Staff.name.label("owner"))
    .join(Staff, Staff.id == SavedView.staff_id)
    .where(or_(SavedView.staff_id == bindparam("staff_id"), SavedView.shared))
    .order_by(SavedView.name, SavedView.id)
    .limit(MOST_LISTED)
)


def list_views(staff_id: int) -> list[Row[Any]]:
    """One's own views and the shared ones, by name."""
    return list(db.session.connection().execute(_MINE_AND_SHARED, {"staff_id": staff_id}))


def get_view(view_id: int, staff_id: int) -> SavedView:
    """One view. Raises NotFound for somebody else's that is not shared."""
    found = db.session.get(SavedView, view_id)
    if found is None or not (found.shared or found.staff_id == staff_id):
        raise NotFound("There is no such view.")
    return found
