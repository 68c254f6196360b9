"""One question of a form: how it is filled in, how an answer is kept and read, and what is wrong with one.

Answers are text (or a list of texts), as typed and stored: dates as YYYY-MM-DD, months as YYYY-MM, amounts in whole
dollars, yes and no as "yes" and "no".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from onboarding.policy.days import say
from onboarding.policy.identifiers import digits_of, looks_like_ssn
from onboarding.policy.provider_types import ProviderTypeRow

Answers = Mapping[str, Any]


class Entry(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    DIGITS = "digits"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    PERCENT = "percent"
    HOURS = "hours"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    LONG_TEXT = "long_text"


@dataclass(frozen=True)
class Field:
    """One question: where it stands, what it says, whom it is asked, when it must be answered, what is wrong with one.

    `dated` judges a day or a month against today, `against` a good answer against the others. A `secret` is never printed
    back. `missing` asks for an answer where the label alone would not read well. In label and hint, {license} and {body}
    stand for the provider type's own words.
    """

    code: str
    page: str
    label: str
    entry: Entry = Entry.TEXT
    hint: str = ""
    asked: Callable[[ProviderTypeRow], bool] = lambda row: True
    required: Callable[[Answers], bool] = lambda answers: True
    check: Callable[[str], str | None] = lambda text: None
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 100
    autocomplete: str = ""
    dated: Callable[[date, date], str | None] = lambda day, today: None
    against: Callable[[Answers], str | None] = lambda answers: None
    example: str = ""
    secret: bool = False
    missing: str = ""

    @property
    def names_somebody(self) -> bool:
        """Is it a name or an e-mail address, where no number of nine digits belongs?"""
        return self.entry is Entry.EMAIL or self.code.endswith("_name")


SSN_SAYS = "This looks like a social security number. Please take it out: we never need it here."


def optional(answers: Answers) -> bool:
    """Need not be answered, whatever else is."""
    return False


def parse_day(text: str) -> date | None:
    """A date as typed: YYYY-MM-DD or MM/DD/YYYY; None when it is neither, or anything stands behind it."""
    typed = text.strip()
    if len(typed) > len("YYYY-MM-DD"):
        return None
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    return None


def parse_month(text: str) -> date | None:
    """The first day of a month as typed: YYYY-MM or MM/YYYY; None when it is neither, or before 1900."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})|([0-9]{1,2})\s*/\s*([0-9]{4})", text.strip())
    if found is None:
        return None
    year, month = int(found[1] or found[4]), int(found[2] or found[3])
    return date(year, month, 1) if year >= 1900 and 1 <= month <= 12 else None


_TIME = r"([0-9]{1,2})(?::([0-9]{2}))?\s*([ap])?\.?(?:m\.?)?"
_HOURS = re.compile(_TIME + r"\s*(?:-|\u2013|to)\s*" + _TIME, re.IGNORECASE)


def parse_hours(text: str) -> str | None:
    """Office hours as kept, "8:00 am to 5:00 pm", from what was typed: 8-5, 8am-5:30pm, 08:00 to 17:00; None for others.

    Where no am or pm is typed, hours that would end before they begin end in the afternoon.
    """
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    opens, closes = _minute(*found.group(1, 2, 3)), _minute(*found.group(4, 5, 6))
    if opens is not None and closes is not None and closes <= opens and not found[6] and closes < 12 * 60:
        closes += 12 * 60
    if opens is None or closes is None or closes <= opens:
        return None
    return f"{_clock(opens)} to {_clock(closes)}"


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    return hours * 60 + minutes if hours < 24 and minutes < 60 else None


def _clock(minute: int) -> str:
    return f"{(minute // 60 + 11) % 12 + 1}:{minute % 60:02d} {'am' if minute < 720 else 'pm'}"


# Signs nobody sees: control characters, marks that turn the reading direction, halves of characters.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _readable(text: str, *, lines: bool = False) -> str:
    """The text without unseen signs, trimmed; on one line, or on lines that end in one way."""
    text = _UNSEEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return (text if lines else text.replace("\n", " ")).strip()


def clean(field: Field, value: Any) -> Any:
    """An answer as it is kept: trimmed and readable, numbers without spaces and dashes, dates as YYYY-MM-DD.

    What is written like a social security number stays as it was written, so that it is known for one.
    """
    if field.entry is Entry.CHOICES:
        return [_readable(str(item)) for item in value or []]
    text = _readable(str(value or ""), lines=field.entry is Entry.LONG_TEXT)
    if field.entry is Entry.DIGITS:
        return text if not field.secret and looks_like_ssn(text) else digits_of(text)
    if field.entry is Entry.DATE:
        day = parse_day(text)
        return day.isoformat() if day else text
    if field.entry is Entry.MONTH:
        month = parse_month(text)
        return f"{month:%Y-%m}" if month else text
    if field.entry is Entry.HOURS:
        return parse_hours(text) or text
    if field.entry is Entry.AMOUNT:
        return _plain_amount(text)
    if field.entry is Entry.PERCENT:
        return text.removesuffix("%").strip()
    if field.code in ("dea_number", "clia_number", "taxonomy"):
        return text.upper()
    return text


