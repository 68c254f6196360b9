"""A day as people read it."""

from datetime import date


def say(day: date) -> str:
    """A date as a person reads it: March 4, 2027."""
    return f"{day:%B} {day.day}, {day.year}"
