"""The onboarding list after the welcome letter."""

from sqlalchemy import select

from onboarding.clock import today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import OnboardingItem, Participation
from onboarding.policy.onboarding_list import onboarding_row
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import OnboardingStep
from onboarding.services.audit import record_event


def finish_onboarding_step(participation: Participation, step: OnboardingStep, actor: Actor) -> None:
    """Tick one item off; twice is once. Payment is ticked off by making the choice: raises BadInput for it."""
    if step is OnboardingStep.PAYMENT:
        raise BadInput("Make your payment choice: that marks this item as done.")
    found = db.session.scalars(
        select(OnboardingItem.id).where(
            OnboardingItem.participation_id == participation.id, OnboardingItem.step == step
        )
    ).first()
    if found is not None:
        return
    db.session.add(
        OnboardingItem(
            participation_id=participation.id, step=step, done_on=today(), done_by=actor.name[:120]
        )
    )
    record_event(
        actor=actor,
        application=participation.application,
        action="finish_onboarding_step",
        what=f"Done: {onboarding_row(step).label}",
    )
