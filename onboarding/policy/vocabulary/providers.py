"""Who applies: the words for providers. Values are stored as text."""

from enum import StrEnum


class ProviderKind(StrEnum):
    """What the applicant offers; chosen on the first page."""

    MEDICAL = "medical"
    BEHAVIORAL_HEALTH = "behavioral_health"
    HCBS = "hcbs"
    VISION = "vision"
    LABORATORY = "laboratory"


class Subject(StrEnum):
    """Who is credentialed: a person or a body."""

    PRACTITIONER = "practitioner"
    ORGANIZATION = "organization"


class ProviderType(StrEnum):
    """The licence or certification held; each has a row in policy/provider_types.py."""

    MD = "md"
    DO = "do"
    CNP = "cnp"
    CNS = "cns"
    CNM = "cnm"
    CRNA = "crna"
    PA = "pa"
    PSYCHOLOGIST = "psychologist"
    LCSW = "lcsw"
    LMSW = "lmsw"
    LPC = "lpc"
    LAC = "lac"
    LMFT = "lmft"
    BCBA = "bcba"
    OT = "ot"
    PT = "pt"
    SLP = "slp"
    BEHAVIORAL_HEALTH_AGENCY = "behavioral_health_agency"
    HCBS_PROVIDER = "hcbs_provider"
    ICF = "icf"
    GROUP_PRACTICE = "group_practice"
    HOSPITAL = "hospital"
    ASC = "asc"
    HOME_HEALTH = "home_health"
    FQHC = "fqhc"
    RHC = "rhc"