def _plain_amount(text: str) -> str:
    digits = re.sub(r"[$,\s]|\.00?$", "", text)
    return digits.lstrip("0") or digits[:1] if digits.isascii() and digits.isdigit() else text


def typed(field: Field, value: Any) -> Any:
    """A kept answer as it is typed into the form again: 04/17/1980, 06/2021."""
    day = _day_of(field, value)
    if day is None:
        return value
    return f"{day:%m/%d/%Y}" if field.entry is Entry.DATE else f"{day:%m/%Y}"


def read(field: Field, value: Any) -> str:
    """A kept answer as it is read: June 2021, $1,000,000, Yes; a secret by its last four digits."""
    if not value:
        return ""
    if field.secret:
        return f"Ending in {str(value)[-4:]}"
    labels = dict(field.choices)
    if field.entry is Entry.CHOICES:
        return "\n".join(labels.get(item, item) for item in value)
    text = str(value)
    day = _day_of(field, value)
    if field.entry is Entry.MONTH and day:
        return f"{day:%B %Y}"
    if field.entry is Entry.DATE and day:
        return say(day)
    if field.entry is Entry.AMOUNT and text.isascii() and text.isdigit():
        return f"${int(text):,}"
    if field.entry is Entry.PERCENT:
        return f"{text}%"
    if field.entry is Entry.YES_NO:
        return {"yes": "Yes", "no": "No"}.get(text, "")
    return labels.get(text) or str(typed(field, value))


def told(field: Field, text: str) -> str:
    """A question and its answer on one line."""
    label = field.label.removesuffix(" (optional)")
    return f"{label} {text}" if label.endswith("?") else f"{label}: {text}"


def _day_of(field: Field, value: Any) -> date | None:
    if field.entry is Entry.DATE:
        return parse_day(str(value or ""))
    return parse_month(str(value or "")) if field.entry is Entry.MONTH else None


def field_problem(field: Field, answers: Answers, today: date | None = None) -> str | None:
    """What is wrong with the answer to one field, in words that say what to do; None when it is good.

    Without `today` a date is not held against it.
    """
    value = answers.get(field.code)
    if field.entry is Entry.CHOICES:
        known = {code for code, _ in field.choices}
        if not value and field.required(answers):
            return f"Choose at least one: {in_a_sentence(field.label)}."
        return None if set(value or ()) <= known else "Choose only from the list."
    text = str(value or "")
    if not text:
        return _missing(field) if field.required(answers) else None
    return _wrong(field, text) or _untimely(field, text, today) or field.against(answers)


def _wrong(field: Field, text: str) -> str | None:
    if not field.secret and looks_like_ssn(text, bare=field.names_somebody):
        return SSN_SAYS
    if field.entry is Entry.YES_NO and text not in ("yes", "no"):
        return "Answer yes or no."
    if field.entry is Entry.CHOICE and text not in {code for code, _ in field.choices}:
        return _missing(field)
    found = field.check(text) or _FORM.get(field.entry, lambda text: None)(text)
    if found or len(text) <= field.max_length:
        return found
    return f"Shorten this to {field.max_length:,} characters: it has {len(text):,}."


_FORM: dict[Entry, Callable[[str], str | None]] = {
    Entry.DATE: lambda text: (
        None
        if parse_day(text)
        else "Give the date as month, day and four-digit year, for example 12/31/2027."
    ),
    Entry.MONTH: lambda text: (
        None if parse_month(text) else "Give the month and the four-digit year, for example 06/2021."
    ),
    Entry.HOURS: lambda text: (
        None if parse_hours(text) else "Give the hours as from and to, for example 8 am to 5 pm."
    ),
    Entry.AMOUNT: lambda text: (
        None
        if text.isascii() and text.isdigit()
        else "Give the amount in whole dollars, for example 1,000,000."
    ),
}


def _untimely(field: Field, text: str, today: date | None) -> str | None:
    day = _day_of(field, text)
    return field.dated(day, today) if day and today else None


def _missing(field: Field) -> str:
    if field.missing:
        return field.missing
    if field.entry is Entry.YES_NO:
        return "Answer yes or no."
    if field.entry is Entry.LONG_TEXT and (field.label.startswith("If ") or field.label.endswith("?")):
        return "Explain your answer in a few words."
    what = in_a_sentence(field.label).removesuffix("?")
    if what.partition(" ")[0] not in _NO_ARTICLE:
        what = f"the {what}"
    return f"Choose {what} from the list." if field.entry is Entry.CHOICE else f"Enter {what}."


_NO_ARTICLE = frozenset({"a", "how", "its", "the", "what", "who", "whom", "your"})
_PROPER = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def in_a_sentence(label: str) -> str:
    """A label as it stands inside a sentence: NPI, date of birth, a person or a corporation."""
    label = label.removesuffix(" (optional)")
    return label if label[1:2].isupper() or label.startswith(_PROPER) else label[:1].lower() + label[1:]


def follows(field: Field | None, after: Field | None) -> str:
    """The answer to the yes-or-no question `field` that makes `after` a question at all; empty when it is asked in any
    case."""
    if field is None or after is None or field.entry is not Entry.YES_NO or after.required({}):
        return ""
    return next((answer for answer in ("yes", "no") if after.required({field.code: answer})), "")
