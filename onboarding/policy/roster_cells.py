"""TABLE: how the cell of each column is brought to the form of an answer. What cannot be read is left as it stands, for
the check of the field, or with what to do about it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from onboarding.policy.attestation import LANGUAGES
from onboarding.policy.fields import parse_day
from onboarding.policy.plan import COUNTIES, OTHER_COUNTY, PLAN

# The answer, and what is wrong with the cell where the field's own check would not tell.
Read = tuple[Any, str | None]

_SHORTENED = "The spreadsheet has shortened this number. Format the column as text, enter the number again and send the file again."
_TWO_DIGIT_YEAR = "The year has two digits. Give four, for example 04/17/1980."
_KEPT_DIGITS = 8  # a spreadsheet that shortens a number leaves six
_MIDNIGHT = re.compile(r"[ T]+(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)$", re.IGNORECASE)
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of a spreadsheet
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\.?"
# Each says by itself which number is the month: by its place, as Americans write it, or by its name.
_DAYS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<year>\d{4})",
        r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})[- ]{_MONTH}[- ,]{{1,2}}(?P<year>\d{{4}})",
        rf"{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
    )
)
_BARE_SUITE = re.compile(r"^#?\s*(\d{1,5}[A-Za-z]?|[A-Za-z])$")
_SHORT_YEAR = re.compile(rf"\d{{1,2}}[/.-](?:\d{{1,2}}|{_MONTH})[/.-]\d{{2}}", re.IGNORECASE)
_STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY",
    "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
    "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI",
    "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
_COUNTIES = {county.lower(): county for county in (*COUNTIES, OTHER_COUNTY)}
_LANGUAGES = {**{language.lower(): language for language in LANGUAGES}, "asl": "American Sign Language"}
# What payers' rosters ask to be done with a row (reference interfaces 2.11): A and C are taken, T is not ours to do.
_TAKES = {"a", "add", "added", "addition", "new", "n", "c", "change", "changed", "u", "update", "updated", "m", "modify",
          "none", "no change", "n/a", "-"}  # fmt: skip
_ENDS = {"t", "term", "termed", "terminate", "terminated", "termination", "d", "delete", "deleted", "r", "remove", "removed",
         "end", "inactive", "inactivate"}  # fmt: skip
_NOT_ENDED = (
    f"A roster ends nobody's participation: nothing was done. Call us at {PLAN.provider_services_phone} to end it, and take this "
    "row out of the file."
)
_WHICH_ACTION = "Answer A to add or C to change this practitioner, or leave the cell empty."
_YES = {"yes", "y", "true", "t", "1", "x", "open", "accepting"}
_NO = {"no", "n", "false", "f", "0", "closed", "none", "not accepting", "n/a", "not certified"}


def read_number(text: str) -> Read:
    """A number out of a spreadsheet, without its decimal point or exponent; and what is wrong when digits are lost."""
    if re.fullmatch(r"\d{1,15}\.0+", text):
        return text.partition(".")[0], None
    found = re.fullmatch(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})", text)
    if found is None:
        return text, None
    digits, power = found[1] + (found[2] or ""), int(found[3])
    if len(digits) < min(_KEPT_DIGITS, power + 1) or power > 14:
        return text, _SHORTENED
    return digits.ljust(power + 1, "0")[: power + 1], None


def read_day(text: str) -> Read:
    """A date as YYYY-MM-DD, from MM/DD/YYYY, YYYY-MM-DD and their kin, a month by its name, or the day number of a
    spreadsheet; and what is wrong with it."""
    text = _MIDNIGHT.sub("", text)
    if re.fullmatch(r"\d{5}(?:\.0+)?", text):
        return (_SERIAL_ZERO + timedelta(days=int(text[:5]))).isoformat(), None
    day = parse_day(text) or next((_day(found) for form in _DAYS if (found := form.fullmatch(text))), None)
    if day is not None:
        return day.isoformat(), None
    return text, _TWO_DIGIT_YEAR if _SHORT_YEAR.fullmatch(text) else None


def _day(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    month = _MONTHS.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def read_state(text: str) -> Read:
    """A state by its two letters, from these or its whole name; and what is wrong with anything else."""
    text = _STATES.get(" ".join(text.lower().split()), text).upper()
    return text, None if len(text) == 2 else "Give the state as two letters, for example AR."


def read_board(text: str) -> Read:
    """Whether a board is named; the certification itself is asked in the form."""
    return "no" if text.strip().lower() in _NO else "yes", None


def read_yes_no(text: str) -> Read:
    """Yes or no, as people say it."""
    word = text.strip().lower()
    return "yes" if word in _YES else "no" if word in _NO else text, None


def action_problem(text: str) -> str | None:
    """Why a row cannot be taken for what its action asks; None for an addition, a change, and no word at all."""
    word = " ".join(text.lower().split()).rstrip(".")
    if not word or word in _TAKES or word.partition(" ")[0] in ("add", "change", "update"):
        return None
    return _NOT_ENDED if re.split(r"[^a-z]", word)[0] in _ENDS else _WHICH_ACTION


def read_taxonomy(text: str) -> Read:
    """The code of a taxonomy, also where its name stands beside it."""
    found = re.search(r"\b[0-9A-Z]{9}X\b", text.upper())
    return found[0] if found else text, None


def read_zip(text: str) -> Read:
    """A ZIP code with the zeros in front that a spreadsheet takes away, and the dash of the longer one."""
    digits, _ = read_number(text)
    if not re.fullmatch(r"\d{4,5}|\d{8,9}", digits):
        return text, None
    digits = digits.zfill(5 if len(digits) < 6 else 9)
    return "-".join(part for part in (digits[:5], digits[5:]) if part), None


def joined_address(first: str, second: str) -> str:
    """Both lines of an address on one; a mere number is a suite. Without a first line there is no address."""
    if not first or not second or second.lower() in first.lower():
        return first
    return f"{first}, " + _BARE_SUITE.sub(r"Suite \1", second)


def read_county(text: str) -> Read:
    """A county by its name, with or without the word County."""
    name = re.sub(r"\s+(?:county|co\.?)$", "", " ".join(text.lower().split()))
    says = f"Give a county of Arkansas, for example Pulaski, or “{OTHER_COUNTY}”."
    return (_COUNTIES[name], None) if name in _COUNTIES else (text, says)


def read_languages(text: str) -> Read:
    """The languages of a list, each once; one that the form does not name is another one."""
    words = [word.strip().lower() for word in re.split(r"[,;/|&\n]|\band\b", text)]
    named = [_LANGUAGES.get(word, "Other") for word in words if word and word not in _NO]
    return [language for language in LANGUAGES if language in named], None


READERS: dict[str, Callable[[str], Read]] = {
    "npi": read_number,
    "caqh_number": read_number,
    "licence_number": read_number,
    "birth_date": read_day,
    "board_certified": read_board,
    "licence_expires_on": read_day,
    "licence_state": read_state,
    "taxonomy": read_taxonomy,
    "state": read_state,
    "zip_code": read_zip,
    "county": read_county,
    "contact_phone": read_number,
    "accepting": read_yes_no,
    "spoken": read_languages,
}
