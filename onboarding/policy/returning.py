"""Terminated and back: recredentialing or initial credentialing? One rule for whoever applies anew and whoever renews.

Source: NCQA CR: a break in participation of more than 30 calendar days, or a renewal decided more than 30 days after
it was due, is credentialed as if for the first time.
"""

from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import ApplicationKind


def credentialed_as(
    kind: ApplicationKind, on: date, *, due_on: date | None = None, ended_on: date | None = None
) -> ApplicationKind:
    """How a file decided on this day is credentialed. `ended_on`: when participation ended, where it did; `due_on`: by
    when it had to be renewed, where it goes on."""
    if ended_on is not None:
        within = on <= after("break_in_participation", ended_on)
        return ApplicationKind.RECREDENTIALING if within else ApplicationKind.INITIAL
    if kind is ApplicationKind.RECREDENTIALING and due_on is not None:
        return kind if on <= after("recredentialing_grace", due_on) else ApplicationKind.INITIAL
    return kind
