"""The words of the field, used the same in class, table, URL and screen. Values are stored as text."""

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


class ApplicationKind(StrEnum):
    """A request to join, or to stay."""

    INITIAL = "initial"
    RECREDENTIALING = "recredentialing"


class Status(StrEnum):
    """Where an application stands. Set by services/workflow.py alone."""

    DRAFT = "draft"
    RECEIVED = "received"
    RETURNED = "returned"
    GATHERING = "gathering"
    VERIFYING = "verifying"
    READY = "ready"
    IN_COMMITTEE = "in_committee"
    APPROVED = "approved"
    PARTICIPATING = "participating"
    DENIED = "denied"
    DISCONTINUED = "discontinued"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TERMINATED = "terminated"


class Action(StrEnum):
    """A step somebody takes; each (status, action) is one row of policy/workflow.py."""

    SUBMIT = "submit"
    EXPIRE = "expire"
    DISCARD = "discard"
    ACCEPT = "accept"
    RETURN = "return"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    DISCONTINUE = "discontinue"
    COMPLETE_FILE = "complete_file"
    FINISH_VERIFICATION = "finish_verification"
    BACK_TO_GATHERING = "back_to_gathering"
    BACK_TO_VERIFYING = "back_to_verifying"
    APPROVE_CLEAN_FILE = "approve_clean_file"
    APPROVE_PROVISIONALLY = "approve_provisionally"
    PLACE_ON_AGENDA = "place_on_agenda"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    PEND = "pend"
    DENY = "deny"
    CONFIRM_WELCOME = "confirm_welcome"
    TERMINATE = "terminate"
    ACCEPT_APPEAL = "accept_appeal"
    REOPEN = "reopen"


class Role(StrEnum):
    """Who acts. Applicant and clock are roles of the workflow, never of a staff account."""

    APPLICANT = "applicant"
    CLOCK = "clock"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    MEDICAL_DIRECTOR = "medical_director"
    COMMITTEE_MEMBER = "committee_member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = tuple(role for role in Role if role not in (Role.APPLICANT, Role.CLOCK))


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


class DecisionOutcome(StrEnum):
    """What the medical director or the committee decided."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    PENDED = "pended"
    DENIED = "denied"


class AppealOutcome(StrEnum):
    """What another panel made of the decision appealed against."""

    UPHELD = "upheld"
    REVERSED = "reversed"
    MODIFIED = "modified"


class AdverseKind(StrEnum):
    """A decision against a provider; each has a row in policy/adverse.py."""

    DENIAL = "denial"
    RESTRICTION = "restriction"
    TERMINATION = "termination"


class NoticeState(StrEnum):
    """Where the notice of a decision stands."""

    SENT = "sent"
    SENT_LATE = "sent_late"
    WAITS = "waits"
    AMBER = "amber"
    LATE = "late"


class MeetingState(StrEnum):
    """Where a meeting of the committee stands: its agenda is made, it is or was held, its record is complete."""

    PLANNED = "planned"
    HELD = "held"
    CLOSED = "closed"


class QuorumRule(StrEnum):
    """How many members a decision needs; each has a row in policy/committee.py."""

    FIXED = "fixed"
    HALF_OF_MEMBERS = "half_of_members"


class VoteChoice(StrEnum):
    """What one member wants for one file."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    PEND = "pend"
    DENY = "deny"
    ABSTAIN = "abstain"


class PaperKind(StrEnum):
    """What is laid out for a meeting, once each time it is asked for."""

    PACKET = "packet"
    MINUTES = "minutes"


class PaperState(StrEnum):
    """Where one such paper stands."""

    QUEUED = "queued"
    MADE = "made"
    FAILED = "failed"


class LetterKind(StrEnum):
    """What the plan writes; each has a row in letters/catalog.py."""

    CONFIRMATION = "confirmation"
    RETURNED = "returned"
    MISSING_DOCUMENTS = "missing_documents"
    WELCOME = "welcome"
    DENIAL = "denial"
    DISCONTINUATION = "discontinuation"
    TERMINATION = "termination"
    RECREDENTIALING_REMINDER = "recredentialing_reminder"
    PAYMENT_NOTICE = "payment_notice"
    ACCESS_CODE = "access_code"
    DRAFT_EXPIRES = "draft_expires"
    DRAFTS_EXPIRE = "drafts_expire"
    RIGHTS_ANSWER = "rights_answer"
    DISCREPANCY = "discrepancy"
    CAQH_REATTEST = "caqh_reattest"
    CAQH_WITHDRAWN = "caqh_withdrawn"
    STATUS_CHANGED = "status_changed"
    APPLICATION_ID = "application_id"
    DISCREPANCY_REMINDER = "discrepancy_reminder"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_DECIDED = "appeal_decided"
    PROVISIONAL = "provisional"


class Shown(StrEnum):
    """What an applicant has shown in this session: NPI and Application ID; or beyond them the mailed code or link, or has
    begun the draft in it; or the code or link that was mailed to the very address that is on file now."""

    PAIR = "pair"
    CODE = "code"
    ADDRESS = "address"


