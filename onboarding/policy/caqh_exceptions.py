"""TABLE: how the exceptions of CAQH's roster begin, and what each does to the request.

Public copies of the specification differ in the texts; the plan's own contract gives the list in force: add rows.
"""

import re
from enum import StrEnum


class Effect(StrEnum):
    """What a roster exception does to the request."""

    ON_ROSTER = "on_roster"
    WARNING = "warning"
    REFUSED = "refused"


# How the exceptions begin that we know. Several come in one text joined by ";", and a text may hold a ";" of its own,
# so a new one begins only where one of these does. What begins otherwise stands in the way, and is shown as it came.
EXCEPTIONS: tuple[tuple[str, Effect], ...] = (
    ("Provider already on roster", Effect.ON_ROSTER),
    ("Provider is already on", Effect.ON_ROSTER),
    ("Provider already exists", Effect.ON_ROSTER),
    ("Warning", Effect.WARNING),
    ("Provider not found", Effect.REFUSED),
    ("Provider opted out", Effect.REFUSED),
    ("Duplicate record", Effect.REFUSED),
    ("CAQH Provider ID", Effect.REFUSED),
    ("Invalid", Effect.REFUSED),
    ("Missing", Effect.REFUSED),
)


def exception_effect(text: str) -> Effect:
    """What this exception does; one we do not know stands in the way."""
    said = text.strip().lower()
    return next((effect for begins, effect in EXCEPTIONS if said.startswith(begins.lower())), Effect.REFUSED)


_BEGINNING = re.compile(
    rf";\s*(?=(?:{'|'.join(re.escape(begins) for begins, _ in EXCEPTIONS)})\b)", re.IGNORECASE
)


def split_exceptions(text: str) -> tuple[str, ...]:
    """The exceptions of one text, in their order. Nothing that CAQH wrote is dropped but the ";" between two."""
    parts = (part.strip() for part in _BEGINNING.split(text))
    return tuple(part for part in parts if part.strip(";\n\t "))


def roster_effect(exceptions: tuple[str, ...]) -> Effect:
    """What all exceptions of one provider come to: one that refuses refuses, warnings alone do not."""
    effects = {exception_effect(text) for text in exceptions}
    return Effect.REFUSED if Effect.REFUSED in effects else Effect.ON_ROSTER
