"""Letters to providers in the network that no step writes: documents that run out, the payment choice, the yearly notice."""

from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.services.annual_notices import write_due_notices
from onboarding.services.expiry_letters import write_due_letters
from onboarding.services.payment_reminders import write_due_reminders


def tell_of_expiry(settings: Settings) -> dict[str, int]:
    """Write every letter that is due before a document on file runs out."""
    with committed():
        return {"letters": write_due_letters()}


def remind_of_payment(settings: Settings) -> dict[str, int]:
    """Write every reminder that is due to choose how to be paid."""
    with committed():
        return {"reminders": write_due_reminders()}


def write_annual_notices(settings: Settings) -> dict[str, int]:
    """Write every yearly notice that is due."""
    with committed():
        return {"notices": write_due_notices()}