class Opening(StrEnum):
    """What an applicant can open or do; policy/access.py says on what it opens."""

    SEE_STAGE = "see_stage"
    SEND_DOCUMENT = "send_document"
    SEE_DETAIL = "see_detail"
    CHANGE_FORM = "change_form"
    WITHDRAW = "withdraw"
    FINISH_ONBOARDING = "finish_onboarding"
    CHOOSE_MAILS = "choose_mails"
    ASK_APPEAL = "ask_appeal"


class CodePurpose(StrEnum):
    """How an applicant comes back with what was mailed: a link that is followed, or a code that is typed."""

    LINK = "link"
    CODE = "code"


class LetterState(StrEnum):
    """A letter is queued, then rendered once; where its hand-over stands is on its outbox messages. Forgotten: its draft
    was deleted, and with it the bytes and what it said."""

    QUEUED = "queued"
    RENDERED = "rendered"
    FAILED = "failed"
    FORGOTTEN = "forgotten"


class Channel(StrEnum):
    """The ways a letter leaves."""

    MAIL = "mail"
    PRINT = "print"


class MessageState(StrEnum):
    """Where one hand-over stands. In doubt: a server may have taken it; a person settles that, never a machine.
    Held back: its reader turned such mails off before it left."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    HELD_BACK = "held_back"


class ParticipationState(StrEnum):
    """Whether a provider is in the network."""

    ACTIVE = "active"
    TERMINATED = "terminated"


class OnboardingStep(StrEnum):
    """The list a new provider walks after the welcome letter."""

    PORTAL_ACCOUNT = "portal_account"
    ORIENTATION = "orientation"
    PAYMENT = "payment"
    NEWS = "news"
    SHARE = "share"
    TRAINING = "training"


class RosterState(StrEnum):
    """Where a roster stands. Checking and importing are begun by a person and done by the clock."""

    QUEUED = "queued"
    CHECKING = "checking"
    MAPPING_NEEDED = "mapping_needed"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class RosterRowState(StrEnum):
    """What became of one row of a roster."""

    REFUSED = "refused"
    VALID = "valid"
    IMPORTED = "imported"
    ALREADY_HERE = "already_here"


class PaymentChoice(StrEnum):
    """ECHO's three ways to be paid."""

    EFT = "eft"
    VIRTUAL_CARD = "virtual_card"
    PAPER_CHECK = "paper_check"


class AccountType(StrEnum):
    """The kind of bank account payments go to."""

    CHECKING = "checking"
    SAVINGS = "savings"


class RightsKind(StrEnum):
    """What an applicant may ask of us by right; each has a row in policy/rights.py."""

    REVIEW = "review"
    CORRECT = "correct"
    STATUS = "status"
    LEAVE = "leave"


class RightsState(StrEnum):
    """Where one such request stands."""

    ASKED = "asked"
    ANSWERED = "answered"


class InvitationState(StrEnum):
    """Where a provider somebody referred to us stands. Applied is never stored: an application with the NPI says it."""

    NEW = "new"
    INVITED = "invited"
    APPLIED = "applied"
    CLOSED = "closed"


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


class Capability(StrEnum):
    """What a staff role may do beside the steps of the workflow; rows in policy/access.py."""

    SEE_QUEUE = "see_queue"
    SEE_FILE = "see_file"
    SEE_DOCUMENT = "see_document"
    CLAIM_WORK = "claim_work"
    ASSIGN_WORK = "assign_work"
    REVIEW_DOCUMENT = "review_document"
    RECORD_AUTHORIZATION = "record_authorization"
    RECORD_VERIFICATION = "record_verification"
    RUN_SCREENING = "run_screening"
    RESOLVE_MATCH = "resolve_match"
    SETTLE_LETTER = "settle_letter"
    SEE_LETTER = "see_letter"
    SEE_COUNTS = "see_counts"
    START_RECREDENTIALING = "start_recredentialing"
    CONFIRM_ONBOARDING = "confirm_onboarding"
    ANSWER_RIGHTS = "answer_rights"
    FOLLOW_INVITATIONS = "follow_invitations"
    SEE_PAST = "see_past"
    DRAW_SAMPLE = "draw_sample"
    SEE_SAMPLE = "see_sample"
    TAKE_PACKET = "take_packet"
    SEE_INTEGRITY = "see_integrity"
    SAVE_VIEW = "save_view"
    SHARE_VIEW = "share_view"
    TAKE_QUEUE = "take_queue"
    SEE_REPORTS = "see_reports"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_COMMITTEE = "see_committee"
    MANAGE_COMMITTEE = "manage_committee"
    VOTE = "vote"
    SIGN_STATEMENT = "sign_statement"
    SEE_PEER_REVIEW = "see_peer_review"
    WRITE_MINUTES = "write_minutes"
    ATTEST_MINUTES = "attest_minutes"
    SIGN_CLEAN_FILES = "sign_clean_files"
    DECLARE_TIE = "declare_tie"
    RECORD_APPEAL = "record_appeal"
    MARK_ADVERSE_ACTION = "mark_adverse_action"
