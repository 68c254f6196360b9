"""The staff rooms: queue, application page, steps, evidence, letters, counts. One blueprint, one file a room."""

from onboarding.web.staff import (
    as_of,
    bulk,
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
    today,
    verifications,
    views,
    words,
)
from onboarding.web.staff.room import bp

__all__ = [
    "as_of", "blueprints", "bulk", "counts", "evidence", "files", "handout", "integrity", "invitations", "letters", "menu",
    "packet", "queue", "renewals", "rights", "samples", "steps", "today", "verifications", "views", "words",
]  # fmt: skip

blueprints = (bp,)
