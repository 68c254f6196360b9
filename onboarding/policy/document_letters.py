"""Which letter asks for the documents that are owed, and when: the first at once, the others each after the one before."""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.asking import CLOSING_LETTERS, DOCUMENT_LETTERS, follows, follows_on
from onboarding.policy.documents import outstanding
from onboarding.policy.file import CredentialingFile, LetterFact
from onboarding.policy.guards import authorization_owed
from onboarding.policy.vocabulary import LetterKind, RequirementState

CAQH = "caqh"


@dataclass(frozen=True)
class NextLetter:
    """The letter that asks next, and the day it is due. With `new_round` it begins a round of letters of its own."""

    kind: LetterKind
    due_on: date
    new_round: bool = False


def owed_codes(file: CredentialingFile) -> list[str]:
    """What the applicant owes, by its codes: what a letter asked for is compared with it."""
    return [item.row.kind.value for item in outstanding(file)] + [CAQH] * bool(authorization_owed(file))


def next_letter(file: CredentialingFile) -> NextLetter | None:
    """The letter that asks for what is owed, due today or on a later day; None when nothing is owed, when the final one is
    written, or while the one before has not provably left.

    Something owed that no letter of this round asked for begins a new round at once, with its own letters and their
    full time. So does, after the final letter, what was sent since and could not be accepted.
    """
    owed, asked = set(owed_codes(file)), _asked(file)
    if not owed:
        return None
    if not asked:
        return NextLetter(DOCUMENT_LETTERS[0], file.today)
    if owed - _still_asked(file, asked):
        return NextLetter(DOCUMENT_LETTERS[0], file.today, new_round=True)
    row = follows(asked[-1].kind)
    if row is None or asked[-1].left_on is None:
        return None
    due_on = follows_on(asked[-1].kind, asked[-1].left_on) or file.today
    return NextLetter(row.kind, max(due_on, _owed_since(file)))


def _asked(file: CredentialingFile) -> list[LetterFact]:
    """The letters of this round that asked for documents, oldest first."""
    return [
        letter for letter in file.letters if letter.kind in DOCUMENT_LETTERS and letter.round == file.round
    ]


def _still_asked(file: CredentialingFile, asked: list[LetterFact]) -> frozenset[str]:
    """What the letters of this round ask for; after the final one only what it names and nobody has answered."""
    last = asked[-1]
    if last.kind not in CLOSING_LETTERS:
        return frozenset[str]().union(*(letter.asked for letter in asked))
    refused = {
        item.row.kind.value
        for item in outstanding(file)
        if item.state is RequirementState.REJECTED and item.document and last.left_on
        and item.document.uploaded_on >= last.left_on
    }  # fmt: skip
    return last.asked - refused


def _owed_since(file: CredentialingFile) -> date:
    """The latest day on which something sent was found not to be acceptable: before it nothing was to be said of it."""
    days = [item.document.reviewed_on for item in outstanding(file) if item.document]
    return max((day for day in days if day), default=date.min)
