"""Names out of a roster: one column that holds them whole, and what is written behind a name.

"Doe, Jane A", "Jane A Doe", "Doe Jr., Jane" and "Jane Doe, MD, PhD" are all met. A name without a comma is divided at its
last space, which is a guess: what came of it is shown to be checked.
"""

import re

from onboarding.policy.type_words import find_type

_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_DEGREES = frozenset(
    {
        "phd", "psyd", "edd", "dnp", "dsw", "aprn", "rn", "msw", "licsw", "ma", "ms", "med", "mph", "mba", "faap",
        "facp", "otd", "ccc", "esq",
    }
)  # fmt: skip
_MIXED_CASE = re.compile(r"(?:PhD|PsyD|EdD|MEd|Esq)")
_PARTICLES = frozenset({"da", "de", "del", "der", "di", "dos", "la", "le", "st", "ten", "van", "von"})
_TITLE = re.compile(r"^(?:dr|mr|mrs|ms|miss|prof)\.?\s+", re.IGNORECASE)

_SURNAMES_TOO = frozenset({"do", "ma"})  # in capitals nobody can tell these from the degrees

Parts = dict[str, str]  # by column code


def split_name(text: str) -> Parts:
    """The parts of a whole name: last, first and middle name, suffix, and the degree as a provider type is written."""
    name, behind = without_degrees(_TITLE.sub("", " ".join(text.split())))
    parts = [part.split() for part in name.split(",")]
    while len(parts) > 1 and _plain(" ".join(parts[-1])) in _GENERATIONS:
        behind["suffix"] = " ".join(parts.pop())
    if len(parts) > 1:
        family, given = parts[0], [word for part in parts[1:] for word in part]
    else:
        words = parts[0]
        behind = {**_take_off(words, name, keep=2), **behind}
        place = len(words) - 1
        while place > 1 and _plain(words[place - 1]) in _PARTICLES:
            place -= 1
        family, given = words[max(place, 0) :], words[: max(place, 0)]
    for words in (family, given):
        behind = {**_take_off(words, name), **behind}
    found = {
        "last_name": " ".join(family),
        "first_name": " ".join(given[:1]),
        "middle_name": " ".join(given[1:]),
    }
    return {code: part for code, part in {**found, **behind}.items() if part}


def without_degrees(text: str) -> tuple[str, Parts]:
    """A name or a part of one without the degrees that stand behind a comma, and those, as a provider type is written."""
    name, *parts = (part.strip() for part in text.split(","))
    degrees: list[str] = []
    while parts and parts[-1] and all(_is_degree(word) for word in parts[-1].split()):
        degrees.insert(0, parts.pop())
    return ", ".join([name, *parts]), {"provider_type": ", ".join(degrees)} if degrees else {}


def part_of_name(text: str) -> tuple[str, Parts]:
    """One part of a name that has a column of its own, and the suffix and the degree that were written behind it."""
    name, behind = without_degrees(text)
    words = name.split()
    behind = {**_take_off(words, name), **behind}
    return (" ".join(words), behind) if behind else (text, {})


def _take_off(words: list[str], whole: str, *, keep: int = 1) -> Parts:
    """Take suffix and degrees from the end of these words."""
    found: Parts = {}
    while len(words) > keep:
        word = words[-1].strip(",")
        if _plain(word) in _GENERATIONS:
            found["suffix"] = words.pop().strip(",")
        elif _is_degree(word) and not (whole.isupper() and _plain(word) in _SURNAMES_TOO):
            found["provider_type"] = " ".join([words.pop(), found.get("provider_type", "")]).strip()
        else:
            break
    return found


def _is_degree(word: str) -> bool:
    """Is this word a degree? Do is a surname and DO a degree, so they are told by their letters."""
    word = word.strip("()")
    written = word.isupper() or "." in word.rstrip(".") or _MIXED_CASE.fullmatch(word)
    return bool(written) and (find_type(word) is not None or _plain(word) in _DEGREES)


def _plain(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())
