"""TABLE: which document is asked, of whom, when it applies, and whether it runs out.

Sources: seed 002 (DEA, malpractice face sheet, CLIA, collaborative agreement), reference rules section 3 (Arkansas
agreements: A.C.A. 17-87-310, 17-87-314, 17-105-110), W-9 for payment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import clock
from onboarding.policy.file import CredentialingFile, DocumentFact
from onboarding.policy.provider_types import AgreementRule, provider_type
from onboarding.policy.vocabulary import DocumentKind, DocumentState, NameShown, RequirementState


@dataclass(frozen=True)
class DocumentRow:
    """One document: its name, what it must show, when it applies, the reason given to the applicant,
    and the names one of which it must show."""

    kind: DocumentKind
    label: str
    shows: str
    applies: Callable[[CredentialingFile], bool]
    because: str
    otherwise: str
    expires: bool
    names: tuple[NameShown, ...] = (NameShown.PROVIDER,)


def _prescribes(file: CredentialingFile) -> bool:
    return file.prescribes and provider_type(file.provider_type).can_prescribe


def _agreement(file: CredentialingFile) -> AgreementRule:
    return provider_type(file.provider_type).agreement


def _works_with_collaborator(file: CredentialingFile) -> bool:
    return _agreement(file) is AgreementRule.COLLABORATIVE_UNLESS_INDEPENDENT and not file.independent


def _works_independently(file: CredentialingFile) -> bool:
    return _agreement(file) is AgreementRule.COLLABORATIVE_UNLESS_INDEPENDENT and file.independent


TABLE: tuple[DocumentRow, ...] = (
    DocumentRow(
        DocumentKind.DEA_CERTIFICATE,
        "DEA certificate",
        "your name, the DEA number and the expiration date",
        _prescribes,
        "you prescribe controlled substances",
        "you do not prescribe controlled substances",
        expires=True,
    ),
    DocumentRow(
        DocumentKind.MALPRACTICE_FACE_SHEET,
        "Malpractice insurance face sheet",
        "the insured's name, the policy dates and the limits",
        lambda file: True,
        "everyone in the network shows current malpractice coverage",
        "",
        expires=True,
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        DocumentKind.CLIA_CERTIFICATE,
        "CLIA certificate (Clinical Laboratory Improvement Amendments)",
        "the CLIA number, the address of the site and the expiration date",
        lambda file: file.tests_on_site,
        "you do laboratory tests on site",
        "you do no laboratory tests on site",
        expires=True,
        names=(NameShown.LEGAL, NameShown.PROVIDER),
    ),
    DocumentRow(
        DocumentKind.COLLABORATIVE_AGREEMENT,
        "Collaborative practice agreement",
        "both signatures, the collaborating physician's name and the date",
        _works_with_collaborator,
        "you practice with a collaborating physician",
        "your license or your independent practice does not call for one",
        expires=False,
    ),
    DocumentRow(
        DocumentKind.INDEPENDENT_PRACTICE_CERTIFICATE,
        "Certificate of full independent practice",
        "your name, the Board of Nursing's approval and the expiration date",
        _works_independently,
        "you practice independently; this certificate takes the place of the collaborative agreement",
        "you did not say that you practice independently under a Board of Nursing certificate",
        expires=True,
    ),
    DocumentRow(
        DocumentKind.DELEGATION_AGREEMENT,
        "PA delegation agreement",
        "both signatures, the supervising physician's name and the date of this year's update",
        lambda file: _agreement(file) is AgreementRule.DELEGATION,
        "every physician assistant works under a delegation agreement, updated each year",
        "you are not a physician assistant",
        expires=True,
    ),
    DocumentRow(
        DocumentKind.W9,
        "IRS Form W-9, signed",
        "the legal name on line 1, the tax ID and the signature",
        lambda file: True,
        "payments are reported under this name and tax ID",
        "",
        expires=False,
        names=(NameShown.LEGAL,),
    ),
)

_BY_KIND = {row.kind: row for row in TABLE}


def document_row(kind: DocumentKind | str) -> DocumentRow:
    """The row of one document kind; raises ValueError for a kind the policy does not know."""
    return _BY_KIND[DocumentKind(kind)]


@dataclass(frozen=True)
class Requirement:
    """One row applied to one file: where it stands, why it is, or is not, asked, and every file sent, newest first."""

    row: DocumentRow
    state: RequirementState
    why: str
    document: DocumentFact | None = None
    versions: tuple[DocumentFact, ...] = ()

    @property
    def outstanding(self) -> bool:
        """Must the applicant still send something?"""
        return self.state in (RequirementState.NEEDED, RequirementState.REJECTED, RequirementState.EXPIRED)

    @property
    def settled(self) -> bool:
        """Is nothing left to do, for the applicant or for staff?"""
        return self.state in (
            RequirementState.ACCEPTED,
            RequirementState.EXPIRING,
            RequirementState.NOT_APPLICABLE,
        )


def is_expired(expires_on: date | None, today: date) -> bool:
    """A document is good through its last day and expired from the day after."""
    return expires_on is not None and expires_on < today


def is_expiring(expires_on: date | None, today: date) -> bool:
    """Is a document good today and runs out soon?"""
    if expires_on is None or is_expired(expires_on, today):
        return False
    return (expires_on - today).days <= clock("document_expiring", today).amount


def requirements(file: CredentialingFile) -> tuple[Requirement, ...]:
    """Every row of the table applied to this file, in the table's order. Derived each time, stored never."""
    return tuple(_requirement(row, file) for row in TABLE)


