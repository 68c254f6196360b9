"""TABLE: the provider types this plan enrols, and what follows from each.

Sources: reference rules section 3 (Arkansas), seed 002 (CCVS for MD and DO, CAQH for all others); 42 CFR 455.101 for
who discloses ownership: every provider but practitioners and groups of practitioners.
"""

from dataclasses import dataclass
from enum import StrEnum

from onboarding.policy.vocabulary import AuthorizationKind, ProviderKind, ProviderType, Subject

_M, _B, _H = ProviderKind.MEDICAL, ProviderKind.BEHAVIORAL_HEALTH, ProviderKind.HCBS
_CAQH, _CCVS = AuthorizationKind.CAQH, AuthorizationKind.CCVS


class AgreementRule(StrEnum):
    """Which practice agreement the type needs."""

    NONE = "none"
    COLLABORATIVE_UNLESS_INDEPENDENT = "collaborative_unless_independent"
    DELEGATION = "delegation"
    STAFF_REVIEW = "staff_review"


@dataclass(frozen=True)
class ProviderTypeRow:
    """One provider type: its name, who it is, where it is licensed, and the rules that follow.

    `licence_name` is what the licensing body gives out. `supervision` is the rule under which the type practices
    under a supervisor, empty for all others. `certified_by_cms`: it holds a CMS certification number.
    """

    code: ProviderType
    label: str
    subject: Subject
    kinds: tuple[ProviderKind, ...]
    authorization: AuthorizationKind | None
    licensing_body: str
    agreement: AgreementRule = AgreementRule.NONE
    can_prescribe: bool = False
    physician: bool = False
    licensed: bool = True
    licence_name: str = "License"
    supervision: str = ""
    certified_by_cms: bool = False
    discloses_ownership: bool = False
    serves_waiver: bool = False

    @property
    def licensed_by_state(self) -> bool:
        """Is it a person with a license that is good in one state only?"""
        return self.subject is Subject.PRACTITIONER and self.licence_name == "License"

    @property
    def roster(self) -> bool:
        """May it send a list of its practitioners? Every organization has some, a hospital and a facility too."""
        return self.subject is Subject.ORGANIZATION


_P, _O = Subject.PRACTITIONER, Subject.ORGANIZATION
_T, _A = ProviderType, AgreementRule
_MEDICAL_BOARD = "Arkansas State Medical Board"
_NURSING_BOARD = "Arkansas State Board of Nursing"
_SW_BOARD = "Arkansas Social Work Licensing Board"
_COUNSELING_BOARD = "Arkansas Board of Examiners in Counseling"
_HEALTH = "Arkansas Department of Health"
_DPSQA = "Arkansas DHS, Division of Provider Services and Quality Assurance (DPSQA)"
_DDS = "Arkansas DHS, Division of Developmental Disabilities Services (DDS)"

