"""What the words of a document suggest: the date it runs out, and whose name stands on it. A person confirms both.

A date counts when it stands near a word that speaks of an end. Nothing here accepts anything.
"""

import re
from bisect import bisect_left
from datetime import date

from onboarding.policy.names import name_words

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATES = (
    (re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b"), "mdy"),
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), "ymd"),
    (re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE), "Mdy"),
    (re.compile(rf"\b(\d{{1,2}}) {_MONTH} (\d{{4}})\b", re.IGNORECASE), "dMy"),
)

# How a date is spoken of as the last one, the plainest way first. Each stands before its date, a few words away.
_ENDS = (
    re.compile(r"\bexp(?:ir\w*|\.)?\b", re.IGNORECASE),
    re.compile(
        r"\b(?:valid|good|effective|in force|coverage) (?:through|thru|until|till|to)\b", re.IGNORECASE
    ),
    re.compile(r"\b(?:through|thru|until|policy end|end date|renewal date)\b", re.IGNORECASE),
    re.compile(r"\bto\b", re.IGNORECASE),
)
_NEAR = 60  # characters between the word and its date
LONGEST_TEXT = 20_000


def find_expiry(words: str) -> date | None:
    """The date on which the document seems to run out: of the plainest word, the latest date. None where no date is
    spoken of as an end."""
    text = " ".join(words[:LONGEST_TEXT].split())
    dates = _find_dates(text)
    for end in _ENDS:
        spoken_of = [
            found for word in end.finditer(text) if (found := _next_date(dates, word.end())) is not None
        ]
        if spoken_of:
            return max(spoken_of)
    return None


def find_name(words: str, name: str) -> str:
    """The provider's name as far as it stands in the document: all of it, or first and last word; empty if neither."""
    read, wanted = set(name_words_of(words)), name_words(name)
    if not wanted:
        return ""
    ends = list(dict.fromkeys((wanted[0], wanted[-1])))
    for parts in (wanted, ends):
        if read.issuperset(parts):
            return " ".join(part.title() for part in parts)
    return ""


def name_words_of(words: str) -> list[str]:
    """Every word of a text as names are compared, a piece at a time."""
    return [word for piece in words[:LONGEST_TEXT].split() for word in name_words(piece)]


def _next_date(dates: list[tuple[int, date]], place: int) -> date | None:
    """The date that stands next after this place, if it stands near."""
    after = bisect_left(dates, (place, date.min))
    if after == len(dates):
        return None
    at, day = dates[after]
    return day if at - place <= _NEAR else None


def _find_dates(text: str) -> list[tuple[int, date]]:
    found = []
    for form, order in _DATES:
        for match in form.finditer(text):
            day = _day(match.groups(), order)
            if day is not None:
                found.append((match.start(), day))
    return sorted(found)


def _day(parts: tuple[str, ...], order: str) -> date | None:
    given = dict(zip(order, parts, strict=True))
    month = _MONTHS.index(given["M"].lower()) + 1 if "M" in given else int(given["m"])
    year = int(given["y"])
    try:
        return date(year + 2000 if year < 100 else year, month, int(given["d"]))
    except ValueError:
        return None
