"""A day as people read it, and as a number that orders: 20270304."""

from datetime import date


def say(day: date) -> str:
    """A date as a person reads it: March 4, 2027."""
    return f"{day:%B} {day.day}, {day.year}"


def day_of_number(number: int) -> date | None:
    """The day that a number such as 20270304 names; None for a number that names none."""
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return None
