"""Who signs: the practitioner himself, or the authorized signer of an organization.

The wrong signer is one of the four causes for which Arkansas Medicaid rejects most applications (reference rules,
section 3). Names are compared leniently: case, punctuation, accents, middle names, suffixes and degrees do not matter.
A name of which no word can be compared is signed letter by letter.
"""

from onboarding.policy.fields import Answers
from onboarding.policy.names import name_words
from onboarding.policy.provider_types import ProviderTypeRow
from onboarding.policy.vocabulary import ProviderType, Subject

_GENERATIONS = frozenset({"JR", "SR", "II", "III", "IV", "V"})
_DEGREES = frozenset(
    {"PHD", "PSYD", "EDD", "DNP", "APRN", "RN", "MSW", "ESQ", "PAC", "OTR", "DPT", "MBA", "MHA", "MPH", "CPA"}
)
AFTER_NAME = _GENERATIONS | _DEGREES | {code.value.upper() for code in ProviderType}


def signer_name(row: ProviderTypeRow, answers: Answers) -> str:
    """Whose signature the form needs, as far as it says."""
    if row.subject is Subject.ORGANIZATION:
        return str(answers.get("signer_name") or "")
    parts = (str(answers.get(part) or "") for part in ("first_name", "middle_name", "last_name"))
    return " ".join(part for part in parts if part)


def signer_problem(row: ProviderTypeRow, answers: Answers, signature: str) -> str | None:
    """Why this signature is not the right person's, and what to do; None when it is, or nobody is named yet."""
    expected = signer_name(row, answers)
    if not expected or not signature.strip():
        return None
    if row.subject is Subject.ORGANIZATION:
        first, last = _first_and_last(expected)
    else:
        first, last = (name_words(str(answers.get(part) or "")) for part in ("first_name", "last_name"))
    if _is_signed(name_words(signature), name_words(expected), first, last) or _same_letters(
        signature, expected
    ):
        return None
    if row.subject is Subject.ORGANIZATION:
        return f"The authorized signer signs for the organization: type {expected}, or change the signer on the form."
    return f"The practitioner signs in person: type {expected}. Nobody else can sign for a practitioner."


def _is_signed(signed: list[str], expected: list[str], first: list[str], last: list[str]) -> bool:
    if not first or not last:  # nothing to compare by: the very letters count
        return False
    return signed == expected or _same_person(signed, "".join(first), "".join(last))


def _same_letters(one: str, other: str) -> bool:
    """Are these the same but for case and spaces?"""
    return one.casefold().split() == other.casefold().split()


def same_person(one: str, other: str) -> bool:
    """Are these two one person's name, written out more or less?"""
    first, last = _first_and_last(one)
    words = name_words(other)
    return bool(first) and (words == name_words(one) or _same_person(words, "".join(first), "".join(last)))


def _first_and_last(name: str) -> tuple[list[str], list[str]]:
    words = name_words(name)
    while len(words) > 2 and words[-1] in AFTER_NAME:
        words.pop()
    return words[:1], words[-1:]


def _same_person(words: list[str], first: str, last: str) -> bool:
    """Do the words begin with the first name and end with the last, but for what may stand behind a name?"""
    for end in range(len(words), 0, -1):
        starts = [start for start in range(1, end) if "".join(words[start:end]) == last]
        if any("".join(words[:stop]) == first for start in starts for stop in range(1, start + 1)):
            return True
        if words[end - 1] not in AFTER_NAME:
            return False
    return False
