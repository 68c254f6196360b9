"""What a provider in the network has and does. Values are stored as text."""

from enum import StrEnum


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


class PaymentChoice(StrEnum):
    """ECHO's three ways to be paid."""

    EFT = "eft"
    VIRTUAL_CARD = "virtual_card"
    PAPER_CHECK = "paper_check"


class AccountType(StrEnum):
    """The kind of bank account payments go to."""

    CHECKING = "checking"
    SAVINGS = "savings"
