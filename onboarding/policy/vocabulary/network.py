"""What a provider in the network has and does. Values are stored as text."""

from enum import StrEnum


class ParticipationState(StrEnum):
    """Whether a provider is in the network."""

    ACTIVE = "active"
    TERMINATED = "terminated"


class ExtensionCause(StrEnum):
    """Why a recredentialing may wait; each has a row in policy/extensions.py."""

    ACTIVE_DUTY = "active_duty"
    MEDICAL_LEAVE = "medical_leave"
    SABBATICAL = "sabbatical"


class OnboardingStep(StrEnum):
    """The list a new provider walks after the welcome letter."""

    PORTAL_ACCOUNT = "portal_account"
    ORIENTATION = "orientation"
    PAYMENT = "payment"
    NEWS = "news"
    SHARE = "share"
    TRAINING = "training"


class PaymentChoice(StrEnum):
    """ECHO's three ways to be paid."""

    EFT = "eft"
    VIRTUAL_CARD = "virtual_card"
    PAPER_CHECK = "paper_check"


class AccountType(StrEnum):
    """The kind of bank account payments go to."""

    CHECKING = "checking"
    SAVINGS = "savings"


class FindingKind(StrEnum):
    """What monitoring finds about a provider in the network; each has a row in policy/monitoring.py."""

    COMPLAINT = "complaint"
    ADVERSE_EVENT = "adverse_event"
    QUALITY_RESULT = "quality_result"
    SITE_VISIT = "site_visit"
    SANCTION = "sanction"


class FindingSeverity(StrEnum):
    """How severe a finding is; each has a row in policy/monitoring.py."""

    FOR_INFORMATION = "for_information"
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    LOOKED_INTO = "looked_into"
    CLOSED = "closed"
