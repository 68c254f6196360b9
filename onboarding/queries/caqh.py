"""Where CAQH attestations stand, and the conversation with CAQH about each application."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Authorization, CaqhRosterEntry, Participation
from onboarding.policy.caqh import ASKED_PARTICIPATIONS, RosterState
from onboarding.policy.deadlines import STALE_SOON_DAYS, clock
from onboarding.policy.vocabulary import AuthorizationKind

SHOWN = 50


@dataclass(frozen=True)
class Lapse:
    """An attestation that lapses soon or has lapsed: whose, after which day, how many days are left."""

    application_id: int
    name: str
    lapses_on: date
    days_left: int


@dataclass(frozen=True)
class CaqhCounts:
    """Attestations that lapse soon and that have lapsed, the first of them, and what CAQH did not take or answer."""

    soon: int
    lapsed: int
    first: list[Lapse]
    refused: int
    not_answered: int


def attested(columns: Iterable[Any], first: date | None, last: date) -> Select[Any]:
    """The latest CAQH authorization of each open application and of each provider in the network, where it lists the
    plan and was attested between these days. A provider whose renewal is open counts by the renewal."""
    later, renewal = aliased(Authorization), aliased(Application)
    superseded = exists().where(
        later.application_id == Authorization.application_id, later.id > Authorization.id
    )
    renewing = exists().where(
        renewal.participation_id == Participation.id,
        renewal.due_on.is_not(None),
        renewal.id != Participation.application_id,
    )
    in_network = Participation.state.in_(ASKED_PARTICIPATIONS) & ~renewing
    query = (
        select(*columns)
        .select_from(Authorization)
        .join(Application, Application.id == Authorization.application_id)
        .join(Participation, Participation.application_id == Application.id, isouter=True)
        .where(
            Authorization.attested_on <= last,
            Authorization.kind == AuthorizationKind.CAQH,
            Authorization.statement == Application.statement,
            Authorization.plan_listed,
            or_(Application.due_on.is_not(None), in_network),
            ~superseded,
        )
    )
    return query if first is None else query.where(Authorization.attested_on >= first)


def count_caqh() -> CaqhCounts:
    """Attestations to look after, and the roster entries a person should look at."""
    age = clock("attestation_age", today()).amount
    good_from = today() - timedelta(days=age)
    soon_from = good_from + timedelta(days=STALE_SOON_DAYS)
    rows = db.session.execute(
        attested((Application.id, Application.name, Authorization.attested_on), None, soon_from)
        .order_by(Authorization.attested_on.desc(), Application.id)
        .limit(SHOWN)
    )
    total = attested(
        (func.count(), func.count().filter(Authorization.attested_on < good_from)), None, soon_from
    )
    counted, lapsed = db.session.execute(total).one()
    return CaqhCounts(
        counted - lapsed,
        lapsed,
        [_lapse(row, age) for row in rows],
        _count(CaqhRosterEntry.state == RosterState.REFUSED),
        _count(CaqhRosterEntry.trouble != ""),
    )


def _lapse(row: Row[Any], age: int) -> Lapse:
    lapses_on = row.attested_on + timedelta(days=age)
    return Lapse(row.id, row.name, lapses_on, (lapses_on - today()).days)


def _count(condition: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(CaqhRosterEntry).where(condition)) or 0


def find_roster_entry(application_id: int) -> CaqhRosterEntry | None:
    """Where the conversation with CAQH about this application has come to; None where there was none."""
    return db.session.scalars(
        select(CaqhRosterEntry).where(CaqhRosterEntry.application_id == application_id)
    ).one_or_none()


def list_authorizations(application_id: int) -> list[Authorization]:
    """Every authorization recorded for one application, oldest first."""
    query = (
        select(Authorization).where(Authorization.application_id == application_id).order_by(Authorization.id)
    )
    return list(db.session.scalars(query))
