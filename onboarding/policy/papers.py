"""What an uploaded document says of the provider, beside what the form says: the name, and on the W-9 the tax ID.

Arkansas rejects most for names that differ across documents and for a wrong W-9 (reference rules section 3). Nothing here
stops anything: it explains, and what was not read is never said to agree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.policy.documents import DocumentRow, document_row
from onboarding.policy.names import close_spelling, has_legal_form, name_key, name_words
from onboarding.policy.signer import AFTER_NAME
from onboarding.policy.vocabulary import DocumentKind, NameShown, PrecheckState, ReadBy

_OK, _CHECK, _NOT = PrecheckState.OK, PrecheckState.PLEASE_CHECK, PrecheckState.NOT_COMPARED

NOT_READ = (
    "We could not read this document, so nothing on it was compared. Compare it with the form yourself."
)
NOT_LATIN = "We cannot compare this name: it has no word in Latin letters. Compare it with the form yourself."
READ_EARLIER = "We read this document before we compared names, so nothing on it was compared. Compare it with the form yourself."
NOT_YET = "We have not read this document yet. Look again in a few minutes."
TAX_ID = "tax ID"
_BY_OCR = " It was read from a picture, so a letter or digit may be misread."
_CORRECT = "If the document is wrong, send the right one; if the form is wrong, correct the form."


@dataclass(frozen=True)
class Claims:
    """What the form says: the provider's name, the legal name for payment, its tax ID in nine digits."""

    name: str
    legal_name: str
    tax_id: str
    person: bool

    def names(self, row: DocumentRow) -> tuple[tuple[str, bool], ...]:
        """The names one of which a document must show, and whether it is a person's, whose middle name may be left out."""
        return tuple(self._given[shown] for shown in row.names if self._given[shown][0])

    def others(self, row: DocumentRow) -> tuple[tuple[str, bool], ...]:
        """The other names of the form, which a document that shows none of its own may show by mistake."""
        return tuple(pair for shown, pair in self._given.items() if shown not in row.names and pair[0])

    @property
    def _given(self) -> dict[NameShown, tuple[str, bool]]:
        return {NameShown.PROVIDER: (self.name, self.person), NameShown.LEGAL: (self.legal_name, False)}

    @property
    def paid_in_person(self) -> bool:
        """Does the legal name carry the practitioner's first and last name, and no legal form?"""
        own = name_words(self.name)
        if not self.person or not own or has_legal_form(self.legal_name):
            return False
        return {own[0], own[-1]} <= set(name_words(self.legal_name))


@dataclass(frozen=True)
class Paper:
    """One document as it was read. `read_by` is empty until it was looked into; `name` is empty where it was not read,
    or read before names were compared, and "" where none like the form's stands on it; so is `tax_id`."""

    kind: DocumentKind
    read_by: ReadBy | None
    name: str | None
    tax_id: str | None


@dataclass(frozen=True)
class PaperFinding:
    """One thing compared, in words; where they differ, what stands in the document and what on the form."""

    state: PrecheckState
    what: str
    says: str
    seen: str = ""
    typed: str = ""

    @property
    def differs(self) -> bool:
        """Is there something to show side by side?"""
        return self.state is _CHECK and bool(self.seen)


def compare_paper(paper: Paper, claims: Claims) -> tuple[PaperFinding, ...]:
    """The document beside the form: a sentence for the name and, on a W-9, one for the tax ID."""
    row = document_row(paper.kind)
    names = claims.names(row)
    if not names:
        return ()
    if paper.read_by is None:
        return (PaperFinding(_NOT, "name", NOT_YET),)
    if paper.name is None:
        was_read = paper.read_by in (ReadBy.TEXT_LAYER, ReadBy.OCR)
        return (PaperFinding(_NOT, "name", READ_EARLIER if was_read else NOT_READ),)
    found = [_compare_name(paper, names, claims)]
    if paper.kind is DocumentKind.W9 and claims.tax_id:
        found.append(_compare_tax_id(paper, claims))
    return tuple(found)


def _compare_name(paper: Paper, names: tuple[tuple[str, bool], ...], claims: Claims) -> PaperFinding:
    seen = paper.name or ""
    what = "legal name on line 1" if paper.kind is DocumentKind.W9 else "name"
    names = tuple(pair for pair in names if name_words(pair[0]))
    if not names or (seen and not name_words(seen)):
        return PaperFinding(_NOT, what, NOT_LATIN)
    if not seen:
        says = f"We read this document, but find no name like {names[0][0]} on it; handwriting is not read. {_CORRECT}{_care(paper)}"
        return PaperFinding(_CHECK, what, says, "no name found", names[0][0])
    compared = [(differences(seen, typed, person=person), typed) for typed, person in names]
    differ, typed = min(compared, key=lambda one: len(one[0]))
    if not differ:
        return PaperFinding(_OK, what, f"The name on it is the form's: {typed}.", seen, typed)
    told = _other_w9(paper, claims) or f"The names differ: {'; '.join(differ)}."
    says = f"{told} {_CORRECT}{_care(paper)}"
    return PaperFinding(_CHECK, what, says, seen, typed)


