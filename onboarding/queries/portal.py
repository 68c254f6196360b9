"""Reading what a provider sees after the welcome letter."""

from datetime import date

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Application, OnboardingItem, Participation, PaymentEnrolment
from onboarding.policy.vocabulary import OnboardingStep, ParticipationState


def find_open_participation(application_id: int) -> Participation | None:
    """The participation this application made or renewed, while it lasts."""
    return db.session.scalars(
        select(Participation)
        .join(Application, Application.participation_id == Participation.id)
        .where(Application.id == application_id, Participation.state == ParticipationState.ACTIVE)
    ).one_or_none()


def list_done(participation_id: int) -> dict[OnboardingStep, date]:
    """The items of the onboarding list that are done, and since when."""
    query = select(OnboardingItem.step, OnboardingItem.done_on).where(
        OnboardingItem.participation_id == participation_id
    )
    return {found.step: found.done_on for found in db.session.execute(query)}


def find_payment(participation_id: int) -> PaymentEnrolment | None:
    """The payment choice that counts: the latest."""
    query = (
        select(PaymentEnrolment)
        .where(PaymentEnrolment.participation_id == participation_id)
        .order_by(PaymentEnrolment.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()
