"""The staff rooms: queue, application page, steps, evidence, letters, counts. One blueprint, one file a room."""

from onboarding.web.staff import (
    as_of,
    counts,
    evidence,
    files,
    handout,
    integrity,
    invitations,
    letters,
    menu,
    packet,
    queue,
    renewals,
    rights,
    samples,
    steps,
    verifications,
    words,
)
from onboarding.web.staff.room import bp

__all__ = [
    "as_of", "blueprints", "counts", "evidence", "files", "handout", "integrity", "invitations", "letters", "menu",
    "packet", "queue", "renewals", "rights", "samples", "steps", "verifications", "words",
]  # fmt: skip

blueprints = (bp,)
