"""The tables, one noun a file. Importing this package makes them all known to the database."""

from onboarding.models.access_code import AccessCode
from onboarding.models.appeal import AdverseAction, Appeal, EarlierMark
from onboarding.models.application import Application, Organization, Practitioner
from onboarding.models.caqh import CaqhRosterEntry
from onboarding.models.committee import (
    CommitteeMember,
    MeetingPaper,
    MeetingSeat,
    MemberStatement,
    Minutes,
    Recusal,
    Tie,
    Vote,
)
from onboarding.models.contract_form import ContractForm
from onboarding.models.decision import AgendaItem, Decision, Meeting
from onboarding.models.document import DocumentLook, DocumentPreview, DocumentRequest
from onboarding.models.draft_notice import DraftNotice
from onboarding.models.evidence import (
    Authorization,
    Document,
    ExclusionList,
    ExclusionMatch,
    ExclusionRecord,
    Screening,
    Verification,
)
from onboarding.models.evidence_file import EvidenceFile
from onboarding.models.extension import RecredentialingExtension
from onboarding.models.file_audit import FileSample, FileSummary, SampledFile
from onboarding.models.follow_up import FollowUp
from onboarding.models.history import AuditEvent, AuditSeal, JobRequest, JobRun, PartnerReferral
from onboarding.models.invitation import Idea, Invitation
from onboarding.models.letter import Letter, OutboxMessage
from onboarding.models.mail_stop import MailStop
from onboarding.models.meeting_call import MeetingCall
from onboarding.models.monitoring import FindingStep, MonitoringFinding
from onboarding.models.participation import (
    OnboardingItem,
    Participation,
    PaymentEnrolment,
    ProvisionalCredentialing,
)
from onboarding.models.registry import (
    NppesDeactivation,
    NppesLookup,
    NppesProvider,
    NuccTaxonomy,
    RegistryFile,
)
from onboarding.models.returned_question import ReturnedQuestion
from onboarding.models.rights import RightsRequest
from onboarding.models.roster import Roster, RosterMapping, RosterRow
from onboarding.models.saved_view import SavedView
from onboarding.models.sender import LetterHold, LostHandOver, Sender
from onboarding.models.staff import RoleRecord, Staff
from onboarding.models.stall import StallMail, StallNotice

__all__ = [
    "AccessCode",
    "AdverseAction",
    "AgendaItem",
    "Appeal",
    "Application",
    "AuditEvent",
    "AuditSeal",
    "Authorization",
    "CaqhRosterEntry",
    "CommitteeMember",
    "ContractForm",
    "Decision",
    "Document",
    "DocumentLook",
    "DocumentPreview",
    "DocumentRequest",
    "DraftNotice",
    "EarlierMark",
    "EvidenceFile",
    "ExclusionList",
    "ExclusionMatch",
    "ExclusionRecord",
    "FileSample",
    "FileSummary",
    "FindingStep",
    "FollowUp",
    "Idea",
    "Invitation",
    "JobRequest",
    "JobRun",
    "Letter",
    "LetterHold",
    "LostHandOver",
    "MailStop",
    "Meeting",
    "MeetingCall",
    "MeetingPaper",
    "MeetingSeat",
    "MemberStatement",
    "Minutes",
    "MonitoringFinding",
    "NppesDeactivation",
    "NppesLookup",
    "NppesProvider",
    "NuccTaxonomy",
    "OnboardingItem",
    "Organization",
    "OutboxMessage",
    "Participation",
    "PartnerReferral",
    "PaymentEnrolment",
    "Practitioner",
    "ProvisionalCredentialing",
    "RecredentialingExtension",
    "Recusal",
    "RegistryFile",
    "ReturnedQuestion",
    "RightsRequest",
    "RoleRecord",
    "Roster",
    "RosterMapping",
    "RosterRow",
    "SampledFile",
    "SavedView",
    "Screening",
    "Sender",
    "Staff",
    "StallMail",
    "StallNotice",
    "Tie",
    "Verification",
    "Vote",
]
