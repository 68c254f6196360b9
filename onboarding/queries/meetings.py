"""When the committee meets."""

from datetime import date

from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Meeting
from onboarding.policy.committee import AGENDA_STATES
from onboarding.policy.forecast import next_meetings


def find_next_meetings() -> tuple[date, date]:
    """The days of the next two meetings: those that were called, then the plan's calendar."""
    return next_meetings(today(), find_called_meetings())


def find_called_meetings() -> tuple[date, ...]:
    """The days of the next meetings that were called, at most two."""
    open_ones = (Meeting.held_on >= today(), Meeting.state.in_(AGENDA_STATES))
    called = select(Meeting.held_on).where(*open_ones).order_by(Meeting.held_on).limit(2)
    return tuple(db.session.scalars(called))
