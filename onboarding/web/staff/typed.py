"""Reading the fields of the desk's forms: each by its name, never all that was posted."""

from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request

from onboarding.errors import BadInput
from onboarding.policy.contract_form import parse_day

Word = TypeVar("Word", bound=StrEnum)
LONGEST_TEXT = 2000


def text(name: str) -> str:
    """What was typed, trimmed, without control characters. Raises BadInput beyond the longest text we keep."""
    typed = request.form.get(name, "").replace("\r\n", "\n")
    typed = "".join(
        character for character in typed if character.isprintable() or character in "\n\t"
    ).strip()
    if len(typed) > LONGEST_TEXT:
        says = f"At most {LONGEST_TEXT:,} characters, please: this has {len(typed):,}."
        raise BadInput(says, {name: says})
    return typed


def day(name: str) -> date | None:
    """The date typed; None for an empty field. Raises BadInput for anything else."""
    typed = text(name)
    found = parse_day(typed)
    if typed and found is None:
        says = "Give the date as month, day and four-digit year."
        raise BadInput(says, {name: says})
    return found


def chosen(vocabulary: type[Word], name: str, says: str = "") -> Word:
    """The word chosen from a vocabulary. Raises BadInput for none, or for another word."""
    try:
        return vocabulary(request.form.get(name, ""))
    except ValueError:
        says = says or f"Choose the {name}."
        raise BadInput(says, {name: says}) from None


def number(typed: str) -> int | None:
    """A plain number; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def version() -> int:
    """The version of the file that the page showed. Raises BadInput when the form does not say."""
    found = number(request.form.get("version", ""))
    if found is None:
        raise BadInput("Open the page again: this form does not say which version of the file it is about.")
    return found
