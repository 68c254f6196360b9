"""Reading what monitoring found: of one provider, and everything that waits for somebody, by index and in pages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.errors import NotFound
from onboarding.extensions import db, is_writing
from onboarding.models import Application, FindingStep, MonitoringFinding, Participation, Staff, Tie
from onboarding.policy.file import FindingFact
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState
from onboarding.queries.day_cursor import read_day_cursor

PAGE = 50
_F, _S, _P, _A = MonitoringFinding, FindingStep, Participation, Application
_NEWER = aliased(MonitoringFinding)
_ROOT = func.coalesce(_F.first_id, _F.id)


@dataclass(frozen=True)
class Found:
    """One finding as its last record has it, what was done about it, and the records that were corrected, oldest first."""

    finding: MonitoringFinding
    steps: list[FindingStep]
    earlier: list[MonitoringFinding]

    @property
    def state(self) -> FindingState:
        """Where it stands; what nobody has to act on is closed from the first."""
        if self.finding.act_by is None:
            return FindingState.CLOSED
        return self.steps[-1].state if self.steps else FindingState.OPEN

    @property
    def late(self) -> bool:
        """Has nobody acted on it in time?"""
        return self.finding.act_by is not None and not self.steps and self.finding.act_by < today()

    @property
    def fact(self) -> FindingFact:
        """The finding as the policy sees it."""
        found = self.finding
        return FindingFact(
            found.kind, found.severity, found.received_on, self.state is not FindingState.CLOSED
        )


def list_findings(participation_ids: Iterable[int], on: date | None = None) -> list[Found]:
    """Every finding of these participations, the newest first; as it stood at the end of that day, where one is given."""
    records, steps = select(_F).where(_F.participation_id.in_(list(participation_ids))), select(_S)
    if on is not None:
        records, steps = records.where(_F.recorded_on <= on), steps.where(_S.taken_on <= on)
    chains: dict[int, list[MonitoringFinding]] = defaultdict(list)
    for record in db.session.scalars(records.order_by(_F.id)):
        chains[record.root_id].append(record)
    done: dict[int, list[FindingStep]] = defaultdict(list)
    if chains:
        for step in db.session.scalars(steps.where(_S.finding_id.in_(list(chains))).order_by(_S.id)):
            done[step.finding_id].append(step)
    found = [Found(chain[-1], done[root], chain[:-1]) for root, chain in chains.items()]
    return sorted(found, key=lambda one: (one.finding.received_on, one.finding.id), reverse=True)


def since(found: Iterable[Found], decided_on: date) -> list[Found]:
    """Of these what the decision of that day could not know, and what is open still."""
    return [
        one for one in found if one.finding.recorded_on >= decided_on or one.state is not FindingState.CLOSED
    ]


def facts_since(found: Iterable[Found], decided_on: date) -> tuple[FindingFact, ...]:
    """The findings that the next decision looks at, as the policy sees them, oldest first."""
    return tuple(one.fact for one in reversed(since(found, decided_on)))


def hands_in(found: Iterable[Found]) -> frozenset[int]:
    """Everyone who recorded one of these findings or acted on it."""
    hands = {record.recorded_by_id for one in found for record in (*one.earlier, one.finding)}
    hands |= {step.taken_by_id for one in found for step in one.steps}
    return frozenset(who for who in hands if who is not None)


def get_finding_of(participation_id: int | None, finding_id: int) -> Found:
    """One finding of this participation, by its last record; inside committed() only, the participation locked so that
    two people cannot act on it at once. Raises NotFound for another's, and for a record that was corrected."""
    assert is_writing(), "a finding is read for a change inside committed() only"
    if participation_id is not None:
        db.session.execute(select(_P.id).where(_P.id == participation_id).with_for_update())
        for found in list_findings([participation_id]):
            if found.finding.id == finding_id:
                return found
    raise NotFound("There is no such finding.")


@dataclass(frozen=True)
class FindingFilter:
    """Which of the findings that are not closed: of one kind, severity or state, or those not acted on in time."""

    kind: FindingKind | None = None
    severity: FindingSeverity | None = None
    state: FindingState | None = None
    late: bool = False
    after: str = ""


