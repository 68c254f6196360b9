"""How names are compared: the keys they are stored and looked up by, and what the widths of a public list do to them.

The OIG layout sheet gives the widths; names in the LEIE are cut there without a mark, so a long name never equals
the applicant's own spelling of it. Every comparison allows for the cut.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from onboarding.policy.vocabulary import Subject

LAST_WIDTH = 20
FIRST_WIDTH = 15
BUSINESS_WIDTH = 30

NAME_KEY_LENGTH = 60
BUSINESS_KEY_LENGTH = 120
MAX_TEXT = 400
LONGEST_NAME = 200

# Letters that no accent can be taken off.
_LETTERS = str.maketrans({
    "Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H", "ẞ": "SS", "Ŧ": "T", "Ŋ": "N",
})  # fmt: skip
_SILENT = re.compile(r"['`.\u2018\u2019\u02bc\u0300-\u036f]")
_WORD = re.compile(r"[A-Z0-9]+")
_SPELLED_OUT = re.compile(r"\b([A-Z]) (?=[A-Z]\b)")
_GENERATIONS = frozenset({"JR", "SR", "II", "III", "IV"})
_LEGAL_FORMS = frozenset({
    "INC", "INCORPORATED", "LLC", "LLP", "LP", "PLLC", "PLC", "PA", "PC", "CORP", "CORPORATION", "CO", "COMPANY",
    "LTD", "LIMITED",
})  # fmt: skip


def _folded(text: str) -> str:
    """Upper case without accents; apostrophes and periods gone, so that O'Brien is one word and P.A. is PA."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text[:MAX_TEXT]).upper().translate(_LETTERS)
        text = unicodedata.normalize("NFKD", text)
    return _SILENT.sub("", text[:MAX_TEXT].upper())


def full_name(subject: Subject, answers: Mapping[str, Any]) -> str:
    """The name of a person or body as the desk reads it, from the answers of a form."""
    if subject is Subject.ORGANIZATION:
        return str(answers.get("organization_name") or "")[:LONGEST_NAME]
    parts = [str(answers.get(part) or "") for part in ("first_name", "middle_name", "last_name")]
    name = " ".join(part for part in parts if part)
    return (f"{name}, {answers['suffix']}" if answers.get("suffix") else name)[:LONGEST_NAME]


def name_words(text: str) -> list[str]:
    """The words of a person's name, without Jr., Sr., II, III, IV at its end."""
    words = _WORD.findall(_folded(text))
    while len(words) > 1 and words[-1] in _GENERATIONS:
        words.pop()
    return words


def name_key(text: str) -> str:
    """A last or first name as it is stored and looked up: letters and digits only, so that De La Cruz is DELACRUZ."""
    return "".join(name_words(text))[:NAME_KEY_LENGTH]


def _business_words(text: str) -> list[str]:
    words = _WORD.findall(
        _SPELLED_OUT.sub(r"\1", " ".join(_WORD.findall(_folded(text.replace("&", " and ")))))
    )
    return words[1:] if len(words) > 1 and words[0] == "THE" else words


def business_key(text: str, *, cut_at: int = 0) -> str:
    """A business name as it is stored and looked up: without punctuation, leading The, and Inc, LLC, PA ... at its end.

    With `cut_at` the text comes from a column of that width: a legal form cut short at its end is dropped too.
    """
    words = _business_words(text)
    if len(words) > 1 and is_cut(text, cut_at) and _begins_legal_form(words[-1]):
        words.pop()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return "".join(words)[:BUSINESS_KEY_LENGTH]


def has_legal_form(text: str) -> bool:
    """Does this name end as a business's does: Inc, LLC, PLLC, PA ...?"""
    words = _business_words(text)
    return len(words) > 1 and words[-1] in _LEGAL_FORMS


def _begins_legal_form(word: str) -> bool:
    return len(word) > 1 and any(form.startswith(word) for form in _LEGAL_FORMS)


def is_cut(text: str, width: int) -> bool:
    """Does this text fill its column? One short of it counts: the cut may have fallen behind a space."""
    return bool(width) and len(text.strip()) >= width - 1


def _cut_of(stored: str, full: str, text: str, width: int) -> bool:
    return is_cut(text, width) and len(stored) >= width // 2 and full.startswith(stored)


def same_name(listed: str, own: str, width: int) -> bool:
    """Is the listed name, maybe cut at `width`, the person's own? Never when either is empty."""
    stored, full = name_key(listed), name_key(own)
    return bool(stored and full) and (stored == full or _cut_of(stored, full, listed, width))


def same_business(listed: str, own: str) -> bool:
    """Is the listed business name, maybe cut, this one? Never when either is empty."""
    stored, full = business_key(listed, cut_at=BUSINESS_WIDTH), business_key(own)
    if not stored or not full:
        return False
    return stored == full or _cut_of(stored, "".join(_business_words(own)), listed, BUSINESS_WIDTH)


def _beginnings(key: str, width: int) -> set[str]:
    """What may be left of a long key once its text was cut at `width`; one letter may have become two in the key."""
    return {key[:length] for length in range(width // 2, min(len(key), 2 * width + 1))}


def name_look_up(text: str, width: int) -> set[str]:
    """The stored keys under which this last or first name may stand in a list whose column is `width` wide."""
    key = name_key(text)
    return {key} | _beginnings(key, width) if key else set()


def business_look_up(text: str) -> set[str]:
    """The stored keys under which this business name may stand."""
    key = business_key(text)
    return {key} | _beginnings("".join(_business_words(text)), BUSINESS_WIDTH) if key else set()


def close_spelling(one: str, other: str) -> bool:
    """Do these two keys differ by a slip or two of the pen? One in a short name, two from six letters on."""
    shorter = min(len(one), len(other))
    if shorter < 3:
        return False
    most = 1 if shorter < 6 else 2
    if abs(len(one) - len(other)) > most or len(set(one) - set(other)) > most:
        return False
    return _slips(one, other, most) <= most


def _slips(one: str, other: str, most: int) -> int:
    """How many letters were added, lost, changed or swapped with their neighbour (optimal string alignment), as long as
    they are not more than `most`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i] + [most + 1] * len(other)
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            against = other[j - 1]
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        before, last = last, row
    return last[-1]
