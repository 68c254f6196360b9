"""The onboarding list after the welcome letter."""

from sqlalchemy import Select, select

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
    if db.session.scalars(_item(participation, step)).first() is not None:
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


def undo_onboarding_step(participation: Participation, step: OnboardingStep, actor: Actor) -> None:
    """Take back that an item is done; twice is once. Raises BadInput for payment: a choice made is changed, not undone."""
    if step is OnboardingStep.PAYMENT:
        raise BadInput("A payment choice is changed, not taken back.")
    found = db.session.scalars(_item(participation, step)).first()
    if found is None:
        return
    db.session.delete(found)
    record_event(
        actor=actor,
        application=participation.application,
        action="undo_onboarding_step",
        what=f"Not done after all: {onboarding_row(step).label}",
    )


def _item(participation: Participation, step: OnboardingStep) -> Select[OnboardingItem]:
    return select(OnboardingItem).where(
        OnboardingItem.participation_id == participation.id, OnboardingItem.step == step
    )
