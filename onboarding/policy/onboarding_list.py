"""TABLE: what a new provider does after the welcome letter (seed 002, "Finish Onboarding")."""

from dataclasses import dataclass

from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import OnboardingStep


@dataclass(frozen=True)
class OnboardingRow:
    """One item of the list: its name, how it is done, and what the plan's provider page has for it, in words."""

    step: OnboardingStep
    label: str
    how: str
    on_the_page: str = ""


TABLE: tuple[OnboardingRow, ...] = (
    OnboardingRow(
        OnboardingStep.PORTAL_ACCOUNT,
        "Create your provider portal account",
        "Choose “Register for an account” on the provider portal. Have your tax ID and the provider number from your "
        "welcome letter at hand.",
        "The portal is linked from the plan's provider page; it may still say “coming soon”.",
    ),
    OnboardingRow(
        OnboardingStep.ORIENTATION,
        "Take the provider orientation",
        "It shows how to work with us: members, prior authorization, claims, and whom to call.",
        "The orientation is linked from the plan's provider page; it may still say “coming soon”. "
        "Live orientations are under “Training & Events”.",
    ),
    OnboardingRow(
        OnboardingStep.PAYMENT,
        "Choose how you are paid",
        f"Payments come through ECHO Health. For help call ECHO at {PLAN.echo_phone}.",
    ),
    OnboardingRow(
        OnboardingStep.NEWS,
        "Bookmark updates and announcements",
        "What changes in the way we work with you is announced there first.",
        "Follow “Updates & Announcements” on the plan's provider page.",
    ),
    OnboardingRow(
        OnboardingStep.SHARE,
        "Tell your patients",
        f"Let your patients know that you take {PLAN.short_name}.",
        "The social media kit is linked from the plan's provider page; it may still say “coming soon”.",
    ),
    OnboardingRow(
        OnboardingStep.TRAINING,
        "Look through training and events",
        "Topics for your practice, live and on demand.",
        "Follow “Training & Events” on the plan's provider page.",
    ),
)

_BY_STEP = {row.step: row for row in TABLE}


def onboarding_row(step: OnboardingStep | str) -> OnboardingRow:
    """The row of one item; raises ValueError for an item not on the list."""
    return _BY_STEP[OnboardingStep(step)]
