"""A day as people read it."""

from datetime import date, time


def say(day: date) -> str:
    """A date as a person reads it: March 4, 2027."""
    return f"{day:%B} {day.day}, {day.year}"


def say_time(clock_time: str) -> str:
    """A time of day as people read it: 14:05 is 2:05 PM."""
    return f"{time.fromisoformat(clock_time):%I:%M %p}".lstrip("0")
