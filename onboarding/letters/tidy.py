"""Tidying what people typed before it is laid out: no control characters, no length that could blow up a page."""

import re
import unicodedata
from dataclasses import replace
from typing import Any

from onboarding.letters.view import LetterItem, LetterView

ELLIPSIS = "…"

# The most characters of each text a letter shows; what is longer is cut, visibly.
_LENGTHS: dict[str, int] = {
    "title": 80,
    "provider_name": 120,
    "contact_name": 80,
    "public_id": 40,
    "npi": 20,
    "public_url": 200,
    "provider_number": 40,
    "payment_choice": 60,
    "account_last4": 4,
    "reply_to": 120,
}
_ADDRESS = (4, 90)
_LINES = (10, 120)
_DOCUMENTS = (15, 120)
_REASONS = (15, 1500)
_CONDITIONS = (12, 1500)
_ITEMS = 40
_LABEL, _STATE, _HOW = 120, 160, 400

# Invisible or unassigned: controls, formats (also the ones that turn the reading direction), surrogates, private use.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# A name is no advertisement: a stranger may type any name and any e-mail address into the contract form.
_WEB_ADDRESS = re.compile(r"(?:[a-z]+://|\bwww\.)+", re.IGNORECASE)
# Nothing that is shown needs more of the typed text than this; the rest is not even looked at.
_LOOK_AT = 20_000


def tidy_view(view: LetterView) -> LetterView:
    """The same letter with every text on one line, without invisible characters, and no longer than a letter bears."""
    texts: dict[str, Any] = {name: tidy(getattr(view, name), most) for name, most in _LENGTHS.items()}
    texts |= {name: _WEB_ADDRESS.sub("", texts[name]) for name in ("provider_name", "contact_name")}
    return replace(
        view,
        **texts,
        address_lines=_several(view.address_lines, *_ADDRESS),
        lines=_several(view.lines, *_LINES),
        documents=_several(view.documents, *_DOCUMENTS),
        documents_perhaps=_several(view.documents_perhaps, *_DOCUMENTS),
        reasons=_several(view.reasons, *_REASONS),
        conditions="\n".join(_several(tuple(view.conditions[:_LOOK_AT].splitlines()), *_CONDITIONS)),
        items=_items(view.items),
    )


def tidy(text: str, most: int) -> str:
    """One line of at most so many characters; a longer one ends with an ellipsis."""
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text[:_LOOK_AT])
        if character.isspace() or unicodedata.category(character) not in _UNWANTED
    )
    line = re.sub(" +", " ", visible).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + ELLIPSIS


def _several(texts: tuple[str, ...], most: int, length: int) -> tuple[str, ...]:
    lines = [line for line in (tidy(text, length) for text in texts[: most + 1]) if line]
    if len(texts) <= most:
        return tuple(lines)
    return (*lines[:most], f"{ELLIPSIS} and {len(texts) - most} more")


def _items(items: tuple[LetterItem, ...]) -> tuple[LetterItem, ...]:
    shown = tuple(
        LetterItem(tidy(item.label, _LABEL), tidy(item.state, _STATE), tidy(item.how, _HOW))
        for item in items[:_ITEMS]
    )
    if len(items) <= _ITEMS:
        return shown
    rest = len(items) - _ITEMS
    return (*shown, LetterItem(f"{ELLIPSIS} and {rest} more", "", "The status page lists every one of them."))
