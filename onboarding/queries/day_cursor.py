"""Where a page of dated rows ended, as it stands in the address: the day and the number of its last row."""

import re
from datetime import date


def read_day_cursor(cursor: str) -> tuple[date, int] | None:
    """The day and the number; None for none, and for what no page of ours wrote."""
    day, _, number = cursor.partition("~")
    if not re.fullmatch(r"[0-9]{1,18}", number, re.ASCII):
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
