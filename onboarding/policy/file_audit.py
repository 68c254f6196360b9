"""The file audit: how a sample of decided files is drawn, and what each file is checked for (NCQA CR).

The sample is 5 per cent of the files or 50, whichever is less, of which at least 10 initial and 10 recredentialing, or all
there are. It is drawn by the seed alone, from files in the order of a keyed hash, so that anyone can draw it again.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from onboarding.policy.days import say
from onboarding.policy.deadlines import after, clock, in_date
from onboarding.policy.documents import Requirement
from onboarding.policy.returning import credentialed_as, days_late, say_late
from onboarding.policy.verifications import Element, VerificationRow
from onboarding.policy.vocabulary import (
    ApplicationKind,
    AuthorizationKind,
    MatchResolution,
    RequirementState,
    VerificationResult,
)

SHARE, MOST, LEAST_OF_A_KIND = 0.05, 50, 10
INITIAL, AGAIN = ApplicationKind.INITIAL, ApplicationKind.RECREDENTIALING


def sample_sizes(counts: Mapping[ApplicationKind, int]) -> dict[ApplicationKind, int]:
    """How many files of each kind are drawn out of so many: in their proportion, and never fewer than the least."""
    there = {kind: counts.get(kind, 0) for kind in (INITIAL, AGAIN)}
    everything = sum(there.values())
    wanted = min(math.ceil(everything * SHARE), MOST)
    fewer, more = sorted(there, key=lambda kind: there[kind])
    least = {kind: min(LEAST_OF_A_KIND, there[kind]) for kind in there}
    part = round(wanted * there[fewer] / everything) if everything else 0
    of_fewer = min(there[fewer], max(least[fewer], part))
    of_more = min(there[more], max(least[more], wanted - of_fewer))
    return {fewer: of_fewer, more: of_more}


def draw(seed: str, files: Mapping[ApplicationKind, Iterable[str]]) -> list[str]:
    """The Application IDs drawn by this seed, initial ones first. The same seed and files give the same sample."""
    shuffled = {
        kind: sorted(ids, key=lambda public_id: hashlib.sha256(f"{seed}\n{public_id}".encode()).hexdigest())
        for kind, ids in files.items()
    }
    sizes = sample_sizes({kind: len(ids) for kind, ids in shuffled.items()})
    return [public_id for kind in (INITIAL, AGAIN) for public_id in shuffled.get(kind, [])[: sizes[kind]]]


class Outcome(StrEnum):
    """How one element of a file stands the audit."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DUE = "not_due_yet"


@dataclass(frozen=True)
class Checked:
    """One record of a fact, as far as the audit asks: `on` is the day of the check at the source."""

    source: str
    method: str
    result: VerificationResult
    on: date
    by: str
    reference: str = ""
    good_until: date | None = None
    file: str = ""


@dataclass(frozen=True)
class AuditedFile:
    """What the audit knows of one decided file, as it stood at the decision; `asked_on` is the day of the audit.
    `required` is the plan of elements of that decision. People stand by the numbers of their accounts: `hands` gathered
    evidence, `table` sat in the committee. `joins`: the decision let the provider in, for which licenses and documents are
    in force on its day."""

    kind: ApplicationKind
    decided_on: date
    required: tuple[VerificationRow, ...]
    checked: Mapping[Element, Checked]
    signed_on: date | None
    screened_on: date | None
    screening_says: str
    matches: tuple[MatchResolution | None, ...]
    decided_by: int
    decided_how: str
    hands: frozenset[int]
    asked_on: date
    noticed_on: date | None
    credentialed_before_on: date | None
    table: frozenset[int] = frozenset()
    documents: tuple[Requirement, ...] = ()
    authorization: AuthorizationKind | None = None
    authorized_on: date | None = None
    authorized_says: str = ""
    joins: bool = True
    renewal_due_on: date | None = None
    extended: str = ""  # for which cause the renewal was let wait


@dataclass(frozen=True)
class Line:
    """One element: the date that counts, its limit in words, how it stands, and the evidence or what is missing."""

    element: str
    on: date | None
    limit: str
    outcome: Outcome
    evidence: str


