"""TABLE: the idea and the referrals that come in by the Access Opportunity Form of the demonstration, so many days ago."""

from collections.abc import Callable

from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Invitation
from onboarding.policy.people import Actor
from onboarding.queries.invitations import get_invitation
from onboarding.services.invitations import invite_provider, refer_provider, share_idea

_INVITED = "Odalys Renee Fontaine, LCSW"


def _idea() -> None:
    with committed():
        share_idea({
            "text": "Families in the Delta drive two hours to an evaluation. A monthly clinic day in Helena would help.",
            "sent_by": "Wendell Pruitt", "contact": "wendell@delta-families.example",
        })  # fmt: skip


def _refer(name: str, specialty: str, county: str, why: str) -> None:
    answers = {
        "name": name, "specialty": specialty, "county": county, "why": why, "referred_by": "Wendell Pruitt",
        "referrer_contact": "wendell@delta-families.example",
        "email": f"{name.split()[0].lower()}@practice.example",
    }  # fmt: skip
    with committed():
        refer_provider(answers)


def _refer_counselor() -> None:
    _refer(_INVITED, "Clinical social work", "Desha", "She is the only counselor for families in McGehee.")


def _refer_therapist() -> None:
    _refer("Cyrus Adell Bream, OT", "Pediatric occupational therapy", "Chicot",
           "He sees children at school and takes no Medicaid plan yet.")  # fmt: skip


def invite(specialist: Actor) -> None:
    """A specialist marks the counselor as invited."""
    number = db.session.scalars(select(Invitation.id).where(Invitation.name == _INVITED)).one()
    db.session.rollback()
    with committed():
        invite_provider(get_invitation(number), specialist)


INVITED_AGO = 20
TABLE: tuple[tuple[int, Callable[[], None]], ...] = (
    (26, _refer_counselor),
    (15, _idea),
    (2, _refer_therapist),
)
