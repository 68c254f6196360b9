"""Which recredentialings were let wait, and why."""

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import RecredentialingExtension


def list_extensions(participation_id: int) -> list[RecredentialingExtension]:
    """Every extension of one participation, oldest first."""
    query = select(RecredentialingExtension).where(
        RecredentialingExtension.participation_id == participation_id
    )
    return list(db.session.scalars(query.order_by(RecredentialingExtension.id)))
