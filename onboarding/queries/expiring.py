"""What runs out soon in open files and in the network: documents on file, licenses and registrations. By index, in pages."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, String, and_, cast, exists, func, literal, null, or_, select, tuple_
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Document, Participation, Practitioner, Staff, Verification
from onboarding.policy.deadlines import EXPIRING_DAYS
from onboarding.policy.vocabulary import DocumentState, ParticipationState
from onboarding.queries.day_cursor import read_day_cursor
from onboarding.queries.renewals import within_days

PAGE = 50
_A, _D, _V, _P = Application, Document, Verification, Participation


class Expiring(StrEnum):
    """What runs out."""

    DOCUMENTS = "documents"
    LICENSES = "licenses"


def count_expiring(most: int) -> dict[tuple[str, int], int]:
    """How many documents, licenses and renewals run out within so many days, each counted to `most` and one more, in one
    statement. Keys are what and days."""
    queries: dict[tuple[str, int], Any] = {
        (what.value, days): _bare(what, days) for what in Expiring for days in EXPIRING_DAYS
    }
    queries |= {("renewals", days): within_days(days) for days in EXPIRING_DAYS}
    counted = select(*(
        select(func.count()).select_from(query.limit(most + 1).subquery()).scalar_subquery().label(f"number{place}")
        for place, query in enumerate(queries.values())
    ))  # fmt: skip
    return dict(zip(queries, db.session.execute(counted).one(), strict=True))


def list_expiring(
    what: Expiring, days: int, behind: str = "", size: int = PAGE
) -> tuple[list[Row[Any]], str]:
    """One page of what runs out within so many days, the first first, and the cursor of the next page where there is one.
    A cursor that cannot be read gives the first page."""
    rows = list(db.session.execute(expiring_query(what, days, read_day_cursor(behind)).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    return rows, f"{rows[-1].runs_out_on}~{rows[-1].id}" if more else ""


def expiring_query(what: Expiring, days: int, behind: tuple[date, int] | None = None) -> Any:
    """The statement behind a page, without its limit."""
    table, day = _TABLES[what]
    about = _V.about if what is Expiring.LICENSES else null()
    query = (
        _bare(what, days)
        .with_only_columns(
            table.id, table.kind, about.label("about"), day.label("runs_out_on"), _A.id.label("application_id"),
            _A.name, _A.npi, _A.public_id, _A.status, Staff.name.label("assignee"),
        )
        .join(Staff, Staff.id == _A.assignee_id, isouter=True)
    )  # fmt: skip
    if behind is not None:
        query = query.where(tuple_(day, table.id) > tuple_(*behind))
    return query.order_by(day, table.id)


def _bare(what: Expiring, days: int) -> Select[Any]:
    """That such a row is there: the latest of its kind in its file, which is open or in the network."""
    table, day = _TABLES[what]
    later = aliased(table)
    overtaken: Any = exists().where(
        later.application_id == table.application_id, later.kind == table.kind, later.id > table.id
    )
    if what is Expiring.LICENSES:
        overtaken = or_(overtaken.where(later.about.is_not_distinct_from(table.about)), _no_longer_stated())
    accepted = and_(_D.state == DocumentState.ACCEPTED, _D.expires_on.is_not(None))
    if what is Expiring.DOCUMENTS:
        overtaken = overtaken.where(later.state == DocumentState.ACCEPTED)
    in_network = exists().where(_P.application_id == _A.id, _P.state == ParticipationState.ACTIVE)
    return (
        select(literal(1).label("one"))
        .select_from(table)
        .join(_A, _A.id == table.application_id)
        .where(
            day.between(today(), today() + timedelta(days=days)),
            accepted if what is Expiring.DOCUMENTS else day.is_not(None),
            or_(_A.due_on.is_not(None), in_network),
            ~overtaken,
        )
    )


def _no_longer_stated() -> Any:
    """That a record is about a license which the form has no more."""
    states = cast(Practitioner.further_licences, String).contains(_V.about)
    stated = exists().where(Practitioner.application_id == _V.application_id, states)
    return and_(_V.about.is_not(None), ~stated)


_TABLES: dict[Expiring, tuple[Any, Any]] = {
    Expiring.DOCUMENTS: (_D, _D.expires_on),
    Expiring.LICENSES: (_V, _V.good_until),
}
