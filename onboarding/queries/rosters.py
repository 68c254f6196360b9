"""Reading a group's rosters and the practitioners on them.

Two applications are of one group only when the desk has approved them for the same participation: NPI and tax ID are
no secrets, and whoever types them must not see the practitioners of another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from onboarding.clock import day_start, today
from onboarding.errors import NotFound
from onboarding.extensions import db, vault
from onboarding.models import Application, Roster, RosterMapping, RosterRow
from onboarding.policy.deadlines import clock
from onboarding.policy.identifiers import digits_of, parse_application_id, sort_key
from onboarding.policy.roster import HERE_STATUSES, IDLE_STATES, IMPORTED_STATES, label_of
from onboarding.policy.vocabulary import ProviderType, RosterRowState, Status
from onboarding.policy.workflow import DRAFT_STATUSES

PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, its number from 1, how many pages and rows there are."""

    rows: Sequence[Any]
    number: int
    pages: int
    total: int


def _of_group(application: Application) -> Select[Any]:
    same = [Application.id == application.id]
    if application.participation_id is not None:
        same.append(Application.participation_id == application.participation_id)
    return select(Application.id).where(or_(*same))


def list_rosters(application: Application) -> list[Roster]:
    """The rosters this group has sent, newest first."""
    query = select(Roster).where(Roster.application_id.in_(_of_group(application))).order_by(Roster.id.desc())
    return list(db.session.scalars(query))


def list_old_rosters() -> list[int]:
    """The rosters that wait for their group longer than they are kept, in whole or with the rows that were refused."""
    before = day_start(today() - timedelta(days=clock("roster_kept", today()).amount))
    waits = or_(Roster.state.in_(IDLE_STATES), and_(Roster.state.in_(IMPORTED_STATES), Roster.refused > 0))
    query = select(Roster.id).where(waits, Roster.sent_at < before)
    return list(db.session.scalars(query.order_by(Roster.id)))


def find_same_file(application: Application, sha256: str) -> Roster | None:
    """The roster of this group with the same bytes."""
    query = select(Roster).where(Roster.application_id.in_(_of_group(application)), Roster.sha256 == sha256)
    return db.session.scalars(query.order_by(Roster.id)).first()


def get_roster(application: Application, public_id: str, *, for_change: bool = False) -> Roster:
    """One roster of this group; locked and read afresh when it is about to be changed.

    Raises NotFound for one that is not there, and for one of another group.
    """
    query = select(Roster).where(
        Roster.public_id == public_id, Roster.application_id.in_(_of_group(application))
    )
    if for_change:
        query = query.with_for_update(of=Roster).execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such roster.")
    return found


def remembered_columns(application: Application) -> dict[str, str]:
    """What this group told us of its headers: header key to column code."""
    query = select(RosterMapping.header, RosterMapping.column).where(
        RosterMapping.application_id.in_(_of_group(application))
    )
    return {row.header: row.column for row in db.session.execute(query.order_by(RosterMapping.id))}


def list_refused(roster: Roster, page: int) -> Page:
    """The rows to be corrected, in the order of the file."""
    query = select(RosterRow).where(
        RosterRow.roster_id == roster.id, RosterRow.state == RosterRowState.REFUSED
    )
    return _page(query, RosterRow.number, page, PAGE)


def list_doubled(roster: Roster) -> list[tuple[RosterRow, RosterRow]]:
    """The rows refused for nothing but another row with the same NPI that is in, each with that row."""
    other = aliased(RosterRow)
    query = (
        select(RosterRow, other)
        .join(other, and_(other.roster_id == RosterRow.roster_id, other.npi == RosterRow.npi))
        .where(
            RosterRow.roster_id == roster.id, RosterRow.state == RosterRowState.REFUSED, RosterRow.npi != "",
            other.state.in_((RosterRowState.IMPORTED, RosterRowState.ALREADY_HERE)),
        )
        .order_by(RosterRow.number)
    )  # fmt: skip
    found = db.session.execute(query).all()
    return [(row, first) for row, first in found if [name for name, _ in row.problems] == [label_of("npi")]]


def list_in_already(roster: Roster) -> list[RosterRow]:
    """The rows that needed nothing, for another row of the file is in: each says so."""
    query = select(RosterRow).where(
        RosterRow.roster_id == roster.id, RosterRow.state == RosterRowState.ALREADY_HERE
    )
    return [row for row in db.session.scalars(query.order_by(RosterRow.number)) if row.problems]


def list_valid(roster: Roster, most: int) -> list[RosterRow]:
    """The first rows that can be imported, in the order of the file."""
    query = select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.state == RosterRowState.VALID)
    return list(db.session.scalars(query.order_by(RosterRow.number).limit(most)))


