"""Reading how long recent files took: by index, and never on the look-up."""

from datetime import timedelta

from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Decision
from onboarding.policy.promises import RANGE_DAYS
from onboarding.policy.vocabulary import ApplicationKind, ProviderType

MOST = 2000


def list_days_to_decision(code: ProviderType) -> list[int]:
    """The days from receipt to the first decision of the recent first applications of one provider type."""
    query = (
        select(Application.received_on, Decision.decided_on)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.decided_on >= today() - timedelta(days=RANGE_DAYS),
            Decision.number == 1,
            Application.provider_type == code,
            Application.kind == ApplicationKind.INITIAL,
            Application.received_on.is_not(None),
        )
        .order_by(Decision.decided_on.desc())
        .limit(MOST)
    )
    found = db.session.execute(query)
    return [(decided_on - received_on).days for received_on, decided_on in found if received_on]