def outstanding(file: CredentialingFile) -> tuple[Requirement, ...]:
    """The documents the applicant must still send or send again."""
    return tuple(item for item in requirements(file) if item.outstanding)


def _requirement(row: DocumentRow, file: CredentialingFile) -> Requirement:
    if not row.applies(file):
        return Requirement(row, RequirementState.NOT_APPLICABLE, row.otherwise)
    sent = _newest_first(row, file)
    state, document = _standing(sent, file.today)
    return Requirement(row, state, row.because, document, sent)


def _standing(sent: tuple[DocumentFact, ...], today: date) -> tuple[RequirementState, DocumentFact | None]:
    """Where a document stands by the files sent for it, and the file that says so."""
    good = [d for d in sent if _is_good(d, today)]
    if good:
        soon = is_expiring(good[0].expires_on, today)
        return RequirementState.EXPIRING if soon else RequirementState.ACCEPTED, good[0]
    waiting = [d for d in sent if d.state is DocumentState.RECEIVED]
    if waiting:
        if is_expired(waiting[0].expires_on, today):
            return RequirementState.EXPIRED, waiting[0]
        ready = [d for d in waiting if not d.held]
        return (
            (RequirementState.RECEIVED, ready[0]) if ready else (RequirementState.BEING_SCANNED, waiting[0])
        )
    if not sent:
        return RequirementState.NEEDED, None
    rejected = sent[0].state is DocumentState.REJECTED
    return RequirementState.REJECTED if rejected else RequirementState.EXPIRED, sent[0]


def _is_good(document: DocumentFact, today: date) -> bool:
    return document.state is DocumentState.ACCEPTED and not is_expired(document.expires_on, today)


def _newest_first(row: DocumentRow, file: CredentialingFile) -> tuple[DocumentFact, ...]:
    """The files sent for one row. The file lists them as they came, so of one day the last listed is the newest.

    What is on file from an earlier application of the same participation counts while it is accepted and in date, so
    that nobody is asked for it again; after that it is history.
    """
    sent = [
        d
        for d in reversed(file.documents)
        if d.kind is row.kind and (not d.on_file or _is_good(d, file.today))
    ]
    return tuple(sorted(sent, key=lambda d: d.uploaded_on, reverse=True))
