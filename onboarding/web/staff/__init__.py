"""The staff rooms: queue, application page, steps, evidence, letters, counts. One blueprint, one file a room."""

from onboarding.web.staff import (
    after_decisions,
    as_of,
    bulk,
    clean_files,
    committee,
    counts,
    evidence,
    extensions,
    files,
    findings,
    handout,
    holds,
    integrity,
    invitations,
    jobs,
    letters,
    meeting,
    menu,
    minutes,
    moving,
    packet,
    queue,
    renewals,
    reports,
    rights,
    samples,
    steps,
    ties,
    today,
    verifications,
    views,
    words,
)
from onboarding.web.staff.room import bp

__all__ = [
    "after_decisions", "as_of", "blueprints", "bulk", "clean_files", "committee", "counts", "evidence", "extensions", "files", "findings", "handout", "holds", "integrity",
    "invitations", "jobs", "letters", "meeting", "menu", "minutes", "moving", "packet", "queue", "renewals", "reports", "rights", "samples", "steps",
    "ties", "today", "verifications", "views", "words",
]  # fmt: skip

blueprints = (bp,)
