"""Which letter asks for documents, and when: at once, after 14 and 30 days, each once the one before has left."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onboarding.policy.asking import DOCUMENT_LETTERS, over_on
from onboarding.policy.document_letters import NextLetter, next_letter
from onboarding.policy.file import CredentialingFile, LetterFact
from onboarding.policy.vocabulary import DocumentKind, DocumentState, LetterKind
from tests.policy.casefile import TODAY, complete_file, days_ago, document

FIRST, SECOND, FINAL = DOCUMENT_LETTERS
W9, SHEET = DocumentKind.W9, DocumentKind.MALPRACTICE_FACE_SHEET


def asked(kind: LetterKind, left_on: date | None, *codes: DocumentKind) -> LetterFact:
    return LetterFact(
        kind, 1, 1, days_ago(-9), left_on, frozenset(code.value for code in codes or (W9, SHEET))
    )


def owing(*letters: LetterFact, documents: tuple = ()) -> CredentialingFile:
    return complete_file(documents=documents, letters=letters)


def test_what_is_missing_is_asked_for_at_once_and_what_is_there_is_not() -> None:
    assert next_letter(owing()) == NextLetter(FIRST, TODAY)
    assert next_letter(complete_file()) is None
    sent = replace(document(W9), state=DocumentState.RECEIVED)
    assert next_letter(owing(asked(FIRST, days_ago(20)), documents=(sent, document(SHEET)))) is None


@pytest.mark.parametrize(
    ("letters", "kind", "due_in"),
    [
        ((asked(FIRST, days_ago(13)),), SECOND, 1),
        ((asked(FIRST, days_ago(14)),), SECOND, 0),
        ((asked(FIRST, days_ago(40)),), SECOND, -26),
        ((asked(FIRST, days_ago(30)), asked(SECOND, days_ago(16))), FINAL, 0),
        ((asked(FIRST, days_ago(44)), asked(SECOND, days_ago(15))), FINAL, 1),
    ],
)
def test_each_letter_follows_so_many_days_after_the_one_before_left(letters, kind, due_in) -> None:
    assert next_letter(owing(*letters)) == NextLetter(kind, TODAY + timedelta(days=due_in))


def test_no_letter_follows_one_that_has_not_left_and_none_the_final_one() -> None:
    assert next_letter(owing(asked(FIRST, None))) is None
    assert next_letter(owing(asked(FIRST, days_ago(50)), asked(SECOND, None))) is None
    assert next_letter(owing(asked(FINAL, days_ago(90)))) is None


def test_the_letters_of_one_round_name_the_same_last_day_where_each_left_in_time() -> None:
    left_on = (days_ago(0), days_ago(-14), days_ago(-30))
    ends = {over_on(kind, day) for kind, day in zip(DOCUMENT_LETTERS, left_on, strict=True)}
    assert ends == {TODAY + timedelta(days=45)}


def test_something_new_that_is_owed_begins_a_round_of_its_own() -> None:
    assert next_letter(owing(asked(FIRST, days_ago(3), W9))) == NextLetter(FIRST, TODAY, new_round=True)


def test_what_was_sent_and_rejected_is_in_the_next_letter_and_after_the_final_one_asked_anew() -> None:
    bad = replace(document(SHEET, DocumentState.REJECTED, uploaded=10), reviewed_on=days_ago(2))
    file = owing(asked(FIRST, days_ago(20)), documents=(bad,))
    assert next_letter(file) == NextLetter(SECOND, days_ago(2))
    final = asked(FIRST, days_ago(50)), asked(FINAL, days_ago(11))
    assert next_letter(owing(*final, documents=(bad,))) == NextLetter(FIRST, TODAY, new_round=True)
    assert next_letter(owing(final[0], asked(FINAL, days_ago(9)), documents=(bad,))) is None
