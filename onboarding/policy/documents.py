"""TABLE: which document is asked, of whom, when it applies, and whether it runs out.

Each row names its source; seeds and rules are those of the reference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import clock
from onboarding.policy.file import CredentialingFile, DocumentFact
from onboarding.policy.provider_types import (
    AgreementRule,
    ProviderTypeRow,
    bodies,
    everybody,
    people,
    provider_type,
)
from onboarding.policy.vocabulary import (
    DocumentKind,
    DocumentState,
    NameShown,
    ProviderType,
    RequirementState,
)


@dataclass(frozen=True)
class DocumentRow:
    """One document: its name, what it must show, whom it is put to, when it applies, the reason given, its source, and
    the names one of which it must show.

    Who is never asked for it, by the provider type, does not hear of it; `otherwise` says why it is not asked of
    somebody who might have been.
    """

    kind: DocumentKind
    label: str
    shows: str
    put_to: Callable[[ProviderTypeRow], bool]
    because: str
    expires: bool
    source: str
    applies: Callable[[CredentialingFile], bool] = lambda file: True
    otherwise: str = ""
    names: tuple[NameShown, ...] = (NameShown.PROVIDER,)


def _collaborates(row: ProviderTypeRow) -> bool:
    return row.agreement is AgreementRule.COLLABORATIVE_UNLESS_INDEPENDENT


# Who is certified by DPSQA, and whom the State licenses as a facility.
_DPSQA = frozenset({ProviderType.BEHAVIORAL_HEALTH_AGENCY, ProviderType.ICF})
_FACILITIES = frozenset({ProviderType.HOSPITAL, ProviderType.ASC, ProviderType.HOME_HEALTH, ProviderType.FQHC,
                         ProviderType.RHC})  # fmt: skip
_K = DocumentKind
_NOT_OF_THIS_TYPE = "it is not asked of this type of provider"

TABLE: tuple[DocumentRow, ...] = (
    DocumentRow(
        _K.DEA_CERTIFICATE,
        "DEA certificate",
        "your name, the DEA number and the expiration date",
        lambda row: row.can_prescribe,
        "you prescribe controlled substances",
        expires=True,
        source="seed 002",
        applies=lambda file: file.prescribes,
        otherwise="you do not prescribe controlled substances",
    ),
    DocumentRow(
        _K.MALPRACTICE_FACE_SHEET,
        "Malpractice insurance face sheet",
        "the insured's name, the policy dates and the limits",
        people,
        "everyone in the network shows current malpractice coverage",
        expires=True,
        source="seed 002",
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        _K.BCBA_CERTIFICATE,
        "BCBA certificate",
        "your name, the certification number and the expiration date",
        lambda row: row.code is ProviderType.BCBA,
        "your certification takes the place of a license",
        expires=True,
        source="provider types: certified by the Behavior Analyst Certification Board, without a license number of the State",
    ),
    DocumentRow(
        _K.DDS_CERTIFICATE,
        "DDS certificate for the CES waiver",
        "the organization's name, the certified services and the dates",
        lambda row: row.serves_waiver,
        "DDS certifies a CES waiver provider before it joins",
        expires=True,
        source="rules section 3 (HCBS / CES waiver provider: certified by DDS first; rule 016.05.17-004)",
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        _K.DPSQA_CERTIFICATE,
        "DPSQA certificate",
        "the organization's name, the address of the site and the dates",
        lambda row: row.code in _DPSQA,
        "DPSQA certifies this kind of provider before it joins, each site for itself",
        expires=True,
        source="rules section 3 (BH agency: DPSQA certification comes before enrollment; rule 016.06.08-036)",
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        _K.FACILITY_LICENSE,
        "State license of the facility",
        "the facility's name and address, the license number and the expiration date",
        lambda row: row.code in _FACILITIES,
        "the State licenses this kind of facility",
        expires=True,
        source="rules section 2 (CR 7: good standing with state bodies)",
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        _K.CMS_CERTIFICATION,
        "CMS certification or accreditation letter",
        "the facility's name, the CMS certification number or the accrediting body, and the date",
        lambda row: row.certified_by_cms,
        "a facility in the network is certified by CMS or accredited",
        expires=False,
        source="rules section 2 (CR 7: accreditation, or a CMS or state survey)",
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        _K.LIABILITY_INSURANCE,
        "Certificate of liability insurance, general and professional",
        "the organization's name, the policy dates and the limits",
        bodies,
        "every organization in the network shows current liability coverage",
        expires=True,
        source="seed 002 (proof of coverage), as a certificate where an organization is insured and no person",
        names=(NameShown.PROVIDER, NameShown.LEGAL),
    ),
    DocumentRow(
        _K.CLIA_CERTIFICATE,
        "CLIA certificate (Clinical Laboratory Improvement Amendments)",
        "the CLIA number, the address of the site and the expiration date",
        everybody,
        "you do laboratory tests on site",
        expires=True,
        source="seed 002",
        applies=lambda file: file.tests_on_site,
        otherwise="you do no laboratory tests on site",
        names=(NameShown.LEGAL, NameShown.PROVIDER),
    ),
    DocumentRow(
        _K.COLLABORATIVE_AGREEMENT,
        "Collaborative practice agreement",
        "both signatures, the collaborating physician's name and the date",
        _collaborates,
        "you practice with a collaborating physician",
        expires=False,
        source="seed 002; A.C.A. 17-87-310",
        applies=lambda file: not file.independent,
        otherwise="your independent practice does not call for one",
    ),
    DocumentRow(
        _K.INDEPENDENT_PRACTICE_CERTIFICATE,
        "Certificate of full independent practice",
        "your name, the Board of Nursing's approval and the expiration date",
        _collaborates,
        "you practice independently; this certificate takes the place of the collaborative agreement",
        expires=True,
        source="A.C.A. 17-87-314",
        applies=lambda file: file.independent,
        otherwise="you did not say that you practice independently under a Board of Nursing certificate",
    ),
    DocumentRow(
        _K.DELEGATION_AGREEMENT,
        "PA delegation agreement",
        "both signatures, the supervising physician's name and the date of this year's update",
        lambda row: row.agreement is AgreementRule.DELEGATION,
        "every physician assistant works under a delegation agreement, updated each year",
        expires=True,
        source="A.C.A. 17-105-110",
    ),
    DocumentRow(
        _K.W9,
        "IRS Form W-9, signed",
        "the legal name on line 1, the tax ID and the signature",
        everybody,
        "payments are reported under this name and tax ID",
        expires=False,
        source="rules section 3 (DHS's rejection causes: the right W-9)",
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


def rows_for(row: ProviderTypeRow) -> tuple[DocumentRow, ...]:
    """The rows put to this provider type, in the table's order."""
    return tuple(document for document in TABLE if document.put_to(row))


def is_asked(row: DocumentRow, file: CredentialingFile) -> bool:
    """Does this file need this document: it is put to its provider type, and its case calls for it?"""
    return row.put_to(provider_type(file.provider_type)) and row.applies(file)


def requirements(file: CredentialingFile) -> tuple[Requirement, ...]:
    """Every row put to this provider type applied to this file, in the table's order, and every row a file was sent
    for: what was once sent stays in sight. Derived each time, stored never."""
    put, sent = rows_for(provider_type(file.provider_type)), {document.kind for document in file.documents}
    return tuple(_requirement(row, file, row in put) for row in TABLE if row in put or row.kind in sent)


def outstanding(file: CredentialingFile) -> tuple[Requirement, ...]:
    """The documents the applicant must still send or send again."""
    return tuple(item for item in requirements(file) if item.outstanding)


def _requirement(row: DocumentRow, file: CredentialingFile, put: bool) -> Requirement:
    if not put:
        return Requirement(row, RequirementState.NOT_APPLICABLE, _NOT_OF_THIS_TYPE)
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
