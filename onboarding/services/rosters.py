"""A group's roster: received, checked and imported in batches, stopped, gone on with.

Each batch is one transaction that renews the lease and looks whether the roster is still ours to work on: a job that
was killed or stopped leaves whole batches behind, and the next one goes on after them.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, func, select, update

from onboarding.clock import now, seconds
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.importers.roster import RosterFile
from onboarding.models import Application, Roster, RosterMapping, RosterRow
from onboarding.policy.counted import counted
from onboarding.policy.identifiers import sort_key
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.provider_types import provider_type
from onboarding.policy.roster import (
    IMPORTABLE_STATES,
    MAPPABLE_STATES,
    RESUMABLE_STATES,
    ROSTER_STATUSES,
    WORKING_STATES,
    header_keys,
    label_of,
    missing_columns,
    sample_values,
)
from onboarding.policy.roster_rows import CheckedRow, say_problems
from onboarding.policy.vocabulary import RosterRowState, RosterState
from onboarding.queries.files import get_application
from onboarding.queries.rosters import find_same_file, list_doubled, remembered_columns
from onboarding.services.audit import record_event

LEASE_SECONDS = 120
SAMPLED_ROWS = 50


@dataclass(frozen=True)
class RosterClaim:
    """Our hold on one roster while we work on it."""

    roster_id: int
    application_id: int
    fence: int


def may_send_roster(application: Application) -> bool:
    """Is this the application of a group, sent and alive?"""
    return provider_type(application.provider_type).roster and application.status in ROSTER_STATUSES


def receive_roster(
    application: Application, actor: Actor, *, file_name: str, sha256: str, storage_key: str
) -> Roster:
    """Take a stored file as a roster to be checked. The same bytes again are the roster they were the first time.

    Raises Conflict when this application may not send one.
    """
    if not may_send_roster(application):
        raise Conflict("This application cannot send a roster at this stage.")
    same = find_same_file(application, sha256)
    if same is not None:
        return same
    roster = Roster(
        public_id=secrets.token_urlsafe(18), application_id=application.id, file_name=file_name[:200],
        sha256=sha256, storage_key=storage_key, state=RosterState.QUEUED, sent_at=now(), sent_by=actor.name[:120],
    )  # fmt: skip
    db.session.add(roster)
    db.session.flush()
    _record(roster, application, actor, "receive_roster", f"Roster received: {roster.file_name}")
    return roster


def choose_columns(application: Application, roster: Roster, chosen: Mapping[int, str], actor: Actor) -> None:
    """Remember for this group which of our columns stands under which header, and check the roster anew.

    `chosen` maps places from 0 to column codes. Raises BadInput when one is missing or named twice, Conflict when the
    roster is past that.
    """
    _must_be(roster, MAPPABLE_STATES, "The columns of this roster can no longer be changed.")
    codes = list(chosen.values())
    if twice := {code for code in codes if codes.count(code) > 1}:
        names = ", ".join(sorted(label_of(code) for code in twice))
        raise BadInput(f"Choose each of our columns once: {names} is chosen twice.")
    if missing := missing_columns(chosen):
        names = ", ".join(column.label for column in missing)
        raise BadInput(f"Choose where these stand, or add them to your file and send it again: {names}.")
    known = remembered_columns(application)
    for place, key in enumerate(header_keys((roster.reading or {})["headers"])):
        column = chosen.get(place, "")
        if known.get(key) != column:
            same = (RosterMapping.application_id == application.id, RosterMapping.header == key)
            db.session.execute(delete(RosterMapping).where(*same))
            db.session.add(RosterMapping(application_id=application.id, header=key, column=column))
    db.session.execute(delete(RosterRow).where(RosterRow.roster_id == roster.id))
    roster.state, roster.says, roster.checked_at = RosterState.QUEUED, "", None
    roster.rows = roster.refused = roster.progress = roster.progress_of = 0
    _record(roster, application, actor, "map_roster", f"Columns of the roster {roster.file_name} chosen")


def start_import(application: Application, roster: Roster, actor: Actor) -> None:
    """Have the clock make an application of each valid row. Raises Conflict when there is nothing to import."""
    _must_be(roster, IMPORTABLE_STATES, "This roster cannot be imported now: it may be imported already.")
    if not roster.valid:
        raise Conflict("No row of this roster can be imported yet. Correct the rows and send the file again.")
    roster.state, roster.reading = RosterState.IMPORTING, {**(roster.reading or {}), "samples": []}
    roster.progress, roster.progress_of = 0, roster.valid
    _record(
        roster,
        application,
        actor,
        "import_roster",
        f"Import of {counted(roster.valid, 'practitioner')} started",
    )


def stop_roster(application: Application, roster: Roster, actor: Actor) -> None:
    """Stop the check or the import; what is done stays done. Raises Conflict when nothing runs."""
    _must_be(roster, WORKING_STATES, "Nothing is running that could be stopped.")
    roster.state = RosterState.STOPPED
    roster.claimed_until, roster.fence = 0, roster.fence + 1
    _record(roster, application, actor, "stop_roster", f"Work on the roster {roster.file_name} stopped")


def resume_roster(application: Application, roster: Roster, actor: Actor) -> None:
    """Go on where it was stopped or failed. Raises Conflict when it was not."""
    _must_be(roster, RESUMABLE_STATES, "This roster was not stopped.")
    roster.state, roster.says = RosterState.IMPORTING if roster.checked_at else RosterState.QUEUED, ""
    _record(roster, application, actor, "resume_roster", f"Work on the roster {roster.file_name} goes on")


def _must_be(roster: Roster, states: Sequence[RosterState], says: str) -> None:
    if roster.state not in states:
        raise Conflict(says)


def _record(roster: Roster, application: Application, actor: Actor, action: str, what: str) -> None:
    record_event(
        actor=actor, application=application, action=action, what=what,
        details={"roster": roster.id, "sha256": roster.sha256},
    )  # fmt: skip


def claim_roster() -> RosterClaim | None:
    """Take the oldest roster that waits for the clock, for one lease; one whose worker died is taken when its lease ends."""
    moment = seconds()
    waiting = (Roster.state.in_(WORKING_STATES), Roster.claimed_until < moment)
    candidate = (
        select(Roster.id).where(*waiting).order_by(Roster.id).limit(1).with_for_update(skip_locked=True)
    )
    taken = db.session.execute(
        update(Roster)
        .where(Roster.id == candidate.scalar_subquery(), *waiting)
        .values(
            claimed_until=moment + LEASE_SECONDS, fence=Roster.fence + 1, run_started_at=now(),
            run_from=Roster.progress,
            state=case((Roster.state == RosterState.QUEUED, RosterState.CHECKING.value), else_=Roster.state),
        )
        .returning(Roster.id, Roster.application_id, Roster.fence)
        .execution_options(synchronize_session=False)
    ).one_or_none()  # fmt: skip
    return RosterClaim(taken.id, taken.application_id, taken.fence) if taken else None


def hold_roster(claim: RosterClaim) -> Roster | None:
    """The roster, locked, with its lease renewed; None when it was stopped or another process has it."""
    query = select(Roster).where(
        Roster.id == claim.roster_id, Roster.fence == claim.fence, Roster.state.in_(WORKING_STATES)
    )
    found = db.session.scalars(
        query.with_for_update(of=Roster).execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None:
        found.claimed_until = seconds() + LEASE_SECONDS
    return found


def begin_check(claim: RosterClaim, file: RosterFile) -> int | None:
    """Keep what the file holds, and answer how many rows are checked already; None when the check cannot go on now."""
    roster = hold_roster(claim)
    if roster is None:
        return None
    columns = {str(place): code for place, code in file.columns.items()}
    samples = sample_values([cells for _, cells in file.rows[:SAMPLED_ROWS]], len(file.headers))
    roster.reading = {
        "headers": list(file.headers), "columns": columns, "notes": list(file.notes), "samples": samples,
    }  # fmt: skip
    if missing_columns(file.columns):
        roster.state, roster.claimed_until = RosterState.MAPPING_NEEDED, 0
        return None
    kept = select(func.count()).where(RosterRow.roster_id == roster.id)
    roster.progress, roster.progress_of = db.session.scalar(kept) or 0, len(file.rows)
    return roster.progress


def keep_checked_rows(
    claim: RosterClaim, rows: Sequence[CheckedRow], cells: Mapping[int, Sequence[str]]
) -> bool:
    """Keep a batch of checked rows, those refused with their cells as they were sent. False when the roster is lost."""
    roster = hold_roster(claim)
    if roster is None:
        return False
    for row in rows:
        good = not row.problems
        db.session.add(
            RosterRow(
                roster_id=roster.id, number=row.number, npi=str(row.answers.get("npi") or "")[:10], name=row.name,
                name_key=sort_key(row.name), provider_type=row.provider_type,
                state=RosterRowState.VALID if good else RosterRowState.REFUSED, problems=say_problems(row.problems),
                answers=row.answers if good else None, cells=None if good else {"cells": list(cells[row.number])},
            )
        )  # fmt: skip
    roster.rows += len(rows)
    roster.refused += sum(bool(row.problems) for row in rows)
    roster.progress += len(rows)
    return True


def finish_check(claim: RosterClaim) -> None:
    """Every row is checked: the group may import."""
    roster = hold_roster(claim)
    if roster is not None:
        roster.state, roster.claimed_until, roster.checked_at = RosterState.CHECKED, 0, now()


def fail_roster(claim: RosterClaim, says: str) -> None:
    """The roster cannot be read or imported, for this reason; it may be tried again."""
    roster = hold_roster(claim)
    if roster is not None:
        roster.state, roster.says, roster.claimed_until = RosterState.FAILED, says[:500], 0


@dataclass(frozen=True)
class ImportBatch:
    """The next rows to import, with the group they belong to, both locked."""

    group: Application
    rows: Sequence[RosterRow]


def take_valid_rows(claim: RosterClaim, most: int) -> ImportBatch | None:
    """The next valid rows; None when the roster is lost or its group has ended. No two processes import for a group."""
    group = get_application(claim.application_id, for_change=True)
    roster = hold_roster(claim)
    if roster is None:
        return None
    if not may_send_roster(group):
        fail_roster(claim, "The group's own application is no longer open, so nothing more was imported.")
        return None
    query = select(RosterRow).where(RosterRow.roster_id == roster.id, RosterRow.state == RosterRowState.VALID)
    return ImportBatch(group, list(db.session.scalars(query.order_by(RosterRow.number).limit(most))))


def keep_imported(
    claim: RosterClaim, made: Sequence[tuple[RosterRow, int]], here: Sequence[tuple[RosterRow, int]]
) -> None:
    """Say of each row of a batch which application it made, or which one was here already; in the same transaction."""
    roster = hold_roster(claim)
    assert roster is not None, "the batch was taken in this transaction"
    for state, pairs in ((RosterRowState.IMPORTED, made), (RosterRowState.ALREADY_HERE, here)):
        for row, application_id in pairs:
            row.state, row.application_id, row.answers = state, application_id, None
    roster.imported += len(made)
    roster.already_here += len(here)
    roster.progress += len(made) + len(here)


def finish_import(claim: RosterClaim, group: Application) -> str:
    """Every valid row is imported. Answers the key of the stored file, which is needed no longer."""
    roster = hold_roster(claim)
    assert roster is not None, "the last batch was taken in this transaction"
    for row, first in list_doubled(roster):
        row.state, row.application_id, row.cells = RosterRowState.ALREADY_HERE, first.application_id, None
        row.problems = [["", f"Already in with row {first.number}."]]
        roster.refused -= 1
    key, roster.storage_key = roster.storage_key, ""
    roster.state, roster.claimed_until, roster.finished_at = RosterState.DONE, 0, now()
    what = (
        f"Roster imported: {counted(roster.imported, 'application')} made, "
        f"{counted(roster.already_here, 'was', 'were')} here already"
    )
    _record(roster, group, CLOCK, "imported_roster", what)
    return key
