"""How the sender stands, and what this database knows of hand-overs that the journal outside it tells of."""

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Sender

ONLY = 1


def find_sender() -> Sender | None:
    """The row of the sender; None before it ran for the first time."""
    return db.session.get(Sender, ONLY)


def find_pause() -> Sender | None:
    """The sender where it is paused, else None."""
    return db.session.scalars(select(Sender).where(Sender.paused_at.is_not(None))).one_or_none()