def checklist(file: AuditedFile) -> list[Line]:
    """Every element of one file, in the order in which a surveyor asks for it."""
    lines = [
        _aged(
            "Application and attestation signed",
            file.signed_on,
            file,
            "application_age",
            "Signed by the applicant",
        )
    ]
    if file.authorization and file.joins:
        element, name = _AUTHORIZED[file.authorization]
        lines.append(_aged(element, file.authorized_on, file, name, file.authorized_says))
    asked = [item for item in file.documents if item.state is not RequirementState.NOT_APPLICABLE]
    lines += [_document(item) for item in asked if file.joins]
    lines += [_verified(row, file.checked.get(row.element), file) for row in file.required]
    lines += [_screened(file), _hands(file), _notice(file)]
    if file.kind is AGAIN:
        lines.append(_cycle(file))
    return lines


_AUTHORIZED = {
    AuthorizationKind.CAQH: ("CAQH attestation, the plan listed", "attestation_age"),
    AuthorizationKind.CCVS: ("CCVS profile received", "evidence_age"),
}


def _line(element: str, on: date | None, limit: str, passed: bool, evidence: str) -> Line:
    return Line(element, on, limit, Outcome.PASSED if passed else Outcome.FAILED, evidence)


def _limit(name: str, file: AuditedFile) -> str:
    return f"at most {clock(name, file.decided_on).amount} days before the decision"


def _aged(element: str, on: date | None, file: AuditedFile, name: str, evidence: str) -> Line:
    passed = on is not None and in_date(on, file.decided_on, name)
    return _line(element, on, _limit(name, file), passed, evidence if on else "Not in the file")


def _verified(row: VerificationRow, found: Checked | None, file: AuditedFile) -> Line:
    limit = _limit(row.age_clock, file) if row.age_clock else "before the decision"
    if found is None:
        return _line(row.label, None, limit, False, "Not in the file")
    evidence = f"{found.source}, {found.method}, {found.result.replace('_', ' ')}, {found.by}"
    evidence += f", reference {found.reference}" if found.reference else ""
    evidence += f", file “{found.file}”" if found.file else ""
    evidence += f", good until {say(found.good_until)}" if found.good_until else ""
    timely = (
        in_date(found.on, file.decided_on, row.age_clock) if row.age_clock else found.on <= file.decided_on
    )
    told = found.result is not VerificationResult.NOT_CHECKED
    in_force = not file.joins or found.good_until is None or found.good_until >= file.decided_on
    passed = timely and told and in_force and found.source in row.sources
    return _line(row.label, found.on, limit, passed, evidence)


def _document(item: Requirement) -> Line:
    sent = item.document
    evidence = item.state.replace("_", " ").capitalize() if sent else "Not in the file"
    evidence += f", good until {say(sent.expires_on)}" if sent and sent.expires_on else ""
    on = sent.uploaded_on if sent else None
    return _line(item.row.label, on, "accepted, and good at the decision", item.settled, evidence)


def _screened(file: AuditedFile) -> Line:
    on = file.screened_on
    passed = on is not None and in_date(on, file.decided_on) and None not in file.matches
    return _line(
        "Exclusion screening (OIG LEIE)", on, _limit("evidence_age", file), passed, file.screening_says
    )


def _hands(file: AuditedFile) -> Line:
    apart = not file.hands & ({file.decided_by} | file.table)
    evidence = file.decided_how
    if not apart:
        evidence += ": somebody who decided also gathered evidence of this file"
    return _line(
        "Decided by someone who verified nothing in this file",
        file.decided_on,
        "not the person who verified",
        apart,
        evidence,
    )


def _notice(file: AuditedFile) -> Line:
    last = after("decision_notice", file.decided_on)
    passed = file.noticed_on is not None and file.noticed_on <= last
    evidence = "Letter handed over" if file.noticed_on else "No letter has left"
    line = _line("Notice of the decision", file.noticed_on, f"by {say(last)}", passed, evidence)
    waiting = file.noticed_on is None and file.asked_on <= last
    return replace(line, outcome=Outcome.NOT_DUE) if waiting else line


def _cycle(file: AuditedFile) -> Line:
    before = file.credentialed_before_on
    if before is None:
        return _line("Recredentialing cycle", None, "36 months", False, "No earlier decision is on record")
    last = file.renewal_due_on or after("recredentialing_cycle", before)
    evidence = f"Credentialed before on {say(before)}"
    if file.extended:
        evidence += f", extended: {file.extended}"
    if late := days_late(file.decided_on, last):
        how = credentialed_as(file.kind, file.decided_on, due_on=last)
        evidence += f", {say_late(late, how)}"
    return _line(
        "Recredentialing cycle", file.decided_on, f"by {say(last)}", file.decided_on <= last, evidence
    )
