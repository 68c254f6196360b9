"""What of a document's words is kept: the name on it that is most like one of the form's, and on a W-9 the tax ID."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from onboarding.policy.names import close_spelling, has_legal_form, name_words
from onboarding.policy.suggestions import LONGEST_TEXT

_LIKE = 0.7  # of a word that is a slip of the pen away from another
_AROUND = 4  # words on either side that may belong to a business's name
_MOST_WORDS = 4000
_LABELED = re.compile(
    r"^\W{0,3}(?:name of (?:the )?(?:insured|registrant|licensee)|named insured|insured|registrant|licensee|name)"
    r" ?: ?([^\r\n:]{2,60})", re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_DASH = r"[\s\u2010-\u2015-]{1,3}"
_TAX_IDS = (
    (re.compile(rf"(?<!\d)(\d ?\d ?\d){_DASH}(\d ?\d){_DASH}(\d ?\d ?\d ?\d)(?!\d)"), "-"),
    (re.compile(rf"(?<!\d)(\d ?\d){_DASH}(\d ?\d ?\d ?\d ?\d ?\d ?\d)(?!\d)"), "-"),
    (re.compile(r"(?<!\d)(\d{9})(?!\d)"), ""),
)


class _Word(NamedTuple):
    """One word: as it is spelled, as it is compared, and the line it stands on."""

    raw: str
    key: str
    line: int


class _Span(NamedTuple):
    """How like the name the words from `first` to `last` are (1: all of them), the shorter the better."""

    likeness: float
    shortness: int
    first: int
    last: int


def read_seen_name(
    words: str, names: Sequence[tuple[str, bool]], others: Sequence[tuple[str, bool]] = ()
) -> str:
    """The words of the document most like one of these names (and whether it is a person's), as they are spelled there.

    Where none is like them: those like another name of the form, else what stands behind "Name:" or "Insured:"; empty
    if nothing does.
    """
    read = _words(words)
    seen = _find(read, names) or _find(read, others)
    if seen:
        return seen[:200]
    labeled = _LABELED.search(words[:LONGEST_TEXT])
    return re.split(r"\s{2,}|\d", labeled[1])[0].strip(" ,;") if labeled else ""


def _find(read: list[_Word], names: Sequence[tuple[str, bool]]) -> str:
    best, spelled = 0.0, ""
    for name, person in names:
        wanted = name_words(name)
        if person:
            wanted = list(dict.fromkeys((wanted[0], wanted[-1]))) if wanted else []
        span = _most_like(read, wanted, person=person)
        if span and span.likeness > best:
            best, spelled = span.likeness, _spelled(read, span, len(wanted), person=person)
    return spelled


def read_tax_id(words: str, typed: str) -> str:
    """The tax ID on a W-9, dashed as it stands there: the form's own if it is there, else the first; empty for none."""
    text = words[:LONGEST_TEXT]
    found = [
        dash.join(part.replace(" ", "") for part in match.groups())
        for form, dash in _TAX_IDS
        for match in form.finditer(text)
    ]
    return next((number for number in found if number.replace("-", "") == typed), found[0] if found else "")


def _words(text: str) -> list[_Word]:
    found = []
    for number, line in enumerate(text[:LONGEST_TEXT].splitlines()):
        for piece in line.replace("&", " and ").replace(",", ", ").split():
            found += [_Word(piece, key, number) for key in name_words(piece)]
    return found[:_MOST_WORDS]


def _most_like(read: list[_Word], wanted: list[str], *, person: bool) -> _Span | None:
    """The words most like the wanted ones, within a few words of each other."""
    like = {key: [_likeness(key, word) for word in wanted] for key in {word.key for word in read}}
    best: _Span | None = None
    for first, word in enumerate(read):
        if not any(like[word.key]):
            continue
        window = range(first, min(len(read), first + len(wanted) + 2))
        found = [max(like[read[at].key][place] for at in window) for place in range(len(wanted))]
        last = max(at for at in window if any(like[read[at].key]))
        likeness = sum(found) / len(wanted)
        enough = likeness > 0.5 or (likeness == 0.5 and (not person or found[-1] == 1))
        span = _Span(likeness, first - last, first, last)
        if enough and (best is None or span[:2] > best[:2]):
            best = span
    return best


def _likeness(key: str, wanted: str) -> float:
    if key == wanted:
        return 1.0
    return _LIKE if close_spelling(key, wanted) else 0.0


def _spelled(read: list[_Word], span: _Span, length: int, *, person: bool) -> str:
    """The span as it is written. Of a person, with the neighbor that stands where the missing word belongs; of a business,
    with its legal form, and where it is not quite the name, with the words around it."""
    first, last = span.first, span.last
    if person:
        if last - first + 1 < length:
            if read[last].raw.endswith(",") and _goes_on(read, last, last + 1):
                last += 1
            elif _goes_on(read, first, first - 1):
                first -= 1
    else:
        near = _AROUND if span.likeness < 1 else 0
        while _goes_on(read, last, last + 1) and (
            last - span.last < near or has_legal_form(f"X {read[last + 1].raw}")
        ):
            last += 1
        while span.first - first < near and _goes_on(read, first, first - 1):
            first -= 1
    raw = [word.raw for word in read[first : last + 1]]
    return " ".join(piece for at, piece in enumerate(raw) if not at or piece != raw[at - 1]).strip(" ,;:")


def _goes_on(read: list[_Word], at: int, other: int) -> bool:
    """Is the other word a neighbor on the same line, made of letters, and no label?"""
    if not 0 <= other < len(read) or read[other].line != read[at].line:
        return False
    return read[other].key.isalpha() and not (other < at and read[other].raw.endswith(":"))
