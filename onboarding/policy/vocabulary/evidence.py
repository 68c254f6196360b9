"""What stands in the credentialing file. Values are stored as text."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """The papers a file may need; each has a row in policy/documents.py."""

    DEA_CERTIFICATE = "dea_certificate"
    MALPRACTICE_FACE_SHEET = "malpractice_face_sheet"
    CLIA_CERTIFICATE = "clia_certificate"
    COLLABORATIVE_AGREEMENT = "collaborative_agreement"
    INDEPENDENT_PRACTICE_CERTIFICATE = "independent_practice_certificate"
    DELEGATION_AGREEMENT = "delegation_agreement"
    BCBA_CERTIFICATE = "bcba_certificate"
    DDS_CERTIFICATE = "dds_certificate"
    DPSQA_CERTIFICATE = "dpsqa_certificate"
    FACILITY_LICENSE = "facility_license"
    CMS_CERTIFICATION = "cms_certification"
    LIABILITY_INSURANCE = "liability_insurance"
    W9 = "w9"


class DocumentState(StrEnum):
    """What became of one uploaded file. Expired is not a state: it follows from the date."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ScanState(StrEnum):
    """What the virus scanner made of one file. Without an answer it is never clean: it is held."""

    NOT_CONFIGURED = "not_configured"
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class ReadBy(StrEnum):
    """Where the words of a document were read, for the suggestion beside its picture."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    NO_OCR = "no_ocr"
    NOTHING = "nothing"


class AskedBy(StrEnum):
    """What asked the applicant for a document."""

    RULE = "rule"
    LETTER = "letter"
    REJECTION = "rejection"
    RETURN = "return"


class RequirementState(StrEnum):
    """Where one required document stands, derived from the files sent and the date."""

    NEEDED = "needed"
    BEING_SCANNED = "being_scanned"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    EXPIRING = "expiring"
    REJECTED = "rejected"
    EXPIRED = "expired"
    NOT_APPLICABLE = "not_applicable"


class AuthorizationKind(StrEnum):
    """How the plan gets leave to read the practitioner's credentials."""

    CAQH = "caqh"
    CCVS = "ccvs"


class AuthorizationSource(StrEnum):
    """Who said so: a member of staff who looked, or CAQH's own answer to the clock."""

    STAFF = "staff"
    CAQH = "caqh"


class VerificationKind(StrEnum):
    """One fact checked at its primary source; each has a row in policy/verifications.py."""

    LICENCE = "licence"
    LICENCE_SANCTIONS = "licence_sanctions"
    DEA_REGISTRATION = "dea_registration"
    EDUCATION = "education"
    BOARD_CERTIFICATION = "board_certification"
    WORK_HISTORY = "work_history"
    MALPRACTICE_HISTORY = "malpractice_history"
    FEDERAL_SANCTIONS = "federal_sanctions"
    STATE_EXCLUSIONS = "state_exclusions"
    MEDICAID_ENROLMENT = "medicaid_enrolment"
    ANESTHESIA_PRACTICE = "anesthesia_practice"
    SUPERVISION = "supervision"
    GOOD_STANDING = "good_standing"
    ACCREDITATION = "accreditation"
    CDS_REGISTRATION = "cds_registration"
    MEDICARE_OPT_OUT = "medicare_opt_out"
    DEATH_FILE = "death_file"
    NPPES = "nppes"


class VerificationResult(StrEnum):
    """What the source said: it agrees, it differs, it reports a problem, it has no entry. 'Not checked' (it could not be
    asked) is never 'verified'."""

    VERIFIED = "verified"
    DISCREPANCY = "discrepancy"
    ADVERSE = "adverse"
    NOT_FOUND = "not_found"
    NOT_CHECKED = "not_checked"


class VerificationMethod(StrEnum):
    """How the source was asked."""

    WEBSITE = "website"
    REPORT = "report"
    LETTER = "letter"
    TELEPHONE = "telephone"
    DOCUMENT = "document"


class MatchVerdict(StrEnum):
    """Does an exclusion record describe this applicant?"""

    MATCH = "match"
    SUSPECTED = "suspected"
    NO_MATCH = "no_match"
    INSUFFICIENT_DATA = "insufficient_data"


class ScreeningOutcome(StrEnum):
    """What one screening of one applicant against one list found."""

    CLEAR = "clear"
    POSSIBLE = "possible"
    NOT_CHECKED = "not_checked"


class MatchResolution(StrEnum):
    """What a person decided about a possible match."""

    SAME = "same"
    DIFFERENT = "different"


class NppesOutcome(StrEnum):
    """What asking NPPES about an NPI came to. 'Not checked' says nothing about the NPI."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    DEACTIVATED = "deactivated"
    NOT_CHECKED = "not_checked"


class NameShown(StrEnum):
    """Whose name a document shows: the provider's, or the legal name for payment."""

    PROVIDER = "provider"
    LEGAL = "legal"


class PrecheckState(StrEnum):
    """How one cause of rejection stands before the form is sent."""

    OK = "ok"
    PLEASE_CHECK = "please_check"
    WILL_BE_ASKED = "will_be_asked"
    NOT_COMPARED = "not_compared"
