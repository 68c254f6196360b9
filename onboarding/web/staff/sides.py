"""Every fact with all who speak of it side by side: the applicant, NPPES, CAQH and the primary source.

What another says differently than the applicant is marked to the character.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from onboarding.clock import today
from onboarding.models import Application, Authorization, Verification
from onboarding.policy.contract_form import answer_codes
from onboarding.policy.corrections import as_read
from onboarding.policy.days import say
from onboarding.policy.file import CredentialingFile, LicenceFact
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import Element, VerificationRow, label_of, required
from onboarding.policy.vocabulary import VerificationKind, VerificationResult
from onboarding.web.nppes_beside import Panel

_K = VerificationKind
_A_DATE = re.compile(r"[A-Z][a-z]+ (\d{1,2}, )?\d{4}")  # as the pages say it: April 4, 2028, or April 2028

_NEAR = 0.6  # how much alike two lines are that speak of one thing

# Which answer of the form each fact is held against, and which one says until when.
_ANSWERS: dict[VerificationKind, str] = {
    _K.LICENCE: "licence_number",
    _K.GOOD_STANDING: "licence_number",
    _K.DEA_REGISTRATION: "dea_number",
    _K.NPPES: "npi",
    _K.BOARD_CERTIFICATION: "boards",
    _K.EDUCATION: "schools",
    _K.WORK_HISTORY: "jobs",
    _K.MALPRACTICE_HISTORY: "claims",
}
_UNTIL: dict[VerificationKind, str] = {
    _K.LICENCE: "licence_expires_on",
    _K.GOOD_STANDING: "licence_expires_on",
}


@dataclass(frozen=True)
class Piece:
    """Some characters: said by both, by the applicant alone (`missing`) or by the other alone (`added`)."""

    text: str
    how: str = "same"


@dataclass(frozen=True)
class Cell:
    """What one of the others says; in pieces where it differs from the applicant's word."""

    text: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class SideLine:
    """One fact: the applicant's word, then NPPES, CAQH and the source."""

    label: str
    ours: str
    nppes: Cell
    caqh: Cell
    source: Cell

    @property
    def others(self) -> tuple[tuple[str, Cell], ...]:
        return ("NPPES", self.nppes), ("CAQH", self.caqh), ("The source", self.source)

    @property
    def differs(self) -> bool:
        return any(cell.pieces for _, cell in self.others)


def side_lines(
    application: Application,
    file: CredentialingFile,
    panel: Panel,
    authorization: Authorization | None,
    counting: Mapping[Element, Verification],
) -> list[SideLine]:
    """Each fact that NPPES, CAQH or a source says something of, the facts of the form first, then each further license.
    `counting` holds the record that counts for each line of the plan."""
    row = provider_type(application.provider_type)
    told, labels = as_read(row, application.form.answers, today()), answer_codes(row)
    nppes = {line.label: line.theirs for line in panel.lines}
    sources, apart = _sources(required(file), counting, told)
    caqh = _caqh(authorization)
    found = []
    for code, label in labels.items():
        name = label.removesuffix(" (optional)")
        theirs = nppes.pop(name, ""), caqh.pop(code, ""), sources.get(code, "")
        if any(theirs):
            found.append(_line(name, told.get(code, ""), *theirs))
    found += [line for licence in file.further_licences for line in _further(licence, counting)]
    found += [_line(label, "", theirs, "", "") for label, theirs in nppes.items()]
    return [*found, *(_line(label, "", "", "", theirs) for label, theirs in apart.items())]


def _further(licence: LicenceFact, counting: Mapping[Element, Verification]) -> Iterator[SideLine]:
    """What the source shows of a further license, its number and until when it runs."""
    record = counting.get((_K.LICENCE, licence.about))
    if record is None:
        return
    label, until = label_of(_K.LICENCE, licence.about), licence.expires_on
    if shown := _shown(record):
        yield _line(label, licence.number, "", "", shown)
    if record.good_until:
        yield _line(f"{label}: good until", say(until) if until else "", "", "", say(record.good_until))


def _shown(record: Verification) -> str:
    """What the source shows; where it differs and nobody wrote what it shows, the note about it."""
    differs = record.result is VerificationResult.DISCREPANCY
    return record.found or (record.note if differs else "")


def _sources(
    rows: tuple[VerificationRow, ...],
    counting: Mapping[Element, Verification],
    told: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, str]]:
    """What the sources show, by the answer it is held against; and by name where the form does not ask."""
    held, apart = {}, {}
    for row in rows:
        record = None if row.about else counting.get(row.element)
        if record is None:
            continue
        until = say(record.good_until) if record.good_until else ""
        for text, code, label in (
            (_shown(record), _ANSWERS.get(row.kind, ""), row.label),
            (until, _UNTIL.get(row.kind, ""), f"{row.label}: good until"),
        ):
            if text and code in told:
                held[code] = text
            elif text:
                apart[label] = text
    return held, apart


def _caqh(authorization: Authorization | None) -> dict[str, str]:
    answer: dict[str, Any] = (authorization.answer if authorization else None) or {}
    return {"caqh_number": str(answer.get("caqh_number") or "")}


def _line(label: str, ours: str, *theirs: str) -> SideLine:
    nppes, caqh, source = (cell(ours, text) for text in theirs)
    return SideLine(label, ours, nppes, caqh, source)


def cell(ours: str, theirs: str) -> Cell:
    """What another says; marked to the character where it is not the same but for its case, a date as a whole. Of entries of
    several lines each line that the other shows is held against the line it is most like."""
    if not ours or not theirs or ours.casefold() == theirs.casefold():
        return Cell(theirs)
    if _A_DATE.fullmatch(ours) and _A_DATE.fullmatch(theirs):
        return Cell(theirs, (Piece(ours, "missing"), Piece(" "), Piece(theirs, "added")))
    pieces = list(_by_lines(ours, theirs)) if "\n" in ours else _marked(ours, theirs)
    return Cell(theirs, tuple(pieces) if any(piece.how != "same" for piece in pieces) else ())


def _by_lines(ours: str, theirs: str) -> Iterator[Piece]:
    lines = {line.casefold(): line for line in ours.splitlines()}
    for place, line in enumerate(theirs.splitlines()):
        yield from [Piece("\n")] if place else []
        near = get_close_matches(line.casefold(), lines, 1, _NEAR)
        if line.casefold() in ours.casefold():
            yield Piece(line)
        elif near:
            yield from _marked(lines[near[0]], line)
        else:
            yield Piece(line, "added")


def _marked(ours: str, theirs: str) -> list[Piece]:
    here, there = ([character.casefold() for character in text] for text in (ours, theirs))
    pieces = []
    for how, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(Piece(theirs[c:d]))
            continue
        pieces += [Piece(ours[a:b], "missing")] if b > a else []
        pieces += [Piece(theirs[c:d], "added")] if d > c else []
    return pieces