TABLE: tuple[ProviderTypeRow, ...] = (
    ProviderTypeRow(
        _T.MD, "Physician (MD)", _P, (_M, _B), _CCVS, _MEDICAL_BOARD, can_prescribe=True, physician=True
    ),
    ProviderTypeRow(
        _T.DO,
        "Osteopathic physician (DO)",
        _P,
        (_M, _B),
        _CCVS,
        _MEDICAL_BOARD,
        can_prescribe=True,
        physician=True,
    ),
    ProviderTypeRow(
        _T.CNP,
        "Certified nurse practitioner (CNP)",
        _P,
        (_M, _B),
        _CAQH,
        _NURSING_BOARD,
        _A.COLLABORATIVE_UNLESS_INDEPENDENT,
        can_prescribe=True,
    ),
    ProviderTypeRow(
        _T.CNS,
        "Clinical nurse specialist (CNS)",
        _P,
        (_M, _B),
        _CAQH,
        _NURSING_BOARD,
        _A.COLLABORATIVE_UNLESS_INDEPENDENT,
        can_prescribe=True,
    ),
    ProviderTypeRow(
        _T.CNM, "Certified nurse midwife (CNM)", _P, (_M,), _CAQH, _NURSING_BOARD, can_prescribe=True
    ),
    ProviderTypeRow(
        _T.CRNA,
        "Certified registered nurse anesthetist (CRNA)",
        _P,
        (_M,),
        _CAQH,
        _NURSING_BOARD,
        _A.STAFF_REVIEW,
        can_prescribe=True,
    ),
    ProviderTypeRow(
        _T.PA,
        "Physician assistant (PA)",
        _P,
        (_M, _B),
        _CAQH,
        _MEDICAL_BOARD,
        _A.DELEGATION,
        can_prescribe=True,
    ),
    ProviderTypeRow(_T.PSYCHOLOGIST, "Psychologist", _P, (_B,), _CAQH, "Arkansas Psychology Board"),
    ProviderTypeRow(_T.LCSW, "Licensed certified social worker (LCSW)", _P, (_B,), _CAQH, _SW_BOARD),
    ProviderTypeRow(
        _T.LMSW,
        "Licensed master social worker (LMSW)",
        _P,
        (_B,),
        _CAQH,
        _SW_BOARD,
        supervision="A.C.A. 17-103-103(2): a licensed master social worker practices under supervision only",
    ),
    ProviderTypeRow(_T.LPC, "Licensed professional counselor (LPC)", _P, (_B,), _CAQH, _COUNSELING_BOARD),
    ProviderTypeRow(
        _T.LAC,
        "Licensed associate counselor (LAC)",
        _P,
        (_B,),
        _CAQH,
        _COUNSELING_BOARD,
        supervision="A.C.A. 17-27-302(b): a licensed associate counselor practices only under the direct supervision "
        "of a licensed professional counselor",
    ),
    ProviderTypeRow(
        _T.LMFT, "Licensed marriage and family therapist (LMFT)", _P, (_B,), _CAQH, _COUNSELING_BOARD
    ),
    ProviderTypeRow(
        _T.BCBA,
        "Board certified behavior analyst (BCBA)",
        _P,
        (_B, _H),
        _CAQH,
        "Behavior Analyst Certification Board",
        licence_name="Certification",
    ),
    ProviderTypeRow(_T.OT, "Occupational therapist (OT)", _P, (_M, _H), _CAQH, _MEDICAL_BOARD),
    ProviderTypeRow(
        _T.PT, "Physical therapist (PT)", _P, (_M, _H), _CAQH, "Arkansas State Board of Physical Therapy"
    ),
    ProviderTypeRow(
        _T.SLP,
        "Speech-language pathologist (SLP)",
        _P,
        (_M, _H),
        _CAQH,
        "Arkansas Board of Examiners in Speech-Language Pathology and Audiology",
    ),
    ProviderTypeRow(
        _T.BEHAVIORAL_HEALTH_AGENCY,
        "Behavioral health agency",
        _O,
        (_B,),
        None,
        _DPSQA,
        licence_name="DPSQA certification",
        discloses_ownership=True,
    ),
    ProviderTypeRow(
        _T.HCBS_PROVIDER,
        "Home- and community-based services provider (CES waiver)",
        _O,
        (_H,),
        None,
        _DDS,
        licence_name="DDS certificate",
        discloses_ownership=True,
        serves_waiver=True,
    ),
    ProviderTypeRow(
        _T.ICF,
        "Intermediate care facility (IDD)",
        _O,
        (_H,),
        None,
        _DPSQA,
        licence_name="DPSQA certification",
        discloses_ownership=True,
    ),
    ProviderTypeRow(
        _T.GROUP_PRACTICE,
        "Group practice",
        _O,
        (_M, _B),
        None,
        "its practitioners' boards",
        licensed=False,
    ),
    ProviderTypeRow(
        _T.HOSPITAL,
        "Hospital",
        _O,
        (_M, _B),
        None,
        _HEALTH,
        certified_by_cms=True,
        discloses_ownership=True,
    ),
    ProviderTypeRow(
        _T.ASC,
        "Ambulatory surgery center (ASC)",
        _O,
        (_M,),
        None,
        _HEALTH,
        certified_by_cms=True,
        discloses_ownership=True,
    ),
    ProviderTypeRow(
        _T.HOME_HEALTH,
        "Home health agency",
        _O,
        (_M, _H),
        None,
        _HEALTH,
        certified_by_cms=True,
        discloses_ownership=True,
    ),
    ProviderTypeRow(
        _T.FQHC,
        "Federally qualified health center (FQHC)",
        _O,
        (_M, _B),
        None,
        _HEALTH,
        certified_by_cms=True,
        discloses_ownership=True,
    ),
    ProviderTypeRow(
        _T.RHC,
        "Rural health clinic (RHC)",
        _O,
        (_M,),
        None,
        _HEALTH,
        certified_by_cms=True,
        discloses_ownership=True,
    ),
)

_BY_CODE = {row.code: row for row in TABLE}


def provider_type(code: ProviderType | str) -> ProviderTypeRow:
    """The row of one provider type; raises KeyError for a code the plan does not enrol."""
    return _BY_CODE[ProviderType(code)]


def types_for(kind: ProviderKind | str, subject: Subject | str) -> tuple[ProviderTypeRow, ...]:
    """The types an applicant of this kind can choose from, in the order of the table."""
    return tuple(row for row in TABLE if ProviderKind(kind) in row.kinds and row.subject == Subject(subject))


def everybody(row: ProviderTypeRow) -> bool:
    """Whom a question, a page or a document is put to: every type."""
    return True


def people(row: ProviderTypeRow) -> bool:
    """Whom it is put to: practitioners."""
    return row.subject is Subject.PRACTITIONER


def bodies(row: ProviderTypeRow) -> bool:
    """Whom it is put to: organizations."""
    return row.subject is Subject.ORGANIZATION
