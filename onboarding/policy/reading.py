"""What of a document's words is kept: the name on it that is most like one of the form's, and on a W-9 the tax ID."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from onboarding.policy.names import close_spelling, has_legal_form, name_words
from onboarding.policy.signer import AFTER_NAME
from onboarding.policy.suggestions import LONGEST_TEXT

_LIKE = 0.7  # of a word that is a slip of the pen away from another
_AROUND = 4  # words on either side that may belong to a business's name
_MOST_WORDS = 4000
_GAP = re.compile(r"\s{2,}|\t")
_MOST_WANTED = 8  # words of a name that are looked for
_LABELED = re.compile(
    r"(?:(?<!additional )\b(?:name of (?:the )?(?:insured|registrant|licensee)|named insured)"
    r"|^\W{0,3}(?:insured|registrant|licensee|name)) ?: ?([^\r\n:]{2,120})(:?)", re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_MOST_LABELS = 20
# Words that stand behind a name in a document and are no part of it.
_NO_NAME = frozenset(
    "ADDRESS AGENCY AGENT AND BUSINESS CARRIER CERTIFICATE CITY CLAIMS COUNTY COVERAGE DATE DBA DEA EFFECTIVE EIN EXP "  # noqa: SIM905
    "EXPIRATION EXPIRES EXPIRE FEE FOR FROM HAS IS ISSUED LICENSE LIMIT LIMITS LOCATION NPI NUMBER NO OF PHONE POLICY "
    "PRODUCER PROVIDER REGISTRATION RETROACTIVE SCHEDULE SCHEDULES SPECIALTY SSN STATE STATUS TAX TERM THE TIN TITLE TO "
    "TYPE VALID".split()
)
_DASH = r"[\s\u2010-\u2015-]{1,3}"
_TAX_IDS = (
    (re.compile(rf"(?<!\d)(\d ?\d ?\d){_DASH}(\d ?\d){_DASH}(\d ?\d ?\d ?\d)(?!\d)"), "-"),
    (re.compile(rf"(?<!\d)(\d ?\d){_DASH}(\d ?\d ?\d ?\d ?\d ?\d ?\d)(?!\d)"), "-"),
    (re.compile(r"(?<!\d)(\d{9})(?!\d)"), ""),
)


class _Word(NamedTuple):
    """One word: as it is spelled, as it is compared, and the line it stands on; in a table, the column too."""

    raw: str
    key: str
    line: int
    column: int


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

    What stands behind "Name:" or "Insured:" comes before all else: of it those like one of the names, else like another
    name of the form, else the first as it is. Empty where nothing is like them.
    """
    labeled = ["".join(found.groups()) for found in _LABELED.finditer(words[:LONGEST_TEXT])][:_MOST_LABELS]
    told = [first for text in labeled if name_words(first := re.split(r"\s{2,}|\d|:", text)[0].strip(" ,;"))]
    read = _words("\n".join(labeled) if told else words)
    seen = _find(read, names) or _find(read, others) or (told[0] if told else "")
    return seen[:200]


def _find(read: list[_Word], names: Sequence[tuple[str, bool]]) -> str:
    best, spelled = 0.0, ""
    for name, person in names:
        wanted = name_words(name)
        if person:
            wanted = list(dict.fromkeys((wanted[0], wanted[-1]))) if wanted else []
        wanted = wanted[:_MOST_WANTED]
        span = _most_like(read, wanted, person=person)
        if span and span.likeness > best:
            best, spelled = span.likeness, _spelled(read, span, wanted, person=person)
            if best == 1:
                break
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
        for column, cell in enumerate(_GAP.split(line)):
            for piece in cell.replace("&", " and ").replace(",", ", ").split():
                found += [_Word(piece, key, number, column) for key in name_words(piece)]
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
            if likeness == 1 and last - first < len(wanted):
                break
    return best


def _likeness(key: str, wanted: str) -> float:
    if key == wanted:
        return 1.0
    return _LIKE if close_spelling(key, wanted) else 0.0


def _spelled(read: list[_Word], span: _Span, wanted: list[str], *, person: bool) -> str:
    """The span as it is written. Of a person, with the neighbor that stands where the missing word belongs and with what
    lengthens the last name; of a business, with its legal form, and where it is not quite the name, with the words around
    it."""
    first, last = span.first, span.last
    if person:
        if last - first + 1 < len(wanted):
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
    if person or (span.likeness == 1 and not has_legal_form(" ".join(wanted))):
        while last - span.last < _AROUND and _lengthens(read, last, wanted[-1]):
            last += 1
    raw = [word.raw for word in read[first : last + 1]]
    return " ".join(piece for at, piece in enumerate(raw) if not at or piece != raw[at - 1]).strip(" ,;:")


def _lengthens(read: list[_Word], last: int, surname: str) -> bool:
    """Is the next word one more part of the name that ends here: written like a name, behind no comma, no degree?"""
    here = read[last]
    if not _goes_on(read, last, last + 1) or here.raw[-1] in ",.;:" or here.key in AFTER_NAME - {surname}:
        return False
    there = read[last + 1]
    if there.column != here.column:
        return False
    if there.raw == here.raw:
        return True
    if there.key in AFTER_NAME | _NO_NAME or there.raw.endswith(":") or len(there.key) < 2:
        return False
    return there.raw[0].isupper() or here.raw[0].islower()


def _goes_on(read: list[_Word], at: int, other: int) -> bool:
    """Is the other word a neighbor on the same line, made of letters, and no label?"""
    if not 0 <= other < len(read) or read[other].line != read[at].line:
        return False
    return read[other].key.isalpha() and not (other < at and read[other].raw.endswith(":"))
