"""TABLE: what makes a file not clean, so that the committee and not the medical director alone decides it.

Plan policy; NCQA CR 2 lets the medical director sign a clean file and asks the plan to say what that is. What the
committee asked about or denied is not approved by one person afterwards: it goes back to the committee.
"""

from collections.abc import Callable
from dataclasses import dataclass

from onboarding.policy.file import CredentialingFile
from onboarding.policy.verifications import FINDINGS, latest, required
from onboarding.policy.vocabulary import ScreeningOutcome, VerificationResult


@dataclass(frozen=True)
class CleanRow:
    """One question to the file: why it matters, and what in this file answers it with yes."""

    code: str
    question: str
    why: str
    found: Callable[[CredentialingFile], list[str]]


def _disclosed(file: CredentialingFile) -> list[str]:
    return list(file.disclosures)


def _unlike_form(file: CredentialingFile) -> list[str]:
    return [f"An accepted document does not agree with the form: {which}." for which in file.unlike_form]


def _differs(file: CredentialingFile) -> list[str]:
    facts = ((row, latest(file, row.kind)) for row in required(file))
    return [
        f"{row.label}: {FINDINGS[fact.result]}."
        for row, fact in facts
        if fact and fact.result is not VerificationResult.NOT_CHECKED and fact.result not in row.good
    ]


def _matched(file: CredentialingFile) -> list[str]:
    possible = file.screening and file.screening.outcome is ScreeningOutcome.POSSIBLE
    return ["Exclusion screening found a possible match."] if possible else []


def _ended(file: CredentialingFile) -> list[str]:
    says = "Participation was ended before, and the appeal is the committee's to decide."
    return [says] if file.ended_before else []


def _seen(file: CredentialingFile) -> list[str]:
    says = "The file is, or was, on an agenda of the committee, so the committee decides it."
    return [says] if file.placed_on_agenda_on else []


def _appealed(file: CredentialingFile) -> list[str]:
    says = "An appeal: who took part in the first decision takes no part in this one."
    return [says] if file.appeal and file.appeal.accepted else []


TABLE: tuple[CleanRow, ...] = (
    CleanRow(
        "disclosed",
        "Did the applicant disclose anything?",
        "What was disclosed is weighed by peers.",
        _disclosed,
    ),
    CleanRow(
        "unlike_form",
        "Does an accepted document show another name or tax ID than the form?",
        "Who is paid, and under which name, is weighed by more than one.",
        _unlike_form,
    ),
    CleanRow(
        "differs",
        "Did a source say other than the application, or anything adverse?",
        "A finding is weighed by peers.",
        _differs,
    ),
    CleanRow(
        "matched",
        "Did the exclusion screening find a possible match, even one ruled out?",
        "Two look at who ruled it out.",
        _matched,
    ),
    CleanRow(
        "ended",
        "Was a participation ended before?",
        "What ended it is weighed by peers.",
        _ended,
    ),
    CleanRow(
        "appealed",
        "Is it an appeal?",
        "Another panel decides it.",
        _appealed,
    ),
    CleanRow(
        "seen",
        "Is the file, or was it, on an agenda?",
        "What the committee has begun it finishes.",
        _seen,
    ),
)


def flags(file: CredentialingFile) -> list[str]:
    """What makes this file not clean, in the order of the table; empty for a clean one."""
    return [reason for row in TABLE for reason in row.found(file)]
