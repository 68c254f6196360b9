"""TABLE: what is verified, at which primary source, for whom, and how old it may be at the decision.

Sources: NCQA CR 2025 elements (reference rules section 1.2), 42 CFR 438.602(b) for Medicaid enrolment, NCQA CR 7 for
organizations. Physicians are not asked whether they are board certified: the CCVS profile says it. The age limit is a
clock of policy/deadlines.py; None means the fact must stand on the day but has no age of its own. The signed
application, the authorization and the exclusion screening belong to the plan too: the program dates those itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from onboarding.policy.file import CredentialingFile, VerificationFact
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import AgreementRule, provider_type
from onboarding.policy.returning import credentialed_as
from onboarding.policy.vocabulary import (
    ApplicationKind,
    AuthorizationKind,
    ProviderType,
    Subject,
    VerificationKind,
    VerificationResult,
)


class RunsOut(StrEnum):
    """Does the fact hold until a date that its source states? Where it always does, the date is asked for."""

    NEVER = "never"
    PERHAPS = "perhaps"
    ALWAYS = "always"


Element = tuple[VerificationKind, str]  # which fact, and of which license


@dataclass(frozen=True)
class VerificationRow:
    """One fact: its name, whom it concerns, the sources that count, its age limit, until when it holds.

    `watch_list`: the source lists bad news, so that not to be found there is good. `one_list`: the source gives out one
    list of everybody, so that the same file is evidence in many applications. `provisional`: asked of provisional
    credentialing already. `is_licence`: its date takes the place of the one the applicant gave. `each_licence`: in the
    plan of a file it has a line for each license, which is `about` that one (empty: the one of the license page). It is
    asked of decisions from and to the days of its period in force.
    """

    kind: VerificationKind
    label: str
    applies: Callable[[CredentialingFile], bool]
    sources: tuple[str, ...]
    age_clock: str | None
    rule: str
    runs_out: RunsOut = RunsOut.NEVER
    watch_list: bool = False
    one_list: bool = False
    provisional: bool = False
    is_licence: bool = False
    each_licence: bool = False
    about: str = ""
    in_force_from: date = date.min
    in_force_to: date = date.max

    @property
    def element(self) -> Element:
        """What a record must be of to count for this line."""
        return self.kind, self.about

    @property
    def good(self) -> frozenset[VerificationResult]:
        """What the source may say of a clean file."""
        found = {VerificationResult.VERIFIED}
        return frozenset(found | {VerificationResult.NOT_FOUND} if self.watch_list else found)


def _person(file: CredentialingFile) -> bool:
    return file.subject is Subject.PRACTITIONER


def _body(file: CredentialingFile) -> bool:
    return file.subject is Subject.ORGANIZATION


def _first_time(file: CredentialingFile) -> bool:
    """A renewal decided long after it was due, and who comes back after a long break, is credentialed as if for the first
    time; who comes back sooner is not (policy/returning.py)."""
    how = credentialed_as(file.kind, file.today, due_on=file.recredentialing_due_on, ended_on=file.ended_on)
    return how is ApplicationKind.INITIAL


_NPDB = "National Practitioner Data Bank (NPDB)"
_CCVS = "Arkansas CCVS profile"
# What the data bank reports is confidential (45 CFR 60.20); the applicant may ask it for an own copy.
UNNAMED_SOURCES: frozenset[str] = frozenset({_NPDB})
UNNAMED = "A source that the law does not let us name"
_UNNAMED_WORDS = ("npdb", "national practitioner data bank", "data bank", "databank")
_BOARD = "State licensing board"
_CR = "NCQA CR 3"
_DATABASES = "42 CFR 455.436"

# What was found, as the desk reads it, and as a reason why a file is not clean.
RESULT_LABELS: dict[VerificationResult, str] = {
    VerificationResult.VERIFIED: "Agrees",
    VerificationResult.DISCREPANCY: "Differs",
    VerificationResult.ADVERSE: "Adverse finding",
    VerificationResult.NOT_FOUND: "Not found there",
    VerificationResult.NOT_CHECKED: "Could not check",
}
FINDINGS: dict[VerificationResult, str] = {
    VerificationResult.DISCREPANCY: "discrepancy found",
    VerificationResult.ADVERSE: "adverse found",
    VerificationResult.NOT_FOUND: "not found at its source",
}

# Sources that check the facts themselves and report to us later: their own date counts, within the CVO's limit.
REPORTING_SOURCES: frozenset[str] = frozenset({_CCVS})

# Who may opt out of Medicare: 42 CFR 405.400.
_MAY_OPT_OUT = frozenset({
    ProviderType.MD, ProviderType.DO, ProviderType.CNP, ProviderType.CNS, ProviderType.CNM, ProviderType.CRNA,
    ProviderType.PA, ProviderType.PSYCHOLOGIST, ProviderType.LCSW, ProviderType.LPC, ProviderType.LMFT,
})  # fmt: skip

TABLE: tuple[VerificationRow, ...] = (
    VerificationRow(
        VerificationKind.LICENCE,
        "License to practice",
        _person,
        (_BOARD, _CCVS),
        "evidence_age",
        _CR,
        RunsOut.ALWAYS,
        provisional=True,
        is_licence=True,
        each_licence=True,
    ),
    VerificationRow(
        VerificationKind.LICENCE_SANCTIONS,
        "License sanctions and limits",
        _person,
        (_BOARD, _NPDB, "Federation of State Medical Boards (FSMB)", _CCVS),
        "evidence_age",
        _CR,
        watch_list=True,
    ),
    VerificationRow(
        VerificationKind.DEA_REGISTRATION,
        "DEA registration",
        lambda file: _person(file) and file.prescribes and provider_type(file.provider_type).can_prescribe,
        ("DEA Diversion Control", "DEA certificate on file", "NTIS registrant file", _CCVS),
        None,
        _CR,
        RunsOut.ALWAYS,
    ),
    VerificationRow(
        VerificationKind.CDS_REGISTRATION,
        "State registration for controlled substances (CDS)",
        lambda file: (
            PLAN.cds_required
            and _person(file)
            and file.prescribes
            and provider_type(file.provider_type).can_prescribe
        ),
        ("State CDS agency",),
        None,
        "NCQA CR 3, where a State has its own registration. Arkansas has no such thing: asked of nobody",
        RunsOut.ALWAYS,
    ),
    VerificationRow(
        VerificationKind.EDUCATION,
        "Education and training",
        lambda file: _person(file) and _first_time(file),
        ("School or training program", "Specialty board", "AMA or AOA profile", "ECFMG", _BOARD, _CCVS),
        None,
        _CR,
    ),
    VerificationRow(
        VerificationKind.BOARD_CERTIFICATION,
        "Board certification",
        lambda file: _person(file) and (file.board_certified or provider_type(file.provider_type).physician),
        ("ABMS or AOA", "Certifying board", _CCVS),
        "evidence_age",
        _CR,
        RunsOut.PERHAPS,
    ),
    VerificationRow(
        VerificationKind.WORK_HISTORY,
        "Work history, five years",
        lambda file: _person(file) and _first_time(file),
        ("Application or CAQH profile", _CCVS),
        "history_age",
        _CR,
    ),
    VerificationRow(
        VerificationKind.MALPRACTICE_HISTORY,
        "Malpractice claims, five years",
        _person,
        (_NPDB, "Malpractice carrier", _CCVS),
        "evidence_age",
        _CR,
        watch_list=True,
        provisional=True,
    ),
    VerificationRow(
        VerificationKind.ANESTHESIA_PRACTICE,
        "Anesthesia practice arrangement",
        lambda file: provider_type(file.provider_type).agreement is AgreementRule.STAFF_REVIEW,
        ("Practice or facility", "Arkansas State Board of Nursing"),
        "evidence_age",
        "Arkansas Act 449 of 2021; plan policy: reviewed by credentialing staff",
    ),
    VerificationRow(
        VerificationKind.SUPERVISION,
        "Supervision arrangement and the supervisor's license",
        lambda file: bool(provider_type(file.provider_type).supervision),
        (_BOARD,),
        "evidence_age",
        "A.C.A. 17-103-103(2), 17-27-302(b)",
    ),
    VerificationRow(
        VerificationKind.GOOD_STANDING,
        "Good standing: state license or certification",
        _body,
        (
            "Arkansas Department of Health",
            "Arkansas DHS, DPSQA",
            "Arkansas DHS, DDS",
            "Arkansas Secretary of State",
            "CMS (Medicare certification)",
        ),
        "evidence_age",
        "NCQA CR 7",
        RunsOut.PERHAPS,
        is_licence=True,
    ),
    VerificationRow(
        VerificationKind.ACCREDITATION,
        "Accreditation, or site assessment",
        _body,
        ("Accrediting body", "CMS or state survey", "Plan's own site visit"),
        None,
        "NCQA CR 7",
        RunsOut.PERHAPS,
    ),
    VerificationRow(
        VerificationKind.FEDERAL_SANCTIONS,
        "Medicare and Medicaid sanctions",
        lambda file: True,
        ("SAM.gov", _NPDB),
        "evidence_age",
        "NCQA CR 3; 42 CFR 455.436",
        watch_list=True,
    ),
    VerificationRow(
        VerificationKind.STATE_EXCLUSIONS,
        "Arkansas DHS excluded provider list",
        lambda file: True,
        ("Arkansas DHS excluded provider list",),
        "evidence_age",
        "Plan policy; NCQA FAQ 2025-10-15 makes the state list optional",
        watch_list=True,
        one_list=True,
    ),
    VerificationRow(
        VerificationKind.MEDICARE_OPT_OUT,
        "Medicare opt-out",
        lambda file: file.provider_type in _MAY_OPT_OUT,
        ("CMS opt-out affidavits",),
        "evidence_age",
        "Plan policy; 42 CFR 405.400",
        watch_list=True,
        one_list=True,
    ),
    VerificationRow(
        VerificationKind.DEATH_FILE,
        "SSA Death Master File",
        _person,
        ("SSA Death Master File (NTIS)",),
        "evidence_age",
        _DATABASES,
        watch_list=True,
    ),
    VerificationRow(
        VerificationKind.NPPES,
        "NPI in NPPES",
        lambda file: True,
        ("NPPES NPI Registry",),
        "evidence_age",
        _DATABASES,
    ),
    VerificationRow(
        VerificationKind.MEDICAID_ENROLMENT,
        "Arkansas Medicaid enrollment",
        lambda file: True,
        ("Arkansas Medicaid provider enrollment",),
        "evidence_age",
        "42 CFR 438.602(b)",
    ),
)

_BY_KIND = {row.kind: row for row in TABLE}


def verification_row(kind: VerificationKind | str) -> VerificationRow:
    """The row of one verification; raises ValueError for a kind the policy does not know."""
    return _BY_KIND[VerificationKind(kind)]


def source_told(source: str) -> str:
    """The source as the applicant may be told of it."""
    return UNNAMED if source in UNNAMED_SOURCES else source


def names_barred_source(text: str) -> bool:
    """Does this text name a source that the law does not let us name?"""
    return any(word in text.lower() for word in _UNNAMED_WORDS)


def sources_for(row: VerificationRow, code: ProviderType) -> tuple[str, ...]:
    """The primary sources that count for one fact of this provider type: CCVS reports on those it credentials alone."""
    if provider_type(code).authorization is AuthorizationKind.CCVS:
        return row.sources
    return tuple(source for source in row.sources if source not in REPORTING_SOURCES)


def label_of(kind: VerificationKind | str, about: str | None = "") -> str:
    """How a fact is called, with the license it is about."""
    label = verification_row(kind).label
    return f"{label} ({about})" if about else label


def required(
    file: CredentialingFile, on: date | None = None, table: tuple[VerificationRow, ...] | None = None
) -> tuple[VerificationRow, ...]:
    """The plan of elements: what must be verified for a decision on that day, or today, by the rows in force on it and in
    the table's order. What is asked of each license has a line for each one that is stated or needed."""
    day = on or file.today
    then = file if day == file.today else replace(file, today=day)
    return tuple(
        line
        for row in (TABLE if table is None else table)
        if row.in_force_from <= day <= row.in_force_to and row.applies(then)
        for line in _lines(row, file)
    )


