"""The end of a roster that its group did not import or correct: its file and its rows go, what was imported stays."""

from sqlalchemy import delete, func, select

from onboarding.clock import now, on_day, today
from onboarding.extensions import db
from onboarding.models import Application, Roster, RosterRow
from onboarding.policy.deadlines import after
from onboarding.policy.people import CLOCK
from onboarding.policy.roster import IDLE_STATES, IMPORTED_STATES
from onboarding.policy.vocabulary import RosterState
from onboarding.services.audit import record_event


def forget_roster(group: Application, roster: Roster) -> str | None:
    """Let a roster go that waited too long for its group, or what is left of an imported one that was refused; both are
    locked. Answers the key of the stored file, empty when there is none to delete; None where nothing was to be done.

    The imported rows stay; the same file may then be sent anew.
    """
    if after("roster_kept", on_day(roster.sent_at)) >= today() or not _waits(roster):
        return None
    key, roster.storage_key = roster.storage_key, ""
    imported = roster.state in IMPORTED_STATES
    record_event(
        actor=CLOCK, application=group, action="forget_roster",
        what=f"Roster {roster.file_name}: rows deleted that were kept to be corrected, and were not" if imported
        else f"Roster {roster.file_name} deleted: it was kept for the group to import, and was not",
        details={"roster": roster.id, "sha256": roster.sha256, "imported": roster.imported},
    )  # fmt: skip
    of_this = RosterRow.roster_id == roster.id
    db.session.execute(delete(RosterRow).where(of_this, RosterRow.application_id.is_(None)))
    left = db.session.scalar(select(func.count()).where(of_this)) or 0
    if left or imported:
        roster.finished_at = roster.finished_at or now()
        roster.state, roster.rows, roster.refused = RosterState.DONE, left, 0
        roster.reading, roster.sha256 = None, roster.public_id
    else:
        db.session.delete(roster)
    return key


def _waits(roster: Roster) -> bool:
    return roster.state in IDLE_STATES or (roster.state in IMPORTED_STATES and roster.refused > 0)