def _other_w9(paper: Paper, claims: Claims) -> str:
    """What is said of a W-9 of the practitioner for a business, or the other way round; empty for any other."""
    seen = paper.name or ""
    if paper.kind is not DocumentKind.W9 or not claims.person:
        return ""
    if claims.paid_in_person and has_legal_form(seen):
        return (
            "It shows a business, but payment goes to the practitioner, whose W-9 gives the own name and SSN."
        )
    if (
        not claims.paid_in_person
        and name_words(claims.name)
        and not differences(seen, claims.name, person=True)
    ):
        return "It shows the practitioner's own name, but payment goes to a business, whose W-9 gives its legal name and EIN."
    return ""


def _compare_tax_id(paper: Paper, claims: Claims) -> PaperFinding:
    seen = paper.tax_id or ""
    kind, dashed = ("SSN", "3-2-4") if claims.paid_in_person else ("EIN", "2-7")
    typed = mask(_dashed(claims.tax_id, dashed))
    if not seen:
        says = f"We find no tax ID on it. Compare it with the form yourself: it must show the {kind}."
        return PaperFinding(_NOT, TAX_ID, says)
    if re.sub(r"\D", "", seen) != claims.tax_id:
        says = f"The tax ID on it is not the one on the form. {_CORRECT}{_care(paper)}"
        return PaperFinding(_CHECK, TAX_ID, says, mask(seen), typed)
    if "-" in seen and seen != _dashed(claims.tax_id, dashed):
        who = "An individual's W-9 gives the SSN" if kind == "SSN" else "A business's W-9 gives its EIN"
        says = (
            f"The digits are the form's, but they stand where the other number belongs. {who}.{_care(paper)}"
        )
        return PaperFinding(_CHECK, TAX_ID, says, mask(seen), typed)
    return PaperFinding(_OK, TAX_ID, f"The {kind} on it is the form's: {typed}.", mask(seen), typed)


def _care(paper: Paper) -> str:
    return _BY_OCR if paper.read_by is ReadBy.OCR else ""


def mask(tax_id: str) -> str:
    """A tax ID of which only the last four digits show; its dashes stay."""
    return re.sub(r"\d", "•", tax_id[:-4]) + tax_id[-4:]


def _dashed(digits: str, form: str) -> str:
    parts, rest = [], digits
    for length in map(int, form.split("-")):
        parts.append(rest[:length])
        rest = rest[length:]
    return "-".join(parts)


def differences(seen: str, typed: str, *, person: bool) -> list[str]:
    """Which words differ, in words; none where the names agree. A person's middle name may be left out, be added or be a
    letter; any other word more is another name. The order of the words is nobody's mistake.

    Both names have a word that `name_words` can read.
    """
    theirs, ours = _spelled(seen), _spelled(typed)
    if "".join(theirs) == "".join(ours) or set(theirs) == set(ours):
        return []
    missing = [word for word in ours if word not in theirs]
    extra = [word for word in theirs if word not in ours]
    if person:
        extra = _without_degrees(extra, theirs)
        ends = {next(iter(ours)), list(ours)[-1]}
        middle = set(extra) <= _middle(seen, theirs, next(iter(ours)), list(ours)[-1])
        if not ends & set(missing) and middle and (not missing or not extra or _initials(missing, extra)):
            return []
        if len(missing) > len(extra) or not middle:
            missing = [word for word in missing if word in ends]
    return list(_told(missing, extra, theirs, ours))


def _without_degrees(extra: list[str], theirs: dict[str, str]) -> list[str]:
    """The words too many but for the degrees behind the name."""
    degrees, words = set(), list(theirs)
    while len(words) > 2 and words[-1] in AFTER_NAME and words[-1] in extra:
        degrees.add(words.pop())
    return [word for word in extra if word not in degrees]


def _middle(seen: str, theirs: dict[str, str], first: str, last: str) -> set[str]:
    """The words that can be a middle name: between first and last name, or behind the first where the last leads. What a
    hyphen joins to the last name is a part of it."""
    words = list(theirs)
    if first not in theirs or last not in theirs:
        return set(words)
    at, end = words.index(first), words.index(last)
    middle = words[at + 1 : end] if at < end else words[at + 1 :]
    joined = {word for piece in seen.split() if last in (parts := name_words(piece)) for word in parts}
    return set(middle) - joined


def _told(
    missing: list[str], extra: list[str], theirs: dict[str, str], ours: dict[str, str]
) -> Iterator[str]:
    pairs = list(zip(missing, extra, strict=False))
    if len(pairs) > 1 and theirs.keys().isdisjoint(ours) and not any(close_spelling(*pair) for pair in pairs):
        yield "no word of them is the same"
        return
    for here, there in pairs:
        yield f"“{theirs[there]}” in the document, “{ours[here]}” on the form"
    for word in missing[len(extra) :]:
        yield f"“{ours[word]}” is only on the form"
    for word in extra[len(missing) :]:
        yield f"“{theirs[word]}” is only in the document"


def _initials(missing: list[str], extra: list[str]) -> bool:
    """Is each middle name the beginning of the other, as J. is of Jean?"""
    return all(
        min(len(a), len(b)) == 1 and a[0] == b[0] for a, b in zip(missing, extra, strict=False)
    ) and len(missing) == len(extra)


def _spelled(name: str) -> dict[str, str]:
    """The words of a name as they are compared, each with how it is spelled; Jr., Sr., II ... left out."""
    spelled = {}
    for piece in name.replace("&", " and ").replace("-", " ").split():
        for word in name_words(piece):
            if name_words(f"X {word}") != ["X"]:  # a generation
                spelled[word] = piece.strip(",.;:()") if name_key(piece) == word else word.title()
    return spelled
