"""Checking and importing rosters, some rows a transaction, so that a job may be killed or stopped at any moment."""

from itertools import islice

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.errors import BadFile
from onboarding.extensions import committed, db
from onboarding.importers.roster import RosterFile, read_roster
from onboarding.jobs.npis import NpiCheck
from onboarding.models import Roster
from onboarding.policy.group_answers import answers_of_group
from onboarding.policy.people import applicant
from onboarding.policy.provider_types import provider_type
from onboarding.policy.roster_rows import check_rows
from onboarding.policy.vocabulary import RosterState
from onboarding.queries.files import get_application
from onboarding.queries.rosters import find_here, list_old_rosters, remembered_columns
from onboarding.services.apply import start_drafts
from onboarding.services.old_rosters import forget_roster
from onboarding.services.rosters import (
    ImportBatch,
    RosterClaim,
    begin_check,
    claim_roster,
    fail_roster,
    finish_check,
    finish_import,
    keep_checked_rows,
    keep_imported,
    take_valid_rows,
)
from onboarding.storage import Store

BATCH = 50
Done = dict[str, int]


def work_on_rosters(settings: Settings) -> Done:
    """Check every roster that waits to be checked, import every one whose group has said so."""
    store, done = Store(settings.storage), {"checked": 0, "imported": 0}
    while (claim := _claim()) is not None:
        state, key = _state_and_file(claim)
        if state is RosterState.IMPORTING:
            done["imported"] += _import(claim, store)
        else:
            done["checked"] += _check(claim, store, key, settings)
    return done


def forget_old_rosters(settings: Settings) -> Done:
    """Delete what no group imported or corrected in time: rows first, then the file."""
    store, forgotten = Store(settings.storage), 0
    for roster_id in list_old_rosters():
        with committed() as session:
            found = session.get(Roster, roster_id)
            if found is None:  # another clock was here meanwhile
                continue
            group = get_application(found.application_id, for_change=True)
            session.refresh(found, with_for_update=True)
            key = forget_roster(group, found)
        forgotten += key is not None
        if key:
            store.delete(key)
    return {"forgotten": forgotten}


def _claim() -> RosterClaim | None:
    with committed():
        return claim_roster()


def _state_and_file(claim: RosterClaim) -> tuple[RosterState, str]:
    roster = db.session.get_one(Roster, claim.roster_id, populate_existing=True)
    found = roster.state, roster.storage_key
    db.session.rollback()
    return found


def _check(claim: RosterClaim, store: Store, key: str, settings: Settings) -> int:
    """Read the file outside any transaction, then keep its rows. Answers how many were checked now."""
    remembered = remembered_columns(get_application(claim.application_id))
    db.session.rollback()
    try:
        file = read_roster(store.read(key), remembered)
    except FileNotFoundError:
        return _fail(claim, "The file is no longer on our disk. Send it again.")
    except BadFile as refused:
        return _fail(claim, refused.message)
    with committed():
        kept = begin_check(claim, file)
    if kept is None or not _keep_rows(claim, file, kept, NpiCheck(settings)):
        return 0
    with committed():
        finish_check(claim)
    return len(file.rows) - kept


def _fail(claim: RosterClaim, says: str) -> int:
    with committed():
        fail_roster(claim, says)
    return 0


def _keep_rows(claim: RosterClaim, file: RosterFile, kept: int, npis: NpiCheck) -> bool:
    cells = dict(file.rows)
    checked = islice(check_rows(file.headers, file.rows, file.columns, today()), kept, None)
    while batch := npis.look(list(islice(checked, BATCH))):
        with committed():
            if not keep_checked_rows(claim, batch, cells):
                return False
    return True


def _import(claim: RosterClaim, store: Store) -> int:
    """Batch by batch until no valid row is left. Answers how many applications were made."""
    made = 0
    while True:
        file_to_forget = ""
        with committed():
            batch = take_valid_rows(claim, BATCH)
            if batch is not None and batch.rows:
                made += _import_batch(claim, batch)
            elif batch is not None:
                file_to_forget = finish_import(claim, batch.group)
        if batch is None or not batch.rows:
            break
    if file_to_forget:
        store.delete(file_to_forget)
    return made


def _import_batch(claim: RosterClaim, batch: ImportBatch) -> int:
    """An application for each row, but for those whose practitioner is here already under the group's tax ID."""
    group = batch.group
    common = group.form.answers
    here = find_here([row.npi for row in batch.rows], str(common.get("tax_id", "")))
    fresh = [row for row in batch.rows if row.npi not in here]
    wanted = []
    for row in fresh:
        assert row.provider_type is not None and row.answers is not None, "a valid row has both"
        kinds = provider_type(row.provider_type).kinds
        kind = group.provider_kind if group.provider_kind in kinds else kinds[0]
        wanted.append((kind, row.provider_type, {**answers_of_group(common, row.answers), **row.answers}))
    drafts = start_drafts(
        wanted, applicant(group.form.contact_name), f"Draft started from a roster of {group.name}"
    )
    keep_imported(
        claim,
        [(row, draft.id) for row, draft in zip(fresh, drafts, strict=True)],
        [(row, here[row.npi]) for row in batch.rows if row.npi in here],
    )
    return len(drafts)
