"""What waits once a file is decided, as the queue asks for it: the applications, by index."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, union
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.models import (
    AgendaItem,
    Appeal,
    Application,
    Decision,
    FollowUp,
    Meeting,
    MeetingSeat,
    Participation,
    Recusal,
    Staff,
    Tie,
    Vote,
)
from onboarding.policy.deadlines import EXPIRING_DAYS, after, clock
from onboarding.policy.vocabulary import MeetingState, ParticipationState
from onboarding.policy.workflow import TABLE_STATUSES


def state_pending() -> Any:
    """Providers in the network whom the State has not confirmed."""
    return select(Participation.application_id).where(Participation.state_pending_since.is_not(None))


def state_pending_too_long() -> Any:
    """Those of them for whom the days that the State has are over."""
    days = clock("state_enrolment_pending", today()).amount
    return select(Participation.application_id).where(
        Participation.state_pending_since < today() - timedelta(days=days)
    )


def appealing() -> Any:
    """Applications with an appeal that nobody has decided."""
    return select(Appeal.application_id).where(Appeal.outcome.is_(None))


def provisional_ending() -> Any:
    """Providers whose provisional participation ends within 30 days."""
    return select(Participation.application_id).where(
        Participation.provisional_until <= today() + timedelta(days=EXPIRING_DAYS[0]),
        Participation.state == ParticipationState.ACTIVE,
    )


def to_follow_up() -> Any:
    """Applications with conditions that are to be looked at again within ten days, or were before."""
    return select(Decision.application_id).where(
        Decision.follow_up_on <= after("amber_before", today()), *follow_up_open()
    )


def follow_up_open() -> tuple[Any, ...]:
    """Conditions that nobody has looked at again, of a provider who is in the network; what a later decision of the file
    has changed is no longer among them."""
    later = aliased(Decision)
    return (
        Decision.follow_up_on.is_not(None),
        ~exists().where(FollowUp.decision_id == Decision.id),
        ~exists().where(later.application_id == Decision.application_id, later.number > Decision.number),
        exists().where(
            Application.id == Decision.application_id,
            Participation.id == Application.participation_id,
            Participation.state == ParticipationState.ACTIVE,
        ),
    )


def to_vote_on(staff_id: int) -> Any:
    """Files of an open meeting on which this member, who is present, has neither voted nor stepped out."""
    later = aliased(AgendaItem)
    tied: Any = union(
        select(Staff.npi).where(Staff.id == staff_id, Staff.npi != ""),
        select(Tie.npi).where(Tie.staff_id == staff_id),
    )
    return (
        select(AgendaItem.application_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(MeetingSeat, MeetingSeat.meeting_id == Meeting.id)
        .join(Application, Application.id == AgendaItem.application_id)
        .where(
            Meeting.state == MeetingState.HELD,
            MeetingSeat.staff_id == staff_id,
            Application.status.in_(TABLE_STATUSES),
            ~exists().where(later.application_id == AgendaItem.application_id, later.id > AgendaItem.id),
            ~exists().where(Vote.item_id == AgendaItem.id, Vote.staff_id == staff_id),
            ~exists().where(Recusal.item_id == AgendaItem.id, Recusal.staff_id == staff_id),
            Application.npi.not_in(tied),
        )
    )