def each_refused(roster: Roster) -> Iterable[RosterRow]:
    """All of them, for the file to correct."""
    query = select(RosterRow).where(
        RosterRow.roster_id == roster.id, RosterRow.state == RosterRowState.REFUSED
    )
    return db.session.scalars(query.order_by(RosterRow.number))


@dataclass(frozen=True)
class Member:
    """One practitioner on the rosters of a group: what the roster's row says, and the application behind it."""

    row_id: int
    name: str
    npi: str
    made: bool  # the roster has made the application; another one was here already and is not the group's to see
    application_id: int
    public_id: str
    provider_type: ProviderType
    status: Status
    version: int


def list_members(application: Application, text: str = "") -> list[Member]:
    """The practitioners of this group by name, each once. `text` is part of a name, an NPI or an Application ID."""
    query = _members(application).with_only_columns(
        RosterRow.id, RosterRow.name, RosterRow.npi, RosterRow.state == RosterRowState.IMPORTED, Application.id,
        Application.public_id, Application.provider_type, Application.status,
        Application.version,
    )  # fmt: skip
    if public_id := parse_application_id(text):
        query = query.where(Application.public_id == public_id, RosterRow.state == RosterRowState.IMPORTED)
    elif digits_of(text).isdigit():
        query = query.where(RosterRow.npi == digits_of(text))
    else:
        query = query.where(*(RosterRow.name_key.contains(part) for part in sort_key(text).split()))
    return [Member(*row) for row in db.session.execute(query.order_by(RosterRow.name_key, RosterRow.id))]


def get_member(application: Application, row_id: int) -> int:
    """The application made from this row of the group's rosters.

    Raises NotFound for a row of another group, and for an application that was here already: that one is not the
    group's to open.
    """
    query = _members(application).where(RosterRow.id == row_id, RosterRow.state == RosterRowState.IMPORTED)
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is no such practitioner on your rosters.")
    return int(found[1].id)


def find_group(application_id: int) -> Application | None:
    """The group whose roster made this application; None for one that no roster has made."""
    query = (
        select(Application)
        .join(Roster, Roster.application_id == Application.id)
        .join(RosterRow, RosterRow.roster_id == Roster.id)
        .where(RosterRow.application_id == application_id, RosterRow.state == RosterRowState.IMPORTED)
    )
    return db.session.scalars(query).unique().one_or_none()


def list_drafts_of(group: Application) -> list[Application]:
    """The drafts that the rosters of this group have made and nobody has sent."""
    query = (
        select(Application)
        .join(RosterRow, RosterRow.application_id == Application.id)
        .join(Roster, Roster.id == RosterRow.roster_id)
        .where(
            Roster.application_id == group.id, RosterRow.state == RosterRowState.IMPORTED,
            Application.status.in_(DRAFT_STATUSES),
        )
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Application.id)).unique())


def _members(application: Application) -> Any:
    """The first row of each application is the one that made it, where a roster of the group made it."""
    rosters = select(Roster.id).where(Roster.application_id.in_(_of_group(application)))
    first = (
        select(func.min(RosterRow.id))
        .where(RosterRow.roster_id.in_(rosters), RosterRow.application_id.is_not(None))
        .group_by(RosterRow.application_id)
    )
    found = select(RosterRow, Application)
    return found.join(Application, Application.id == RosterRow.application_id).where(RosterRow.id.in_(first))


def _page(query: Select[Any], order: Any, number: int, size: int) -> Page:
    total = db.session.scalar(select(func.count()).select_from(query.subquery(name="counted"))) or 0
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    ordered = query.order_by(*(order if isinstance(order, tuple) else (order,)))
    limited = ordered.limit(size).offset((number - 1) * size)
    several = len(query.column_descriptions) > 1
    rows = db.session.execute(limited).unique() if several else db.session.scalars(limited)
    return Page(list(rows), number, pages, total)


def find_here(npis: Iterable[str], tax_id: str) -> dict[str, int]:
    """The applications that live with these NPIs and this tax ID, by NPI: drafts, open ones, and those in the network."""
    if not tax_id:
        return {}
    digest = vault().digest(tax_id)
    query = select(Application).where(Application.npi.in_(list(npis)), Application.status.in_(HERE_STATUSES))
    return {
        found.npi: found.id
        for found in db.session.scalars(query.order_by(Application.id)).unique()
        if digest
        in (found.tax_id_digest, vault().digest(digits_of(str(found.form.answers.get("tax_id") or ""))))
    }
