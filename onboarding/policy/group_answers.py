"""TABLE: what a practitioner on a roster has in common with the group, and so is not asked a second time."""

import re
from collections.abc import Mapping
from typing import Any

_ADDRESS = ("address", "city", "state", "zip_code", "county")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# What holds at the group's address, and so for every practitioner who works there.
PLACE_ANSWERS = (
    *_ADDRESS, "accepting", "spoken", "interpreter", "wheelchair", "telehealth", *(f"hours_{day}" for day in _DAYS),
    "tests_on_site", "clia_number",
)  # fmt: skip

# What every practitioner of the group has in common with the group's own form: nobody is asked it a second time.
GROUP_ANSWERS = (
    "legal_name", "tax_id", "lines", "contact_name", "contact_email", "contact_phone", *PLACE_ANSWERS,
)  # fmt: skip


def answers_of_group(group: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What the group has answered for a practitioner already; nothing of its place for one who works at another.

    `own` is what the roster's row says, which goes before it.
    """
    codes = [code for code in GROUP_ANSWERS if group.get(code) and not own.get(code)]
    elsewhere = any(own.get(code) and _same(own[code]) != _same(group.get(code)) for code in _ADDRESS)
    return {code: group[code] for code in codes if not (elsewhere and code in PLACE_ANSWERS)}


def _same(text: Any) -> str:
    """One line of an address as it is compared: case, punctuation and the last four of a ZIP code do not matter."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^(\d{5})-\d{4}$", r"\1", str(text or "").strip()).lower())


def taken_from_group(group: Mapping[str, Any], own: Mapping[str, Any]) -> frozenset[str]:
    """Which answers of a practitioner are the group's, word for word."""
    return frozenset(code for code in GROUP_ANSWERS if own.get(code) and own[code] == group.get(code))
