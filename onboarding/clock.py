"""now() and today(): nothing else asks the time.

The business date is the date in the plan's time zone. `ONBOARDING_TODAY` sets another one, so that a test or a
demonstration can walk three years; it is refused in production.
"""

from datetime import UTC, date, datetime, time
from time import time as clock_time
from zoneinfo import ZoneInfo

from flask import current_app

from onboarding.policy.plan import PLAN

ZONE = ZoneInfo(PLAN.time_zone)


def now() -> datetime:
    """This moment in UTC, without microseconds; on an overridden business date, the same time of day on that date."""
    moment = datetime.now(UTC).replace(microsecond=0)
    override = _override()
    if override is None:
        return moment
    local = moment.astimezone(ZONE)
    return datetime.combine(override, local.time(), ZONE).astimezone(UTC)


def today() -> date:
    """The business date in the plan's time zone."""
    return _override() or datetime.now(ZONE).date()


def on_day(moment: datetime) -> date:
    """The business date of a moment, in the plan's time zone."""
    return moment.astimezone(ZONE).date()


def day_start(day: date) -> datetime:
    """The moment at which a business date begins, in the plan's time zone."""
    return datetime.combine(day, time.min, ZONE)


def seconds() -> float:
    """Seconds since the epoch by the machine's own clock, never overridden: for leases and rate limits only."""
    return clock_time()


def _override() -> date | None:
    override: date | None = current_app.config.get("TODAY")
    return override
