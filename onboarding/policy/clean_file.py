"""TABLE: what makes a file not clean, so that the committee and not the medical director alone decides it.

Plan policy; NCQA CR 2 lets the medical director sign a clean file and asks the plan to say what that is. What the
committee asked about or denied is not approved by one person afterwards: it goes back to the committee.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from onboarding.policy.file import CredentialingFile, Past, VerificationFact
from onboarding.policy.monitoring import reached
from onboarding.policy.verifications import (
    FINDINGS,
    VerificationRow,
    label_of,
    labels,
    latest,
    records_of,
    required,
)
from onboarding.policy.vocabulary import ScreeningOutcome, VerificationResult


@dataclass(frozen=True)
class CleanRow:
    """One question to the file: why it matters, and what in this file answers it with yes."""

    code: str
    question: str
    why: str
    found: Callable[[CredentialingFile], list[str]]


def _disclosed(file: CredentialingFile) -> list[str]:
    return [
        *file.disclosures,
        *(f"{said} Taken back when the form was sent again." for said in file.disclosed_before),
    ]


def _unlike_form(file: CredentialingFile) -> list[str]:
    return [f"An accepted document does not agree with the form: {which}." for which in file.unlike_form]


def _differs(file: CredentialingFile) -> list[str]:
    found = []
    for row in required(file):
        last = latest(file, row)
        bad = [fact for fact in records_of(file, row) if _stands(fact, row, file)]
        if bad:
            later = "" if bad[-1] is last else " in an earlier record that no correction replaced"
            found.append(f"{row.label}: {FINDINGS[bad[-1].result]}{later}.")
    return [*found, *_taken_out(file)]


def _taken_out(file: CredentialingFile) -> Iterable[str]:
    """What was found against a license does not go away by taking the license out of the form."""
    asked = labels(file)
    return dict.fromkeys(
        f"{label_of(fact.kind, fact.about)}: {FINDINGS[fact.result]}, and the form no longer states this license."
        for fact in file.verifications
        if fact.about and (fact.kind, fact.about) not in asked
        if fact.result is VerificationResult.ADVERSE and not fact.replaced
    )


def _stands(fact: VerificationFact, row: VerificationRow, file: CredentialingFile) -> bool:
    """Does a finding still speak against the file? A later record alone does not undo it: a correction with its reason
    does, and where the source said other than the form, a form that was signed anew since."""
    if fact.replaced or fact.result is VerificationResult.NOT_CHECKED or fact.result in row.good:
        return False
    if fact is latest(file, row) or fact.result is VerificationResult.ADVERSE:
        return True
    return file.signed_on is None or file.signed_on <= (fact.recorded_on or fact.checked_on)


def _matched(file: CredentialingFile) -> list[str]:
    possible = file.screening and file.screening.outcome is ScreeningOutcome.POSSIBLE
    return ["Exclusion screening found a possible match."] if possible or Past.MATCHED in file.past else []


def _monitored(file: CredentialingFile) -> list[str]:
    waiting = sum(finding.open for finding in file.findings)
    says = [f"Monitoring findings that are not closed: {waiting}."] if waiting else []
    return [*says, *reached(file.findings)]


def _past(what: Past, says: str) -> Callable[[CredentialingFile], list[str]]:
    return lambda file: [says] if what in file.past else []


def _seen(file: CredentialingFile) -> list[str]:
    says = "The file is, or was, on an agenda of the committee, so the committee decides it."
    return [says] if file.placed_on_agenda_on else []


def _appealed(file: CredentialingFile) -> list[str]:
    says = "An appeal: who took part in the first decision takes no part in this one."
    return [says] if file.appeal and file.appeal.accepted else []


TABLE: tuple[CleanRow, ...] = (
    CleanRow(
        "disclosed",
        "Did the applicant disclose anything, in any sending of this form?",
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
        "Did a source say other than the application as now signed, or ever anything adverse?",
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
        "monitored",
        "Is a finding of the monitoring not closed, or did findings reach a threshold since the last decision?",
        "What members and measures say of a provider is weighed by peers.",
        _monitored,
    ),
    CleanRow(
        "ended",
        "Was a participation ended before?",
        "What ended it is weighed by peers.",
        _past(Past.ENDED, "A participation of this provider ended before: the committee decides."),
    ),
    CleanRow(
        "weighed",
        "Did the committee have another application of this provider before it, and not approve it without conditions?",
        "A new form does not undo what the committee said or began.",
        _past(
            Past.WEIGHED,
            "Another application of this provider was before the committee, so the committee decides.",
        ),
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
