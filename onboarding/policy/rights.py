"""TABLE: what an applicant may ask of us by right, and the words in which what was gathered is shown.

Source: the practitioner's rights of NCQA CR (reference rules 1.3): to review the information gathered, never
references or peer review; to correct what is wrong; to be told the status.
"""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.file import AuthorizationFact, CredentialingFile, ScreeningFact
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    RightsKind,
    ScreeningOutcome,
    VerificationResult,
)
from onboarding.policy.workflow import TABLE as STEPS


@dataclass(frozen=True)
class RightsRow:
    """One right: its name, the clock in which it is answered, whether a page answers it at once, and what the words of
    the applicant tell."""

    kind: RightsKind
    label: str
    clock: str
    by_page: bool
    tells: str = "What is wrong"


TABLE: tuple[RightsRow, ...] = (
    RightsRow(RightsKind.REVIEW, "Review of what we gathered", "rights_review", by_page=True),
    RightsRow(RightsKind.CORRECT, "Correction", "rights_correct", by_page=False),
    RightsRow(RightsKind.STATUS, "Status of the application", "rights_status", by_page=True),
    RightsRow(RightsKind.LEAVE, "Leaving the network", "rights_leave", by_page=False, tells="Why"),
)

# Where a participation can be ended, its provider may ask for that.
LEAVING_STATUSES = tuple(step.from_status for step in STEPS if step.action is Action.TERMINATE)

_BY_KIND = {row.kind: row for row in TABLE}
_OTHER = ("An answer on the contract form", "A document", "Something else")

# What a source said, in the applicant's words: never a note of staff.
RESULTS: dict[VerificationResult, tuple[str, str]] = {
    VerificationResult.VERIFIED: ("The source confirms it", "good"),
    VerificationResult.DISCREPANCY: ("Differs from what you told us", "warn"),
    VerificationResult.ADVERSE: ("The source reports a problem", "bad"),
    VerificationResult.NOT_FOUND: ("The source has no entry for you", "neutral"),
    VerificationResult.NOT_CHECKED: ("Not checked yet", "neutral"),
}


def rights_row(kind: RightsKind | str) -> RightsRow:
    """The row of one right; raises ValueError for a word that is none."""
    return _BY_KIND[RightsKind(kind)]


def answer_due(kind: RightsKind, asked_on: date) -> date:
    """The last day for our answer to a request of that day."""
    return after(rights_row(kind).clock, asked_on)


def leaving_day_problem(day: date | None, on: date) -> str | None:
    """What is wrong with the day on which a provider wants to leave the network."""
    if day is None:
        return "Enter the day as month/day/year, for example 06/30/2027."
    if day < on:
        return "This day has passed. Enter today or a later day."
    if day > after("rights_leave_ahead", on):
        return f"Enter a day up to {say(after('rights_leave_ahead', on))}."
    return None


def correctable(file: CredentialingFile) -> tuple[str, ...]:
    """What a correction can be about: the facts we verify, the form, the documents, anything else."""
    return (*(row.label for row in required(file)), *_OTHER)


def authorization_told(file: CredentialingFile) -> str:
    """What we know of the CAQH authorization or the CCVS profile; nothing for who needs neither."""
    kind = provider_type(file.provider_type).authorization
    if kind is None:
        return ""
    given = file.authorization
    if kind is AuthorizationKind.CCVS:
        return _ccvs(given)
    if given is None or not given.looked_up:
        return "We have not looked at your CAQH profile yet."
    listed = "lists" if given.plan_listed else "does not list"
    attested = (
        f", attested {say(given.attested_on)}" if given.attested_on else ", without a date of attestation"
    )
    return f"Your CAQH profile {listed} {PLAN.caqh_name}{attested}."


def _ccvs(given: AuthorizationFact | None) -> str:
    if given is None or given.ordered_on is None:
        return "We have not ordered your CCVS profile yet."
    if given.received_on is None:
        return f"We ordered your CCVS profile on {say(given.ordered_on)} and wait for it."
    return f"We received your CCVS profile on {say(given.received_on)}."


def screening_told(found: ScreeningFact | None) -> str:
    """What the look into the exclusion list found. What could not be looked at is not checked, never clear."""
    if found is None or found.outcome is ScreeningOutcome.NOT_CHECKED:
        return "We have not checked the federal exclusion list (OIG LEIE) yet."
    looked = f"On {say(found.screened_on)} we looked in the federal exclusion list (OIG LEIE)"
    if found.outcome is ScreeningOutcome.CLEAR:
        return f"{looked}. You are not on it."
    if found.unresolved:
        return f"{looked}. An entry on it may describe you; we are finding out whether it does."
    if found.confirmed:
        return f"{looked}. An entry on it describes you."
    return f"{looked}. An entry on it looked like you; we found that it is somebody else."
