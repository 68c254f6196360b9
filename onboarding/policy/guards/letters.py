"""Letters that left, and the time to answer."""

from datetime import date

from onboarding.policy.asking import ASKING_LETTERS, CLOSING_LETTERS, over_on
from onboarding.policy.caqh import Standing, status_row
from onboarding.policy.days import say
from onboarding.policy.documents import Requirement, requirements
from onboarding.policy.file import CredentialingFile, LetterFact, Request
from onboarding.policy.guards.evidence import authorization_confirmed
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    LetterKind,
)


def something_missing(file: CredentialingFile, request: Request) -> list[str]:
    """Something the last letter asked for is still not here: no document of that kind came since the letter left, or
    CAQH is not in order though staff looked there since."""
    letter, given = _last_request(file), file.authorization
    if any(item.outstanding and _unanswered(item, file, letter) for item in requirements(file)):
        return []
    if not authorization_owed(file):
        return ["Nothing that we asked for is missing from the applicant: the file can go on."]
    left_on, looked_on = letter and letter.left_on, given and given.recorded_on
    if left_on and looked_on and looked_on > left_on:
        return []
    return ["Only CAQH is missing, and nobody has looked there since the letter left: look first."]


def _unanswered(item: Requirement, file: CredentialingFile, letter: LetterFact | None) -> bool:
    if letter is None or letter.left_on is None:
        return True
    sent_since = any(d.kind is item.row.kind and d.uploaded_on >= letter.left_on for d in file.documents)
    return item.row.kind in letter.asked and not sent_since


def authorization_owed(file: CredentialingFile) -> list[str]:
    """What the provider must mend in CAQH, once staff have looked there. What staff have not looked up yet nobody
    owes, nor a CCVS profile: the plan orders it; nor what CAQH leaves to staff to find out."""
    given = file.authorization
    if given is None or given.kind is not AuthorizationKind.CAQH or not given.looked_up:
        return []
    if given.provider_status and status_row(given.provider_status).standing is Standing.NEEDS_STAFF:
        return []
    return authorization_confirmed(file, Request(Action.COMPLETE_FILE, frozenset()))


def _requests(file: CredentialingFile) -> list[LetterFact]:
    """The letters of this round that asked, oldest first."""
    return [letter for letter in file.letters if letter.kind in ASKING_LETTERS and letter.round == file.round]


def _last_request(file: CredentialingFile) -> LetterFact | None:
    found = _requests(file)
    return found[-1] if found else None


def letter_has_left(file: CredentialingFile, request: Request) -> list[str]:
    """Nobody is discontinued without proof that the last letter which asked, the final one where documents were asked
    for, has left by every channel it goes by; or a person's reason in place of the proof."""
    letter = _last_request(file)
    if letter is None:
        return ["No letter has asked the applicant for what is missing."]
    if request.reason.strip():
        return []
    if letter.left_on is None:
        return [
            "There is no proof that the letter has left: see its hand-over on the file, or give a reason in place of the proof."
        ]
    if letter.kind not in CLOSING_LETTERS:
        return ["The final letter has not been written: each letter follows the one before."]
    return []


def response_time_over(file: CredentialingFile, request: Request) -> list[str]:
    """The full time has run since the last letter left, and the dates in the letters have passed. Where a person's reason
    stands in place of the proof, the dates in the letters count."""
    asked = _requests(file)
    dates = [answer_until(letter) for letter in asked if letter.left_on or request.reason.strip()]
    named = [day for day in dates if day]
    if not named or (asked[-1].left_on is None and not request.reason.strip()):
        return ["The time to answer has not begun."]
    return [] if file.today > max(named) else [f"The applicant has until {say(max(named))}."]


def answer_until(letter: LetterFact) -> date | None:
    """The last day for an answer: the date in the letter, or the full time after it left where that is later."""
    if letter.respond_by is None or letter.left_on is None:
        return letter.respond_by
    return max(letter.respond_by, over_on(letter.kind, letter.left_on))


def not_renewed_since(file: CredentialingFile, request: Request) -> list[str]:
    """A participation is ended on the application that last credentialed it."""
    if file.renewed_since:
        return ["A later application renewed this participation: end it there."]
    return []


def welcome_letter_left(file: CredentialingFile, request: Request) -> list[str]:
    """The welcome letter has been handed over by every channel it goes by."""
    welcome = [letter for letter in file.letters if letter.kind is LetterKind.WELCOME]
    if welcome and welcome[-1].left_on:
        return []
    return ["The welcome letter has not left yet."]
