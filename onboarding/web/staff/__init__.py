"""The staff rooms: queue, application page, steps, evidence, letters, counts. One blueprint, one file a room."""

from onboarding.web.staff import (
    after_decisions,
    as_of,
    clean_files,
    committee,
    counts,
    evidence,
    files,
    handout,
    integrity,
    invitations,
    letters,
    meeting,
    menu,
    minutes,
    packet,
    queue,
    renewals,
    rights,
    samples,
    steps,
    ties,
    verifications,
    words,
)
from onboarding.web.staff.room import bp

__all__ = [
    "after_decisions", "as_of", "blueprints", "clean_files", "committee", "counts", "evidence", "files", "handout", "integrity", "invitations", "letters",
    "meeting", "menu", "minutes", "packet", "queue", "renewals", "rights", "samples", "steps", "ties", "verifications", "words",
]  # fmt: skip

blueprints = (bp,)
