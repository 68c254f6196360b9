"""A day as people read it, and as a number that orders: 20270304."""

from datetime import date, time


def say(day: date) -> str:
    """A date as a person reads it: March 4, 2027."""
    return f"{day:%B} {day.day}, {day.year}"


def say_time(clock_time: str) -> str:
    """A time of day as people read it: 14:05 is 2:05 PM."""
    return f"{time.fromisoformat(clock_time):%I:%M %p}".lstrip("0")


def day_of_number(number: int) -> date | None:
    """The day that a number such as 20270304 names; None for a number that names none."""
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return None