def list_open_findings(wanted: FindingFilter, staff_id: int, size: int = PAGE) -> tuple[list[Row[Any]], str]:
    """One page of what is not closed, the first to be acted on first, and the cursor of the next page where there is one:
    rows of (finding, id, name, npi, public_id, acted). Nobody is shown what is about themselves or a declared tie. A
    cursor that cannot be read gives the first page."""
    rows = list(db.session.execute(open_findings_query(wanted, staff_id).limit(size + 1)).unique())
    more, rows = len(rows) > size, rows[:size]
    last = rows[-1][0] if more else None
    return rows, f"{last.act_by}~{last.id}" if last else ""


def list_all_open_findings(wanted: FindingFilter, staff_id: int) -> Iterator[Row[Any]]:
    """Every row of a filter in its order, read in pages."""
    wanted = replace(wanted, after="")
    while True:
        rows, following = list_open_findings(wanted, staff_id, 500)
        yield from rows
        if not following:
            return
        wanted = replace(wanted, after=following)


def open_findings_query(wanted: FindingFilter, staff_id: int) -> Any:
    """The statement behind a page, without its limit."""
    query: Any = (
        _open(wanted, staff_id)
        .with_only_columns(_F, _A.id, _A.name, _A.npi, _A.public_id, _acted().label("acted"))
        .join(_A, _A.id == _P.application_id)
    )
    behind = read_day_cursor(wanted.after)
    if behind is not None:
        query = query.where(tuple_(_F.act_by, _F.id) > tuple_(*behind))
    return query.order_by(_F.act_by, _F.id)


def count_open_findings(filters: Iterable[FindingFilter], staff_id: int, most: int) -> list[int]:
    """How many rows each of these filters has, each counted to `most` and one more, in one statement."""
    counted = select(*(
        select(func.count()).select_from(_open(wanted, staff_id).limit(most + 1).subquery()).scalar_subquery()
        .label(f"number{place}")
        for place, wanted in enumerate(filters)
    ))  # fmt: skip
    return list(db.session.execute(counted).one())


def _open(wanted: FindingFilter, staff_id: int) -> Select[Any]:
    """That such a finding is there."""
    return (
        select(literal(1).label("one"))
        .select_from(_F)
        .join(_P, _P.id == _F.participation_id)
        .where(*_conditions(wanted, staff_id))
    )


def _conditions(wanted: FindingFilter, staff_id: int) -> Iterator[ColumnElement[bool]]:
    yield is_open()
    yield is_last_record()
    yield ~exists().where(Tie.staff_id == staff_id, Tie.npi == _P.npi)
    yield ~exists().where(Staff.id == staff_id, Staff.npi == _P.npi)
    if wanted.kind is not None:
        yield _F.kind == wanted.kind
    if wanted.severity is not None:
        yield _F.severity == wanted.severity
    if wanted.late:
        yield _F.act_by < today()
    if wanted.late or wanted.state is FindingState.OPEN:
        yield ~_acted()
    if wanted.state is FindingState.LOOKED_INTO:
        yield _acted()


def is_open() -> ColumnElement[bool]:
    """Has somebody to act on the finding, and nobody closed it?"""
    closed = exists().where(_S.finding_id == _ROOT, _S.state == FindingState.CLOSED)
    return and_(_F.act_by.is_not(None), ~closed)


def is_last_record() -> ColumnElement[bool]:
    """Was this record not corrected?"""
    return ~exists().where(_NEWER.replaces_id == _F.id)


def _acted() -> ColumnElement[bool]:
    return exists().where(_S.finding_id == _ROOT)


def list_known_results(npis: Iterable[str]) -> dict[tuple[int, str, str], str]:
    """What quality results from files say of providers with these NPIs, by participation, measure and period."""
    query = (
        select(_F)
        .join(_P, _P.id == _F.participation_id)
        .where(_P.npi.in_(list(npis)), _F.measure != "", is_last_record())
    )
    return {
        (found.participation_id, found.measure, found.period): found.says
        for found in db.session.scalars(query)
    }
