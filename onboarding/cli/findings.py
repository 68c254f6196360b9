"""What a check of the doctor says: well, a note, or a problem with what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """Fine; worth a look; wrong. Only what is wrong makes the doctor's exit code 1."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: what was looked at, what was found, what to type."""

    mark: Mark
    part: str
    says: str
    do: str = ""


Findings = Iterator[Finding]


def ok(part: str, says: str) -> Finding:
    return Finding(Mark.OK, part, says)


def note(part: str, says: str, do: str = "") -> Finding:
    return Finding(Mark.NOTE, part, says, do)


def problem(part: str, says: str, do: str) -> Finding:
    return Finding(Mark.PROBLEM, part, says, do)
