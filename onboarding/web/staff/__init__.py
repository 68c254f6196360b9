"""The staff rooms: queue, application page, steps, evidence, letters, counts. One blueprint, one file a room."""

from onboarding.web.staff import (
    clean_files,
    committee,
    counts,
    evidence,
    files,
    handout,
    invitations,
    letters,
    meeting,
    minutes,
    queue,
    renewals,
    rights,
    steps,
    ties,
    words,
)
from onboarding.web.staff.room import bp

__all__ = [
    "blueprints", "clean_files", "committee", "counts", "evidence", "files", "handout", "invitations", "letters", "meeting", "minutes",
    "queue", "renewals", "rights", "steps", "ties", "words",
]  # fmt: skip

blueprints = (bp,)
