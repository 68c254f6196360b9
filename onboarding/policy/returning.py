"""Terminated and back: recredentialing or initial credentialing? One rule for whoever applies anew and whoever renews.

Source: NCQA CR: a break in participation of more than 30 calendar days, or a renewal decided more than 30 days after
it was due, is credentialed as if for the first time.
"""

from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import ApplicationKind


def days_late(on: date, due_on: date | None) -> int:
    """So many days after it was due a renewal is decided; 0 in time, or where nothing is due. Up to the clock
    recredentialing_grace it may still finish as recredentialing, and is marked; NCQA scores the file down."""
    return max(0, (on - due_on).days) if due_on else 0


def say_late(days: int, how: ApplicationKind) -> str:
    """The mark of a renewal so many days late."""
    counts = (
        "counts as initial credentialing" if how is ApplicationKind.INITIAL else "finished as recredentialing"
    )
    return f"{days} {'day' if days == 1 else 'days'} late, {counts}"


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
