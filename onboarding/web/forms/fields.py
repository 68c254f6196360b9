"""Fields of the screens that WTForms does not bring, and typed text made safe to keep."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined,unused-ignore]  # newer than its stubs
from wtforms.widgets import CheckboxInput, ListWidget

LONGEST = 5000


class CheckboxesField(SelectMultipleField):
    """Several of a list, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str = "", **options: Any):
        super().__init__(label, validate_choice=False, **options)


def plain(typed: Any) -> str:
    """What was typed, without control characters and at most 5000 characters long; line breaks stay."""
    text = str(typed or "")[:LONGEST].replace("\r\n", "\n")
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t").strip()


def put_errors(form: Form, found: dict[str, str]) -> None:
    """Say what is wrong at the fields it is wrong with."""
    for code, says in found.items():
        if code in form:
            form[code].errors = [says]


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Values and their labels, as WTForms wants them."""
    return [SelectChoice(str(value), label) for value, label in pairs]


def only_known(typed: Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """The answers of a list that stand on it."""
    allowed = set(known)
    return [answer for answer in typed or () if answer in allowed]