def _lines(row: VerificationRow, file: CredentialingFile) -> tuple[VerificationRow, ...]:
    if not row.each_licence or not file.further_licences:
        return (row,)
    own = replace(row, label=f"{row.label} ({file.licence})") if file.licence else row
    further = (licence.about for licence in file.further_licences)
    return own, *(replace(row, label=f"{row.label} ({about})", about=about) for about in further)


def line_of(kind: str, about: str) -> VerificationRow:
    """The line of a plan that was kept as its elements; raises ValueError for a kind the policy does not know."""
    row = verification_row(kind)
    return replace(row, label=label_of(kind, about), about=about) if about else row


def labels(file: CredentialingFile) -> dict[Element, str]:
    """How each line of the plan of this file is called."""
    return {row.element: row.label for row in required(file)}


def required_provisionally(file: CredentialingFile) -> tuple[VerificationRow, ...]:
    """What must be checked before provisional credentialing: the license and five years of malpractice claims, beside a
    current signed application (NCQA CR)."""
    return tuple(row for row in required(file) if row.provisional)


def enrolment_pending_since(file: CredentialingFile) -> date | None:
    """Since when the State is asked about enrollment and has not confirmed it; None once it has, or before it is asked."""
    since = None
    for fact in file.verifications:
        if fact.kind is VerificationKind.MEDICAID_ENROLMENT:
            agrees = fact.result is VerificationResult.VERIFIED
            since = None if agrees else since or fact.checked_on
    return since


def latest(file: CredentialingFile, row: VerificationRow) -> VerificationFact | None:
    """The record that counts for one line of the plan: the latest one, whatever it says."""
    found = records_of(file, row)
    return found[-1] if found else None


def records_of(file: CredentialingFile, row: VerificationRow) -> list[VerificationFact]:
    """Every record for one line of the plan, oldest first."""
    return [fact for fact in file.verifications if (fact.kind, fact.about) == row.element]
