"""The staff rooms: queue, application page, steps, evidence, letters, counts. One blueprint, one file a room."""

from onboarding.web.staff import (
    counts,
    evidence,
    files,
    handout,
    invitations,
    letters,
    queue,
    renewals,
    rights,
    steps,
    verifications,
    words,
)
from onboarding.web.staff.room import bp

__all__ = [
    "blueprints", "counts", "evidence", "files", "handout", "invitations", "letters", "queue", "renewals", "rights", "steps",
    "verifications", "words",
]  # fmt: skip

blueprints = (bp,)
