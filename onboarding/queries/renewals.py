"""Who in the network is due for recredentialing, soon or since when, and where the renewal stands. By index, in pages."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Participation, RecredentialingExtension
from onboarding.policy.deadlines import EXPIRING_DAYS, clock
from onboarding.policy.vocabulary import ParticipationState
from onboarding.policy.workflow import ENDED_STATUSES
from onboarding.queries.day_cursor import read_day_cursor

PAGE = 50
_P, _A, _RENEWAL = Participation, Application, aliased(Application)


class RenewalDue(StrEnum):
    """Which part of the network: past the due date, or near it; the farthest is where its renewal opens."""

    OVERDUE = "overdue"
    MONTH = "month"
    TWO_MONTHS = "two_months"
    SOON = "soon"
    OPENING = "opening"


_DAYS = dict(zip((RenewalDue.MONTH, RenewalDue.TWO_MONTHS), EXPIRING_DAYS, strict=False))


def days_ahead(due: RenewalDue) -> int:
    """How many days ahead this part of the list looks."""
    named = "recredentialing_opens" if due is RenewalDue.OPENING else "recredentialing_soon"
    return _DAYS.get(due) or clock(named, today()).amount


def within_days(days: int) -> Select[Any]:
    """That a participation comes to its due date within so many days."""
    day = _P.recredentialing_due_on.between(today(), today() + timedelta(days=days))
    return select(literal(1).label("one")).select_from(_P).where(_P.state == ParticipationState.ACTIVE, day)


def count_renewals() -> dict[RenewalDue, int]:
    """How many participations are past their due date, and how many come to it soon."""
    return {due: db.session.scalar(count_query(due)) or 0 for due in RenewalDue}


def count_renewals_to(dues: tuple[RenewalDue, ...], most: int) -> list[int]:
    """How many of these parts, each counted to `most` and one more, in one statement."""
    bare = (select(_P.id).where(*_conditions(due)).limit(most + 1).subquery() for due in dues)
    counted = select(
        *(
            select(func.count()).select_from(part).scalar_subquery().label(f"number{place}")
            for place, part in enumerate(bare)
        )
    )
    return list(db.session.execute(counted).one())


def count_query(due: RenewalDue) -> Any:
    """The statement behind one of the counts."""
    return select(func.count()).select_from(_P).where(*_conditions(due))


def list_renewals(due: RenewalDue, behind: str = "", size: int = PAGE) -> tuple[list[Row[Any]], str]:
    """One page, the longest due first, and the cursor of the next page where there is one.

    Each row is the provider with the application that last credentialed it and the renewal, as far as one is open. A
    cursor that cannot be read gives the first page.
    """
    query = renewals_query(due, read_day_cursor(behind))
    rows: list[Row[Any]] = list(db.session.execute(query.limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    return rows, f"{rows[-1].recredentialing_due_on}~{rows[-1].id}" if more else ""


def renewals_query(due: RenewalDue, behind: tuple[date, int] | None) -> Any:
    """The statement behind a page, without its limit."""
    following = and_(
        _RENEWAL.participation_id == _P.id,
        _RENEWAL.cycle == _P.cycle + 1,
        _RENEWAL.status.not_in(ENDED_STATUSES),
    )
    extended = (
        select(RecredentialingExtension.cause)
        .where(
            RecredentialingExtension.participation_id == _P.id,
            RecredentialingExtension.due_on == _P.recredentialing_due_on,
        )
        .limit(1)
        .scalar_subquery()
    )
    query: Any = (
        select(
            _P.id, _P.recredentialing_due_on, _P.application_id, _A.name, _A.npi, _A.public_id,
            _RENEWAL.id.label("renewal_id"), _RENEWAL.public_id.label("renewal_public_id"),
            _RENEWAL.status.label("renewal_status"), extended.label("extended"),
        )
        .join(_A, _A.id == _P.application_id)
        .join(_RENEWAL, following, isouter=True)
        .where(*_conditions(due))
    )  # fmt: skip
    if behind is not None:
        query = query.where(tuple_(_P.recredentialing_due_on, _P.id) > tuple_(*behind))
    return query.order_by(_P.recredentialing_due_on, _P.id)


def _conditions(due: RenewalDue) -> tuple[ColumnElement[bool], ...]:
    day, ahead = _P.recredentialing_due_on, today() + timedelta(days=days_ahead(due))
    wanted = day < today() if due is RenewalDue.OVERDUE else day.between(today(), ahead)
    return _P.state == ParticipationState.ACTIVE, wanted
