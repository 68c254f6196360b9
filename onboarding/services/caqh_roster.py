"""The conversation with CAQH about our roster: who is taken up, what is asked next, what came of it.

Nothing here speaks to CAQH. A job claims entries in one transaction, asks outside of any, and settles in another; an
entry whose asker was lost comes up again when its lease has run out. Asking twice does no harm: CAQH says that the
provider is on the roster already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from onboarding.caqh.client import RosterAddition, RosterResult
from onboarding.clock import ZONE, now, today
from onboarding.extensions import db
from onboarding.models import Application, CaqhRosterEntry, Participation
from onboarding.policy.caqh import (
    ASK_CLOCKS,
    ASKED_PARTICIPATIONS,
    ROSTER_STATUSES,
    CaqhAnswer,
    RosterState,
    RosterStatus,
)
from onboarding.policy.caqh_exceptions import Effect, roster_effect
from onboarding.policy.deadlines import STALE_SOON_DAYS, after, clock, good_until
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.vocabulary import ApplicationKind, AuthorizationKind

LEASE = timedelta(minutes=10)
PAUSE = timedelta(hours=1)  # after no answer

_E = CaqhRosterEntry
_CAQH_TYPES = tuple(row.code for row in PROVIDER_TYPES if row.authorization is AuthorizationKind.CAQH)
_LIVING = (RosterState.TO_ADD, RosterState.SENT, RosterState.ON_ROSTER, RosterState.REFUSED)
_AT_CAQH = (RosterState.SENT, RosterState.ON_ROSTER)

NO_NUMBER = "The application gives no CAQH number."
NOT_NAMED = "CAQH's result does not name this provider."
OTHER_NPI = "This CAQH number belongs to another NPI. Check the number, and take that provider off our roster in CAQH."


@dataclass(frozen=True)
class Question:
    """One provider whose status is to be asked."""

    entry_id: int
    application_id: int
    caqh_number: str
    npi: str


def take_up_applicants() -> int:
    """Give every applicant who belongs on the roster an entry, or a living one again; answers how many were new."""
    belongs = (Application.status.in_(ROSTER_STATUSES), Application.provider_type.in_(_CAQH_TYPES))
    known = exists().where(_E.application_id == Application.id)
    facts: dict[str, Any] = {
        "application_id": Application.id,
        "state": literal(RosterState.TO_ADD, _E.state.type),
        "caqh_number": literal(""),
        "batch_id": literal(""),
        "exceptions": literal([], _E.exceptions.type),
        "trouble": literal(""),
        "next_at": literal(now(), _E.next_at.type),
    }
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name]
    rows = select(*facts.values()).where(*belongs, ~known)
    new = insert(_E).from_select(list(facts), rows).on_conflict_do_nothing(index_elements=["application_id"])
    again = exists().where(Application.id == _E.application_id, *belongs)
    return _rows(new) + _change(RosterState.TO_ADD, _E.state == RosterState.REMOVED, again)


def let_go_ended() -> int:
    """Entries of applications that have ended, or were renewed, are to leave the roster; answers how many."""
    in_network = exists().where(
        Participation.application_id == Application.id, Participation.state.in_(ASKED_PARTICIPATIONS)
    )
    ended = exists().where(Application.id == _E.application_id, Application.due_on.is_(None), ~in_network)
    left = _change(RosterState.TO_REMOVE, _E.state.in_(_AT_CAQH), ended)
    return left + _change(RosterState.REMOVED, _E.state.in_(set(_LIVING) - set(_AT_CAQH)), ended)


def _change(state: RosterState, *conditions: Any) -> int:
    values = {"state": state, "next_at": now()}
    return _rows(update(_E).where(*conditions).values(**values).execution_options(synchronize_session=False))


def _rows(statement: Any) -> int:
    done = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return max(0, done.rowcount)  # type: ignore[attr-defined]


def _claim(states: Sequence[RosterState], most: int) -> list[CaqhRosterEntry]:
    """Take up to `most` entries that are due, for one lease."""
    moment = now()
    due = (_E.state.in_(states), _E.next_at <= moment)
    wanted = (
        select(_E.id).where(*due).order_by(_E.next_at, _E.id).limit(most).with_for_update(skip_locked=True)
    )
    taken = db.session.execute(
        update(_E)
        .where(_E.id.in_(wanted.scalar_subquery()), *due)
        .values(next_at=moment + LEASE, asked_at=moment)
        .returning(_E.id)
        .execution_options(synchronize_session=False)
    )
    return _entries([row.id for row in taken])


def _entries(ids: Sequence[int]) -> list[CaqhRosterEntry]:
    query = select(_E).where(_E.id.in_(ids)).order_by(_E.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def claim_additions(most: int) -> dict[int, RosterAddition]:
    """Those to be put on the roster now, by entry. Without a CAQH number nobody is found there: refused at once."""
    found = {}
    for entry in _claim((RosterState.TO_ADD, RosterState.REFUSED), most):
        addition = _addition(entry.application)
        entry.caqh_number = addition.caqh_number
        if addition.caqh_number:
            found[entry.id] = addition
        else:
            _refuse(entry, (NO_NUMBER,))
    return found


def _addition(application: Application) -> RosterAddition:
    person = application.practitioner
    assert person is not None, "only practitioners are authorized through CAQH"
    return RosterAddition(
        person.caqh_number,
        application.public_id,
        person.first_name,
        person.last_name,
        person.npi,
        PLAN.state,
        person.licence_state,
        person.licence_number,
        application.kind is ApplicationKind.RECREDENTIALING,
    )


def keep_batch(entry_ids: Sequence[int], batch_id: str) -> None:
    """CAQH took these; what became of them is asked for later."""
    for entry in _entries(entry_ids):
        entry.state, entry.batch_id, entry.sent_at = RosterState.SENT, batch_id, now()
        entry.exceptions, entry.trouble, entry.next_at = [], "", now()


def claim_batches(most: int) -> dict[str, list[int]]:
    """Batches whose result is to be asked for, each with its entries."""
    found: dict[str, list[int]] = {}
    for entry in _claim((RosterState.SENT,), most):
        found.setdefault(entry.batch_id, []).append(entry.id)
    return found


def settle_batch(entry_ids: Sequence[int], results: Sequence[RosterResult] | None) -> int:
    """Keep what became of a batch; answers how many are on the roster now.

    Without a result yet it is asked for again, and after some days sent again.
    """
    by_number = {result.caqh_number.lstrip("0"): result for result in results or ()}
    joined = 0
    for entry in _entries(entry_ids):
        if results is None:
            _wait_or_send_again(entry)
            continue
        result = by_number.get(entry.caqh_number.lstrip("0"))
        exceptions = _exceptions(entry, result)
        if roster_effect(exceptions) is Effect.REFUSED:
            _refuse(entry, exceptions)
            continue
        entry.state, entry.exceptions, entry.trouble = RosterState.ON_ROSTER, list(exceptions), ""
        entry.next_at = now()
        joined += 1
    return joined


def _exceptions(entry: CaqhRosterEntry, result: RosterResult | None) -> tuple[str, ...]:
    if result is None:
        return (NOT_NAMED,)
    if result.npi and result.npi != entry.application.npi:
        return (OTHER_NPI, *result.exceptions)
    return result.exceptions


def _wait_or_send_again(entry: CaqhRosterEntry) -> None:
    lost = timedelta(days=clock("caqh_batch_lost", today()).amount)
    if entry.sent_at and entry.sent_at + lost < now():
        entry.state, entry.batch_id = RosterState.TO_ADD, ""
    entry.next_at = now()


def _refuse(entry: CaqhRosterEntry, exceptions: Sequence[str]) -> None:
    entry.state, entry.exceptions, entry.trouble = RosterState.REFUSED, list(exceptions), ""
    entry.next_at = _in_days("caqh_added_again")


def _in_days(clock_name: str) -> datetime:
    """The beginning of the business day on which this clock, started today, runs out."""
    return datetime.combine(after(clock_name, today()), time.min, ZONE)


def claim_question() -> Question | None:
    """The next provider on the roster whose status is due."""
    for entry in _claim((RosterState.ON_ROSTER,), 1):
        return Question(entry.id, entry.application_id, entry.caqh_number, entry.application.npi)
    return None


def keep_answer(entry_id: int, answer: CaqhAnswer) -> None:
    """Keep what CAQH said of one provider and when it is asked again; one not on our roster is to be added again."""
    (entry,) = _entries([entry_id])
    entry.answer, entry.answered_at, entry.trouble = answer.as_facts(), now(), ""
    if answer.roster_status is not RosterStatus.ACTIVE:
        entry.state = RosterState.TO_ADD
    until = good_until(answer.attested_on, today(), "attestation_age") if answer.attested_on else today()
    near = (until - today()).days <= STALE_SOON_DAYS
    daily = "caqh_asked_again"
    entry.next_at = _in_days(daily if near else ASK_CLOCKS.get(entry.application.status, daily))


def keep_trouble(entry_ids: Sequence[int], says: str) -> None:
    """No answer came: nothing is known and nothing is lost; it is tried again in a while."""
    for entry in _entries(entry_ids):
        entry.trouble, entry.next_at = says[:300], now() + PAUSE


def claim_removals(most: int) -> dict[int, str]:
    """Those to be taken off the roster now: the CAQH number by entry. Who is still wanted there by another application
    stays, and only this entry goes."""
    found = {}
    for entry in _claim((RosterState.TO_REMOVE,), most):
        other = aliased(CaqhRosterEntry)
        wanted = select(other.id).where(
            other.caqh_number == entry.caqh_number, other.id != entry.id, other.state.in_(_LIVING)
        )
        if entry.caqh_number and db.session.scalar(wanted.limit(1)) is None:
            found[entry.id] = entry.caqh_number
        else:
            entry.state = RosterState.REMOVED
    return found


def settle_removals(entry_ids: Sequence[int], batch_id: str) -> None:
    """CAQH took the request to take these off."""
    for entry in _entries(entry_ids):
        entry.state, entry.batch_id, entry.trouble = RosterState.REMOVED, batch_id, ""
