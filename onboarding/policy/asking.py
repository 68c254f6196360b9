"""TABLE: the letters that ask the applicant for something, and the time each gives: the date it names is the last day."""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import LetterKind


@dataclass(frozen=True)
class AskRow:
    """One letter that asks. An answer is awaited until the clock `over` runs out. It began with the first letter of its
    round; this letter is written when the clock `written` runs out, counted from the same day. With `closes` it is the
    last one: after it the application can be discontinued."""

    kind: LetterKind
    over: str
    written: str = ""
    closes: bool = False


_OVER = "missing_documents_over"

# Documents are asked for in this order, each time only once the letter before has left.
DOCUMENT_ROWS: tuple[AskRow, ...] = (
    AskRow(LetterKind.MISSING_DOCUMENTS, _OVER, "missing_documents_first"),
    AskRow(LetterKind.MISSING_DOCUMENTS_SECOND, _OVER, "missing_documents_second"),
    AskRow(LetterKind.MISSING_DOCUMENTS_FINAL, _OVER, "missing_documents_final", closes=True),
)
TABLE: tuple[AskRow, ...] = (*DOCUMENT_ROWS, AskRow(LetterKind.RETURNED, "response_time", closes=True))

ASKING_LETTERS = tuple(row.kind for row in TABLE)
DOCUMENT_LETTERS = tuple(row.kind for row in DOCUMENT_ROWS)
CLOSING_LETTERS = tuple(row.kind for row in TABLE if row.closes)

_BY_KIND = {row.kind: row for row in TABLE}
_FOLLOWS = dict(zip(DOCUMENT_LETTERS, DOCUMENT_ROWS[1:], strict=False))


def follows(kind: LetterKind) -> AskRow | None:
    """The letter that asks for documents again after this one; None after the final one."""
    return _FOLLOWS.get(kind)


def follows_on(kind: LetterKind, left_on: date) -> date | None:
    """When the letter after this one is due, if this one left on that day; None after the final one."""
    row = follows(kind)
    return after(row.written, left_on, since=_BY_KIND[kind].written) if row else None


def over_on(kind: LetterKind, left_on: date) -> date:
    """Through which day an answer to a letter that left on `left_on` is awaited; raises KeyError for one that asks nothing."""
    row = _BY_KIND[kind]
    return after(row.over, left_on, since=row.written)
