"""A credentialing file with nothing wrong, on one day, to be spoiled one fact at a time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from onboarding.policy.committee import row_of_action
from onboarding.policy.file import (
    AppealFact,
    AuthorizationFact,
    CredentialingFile,
    DocumentFact,
    LetterFact,
    Request,
    ScreeningFact,
    VerificationFact,
)
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    LetterKind,
    ProviderType,
    Role,
    ScreeningOutcome,
    Status,
    Subject,
    VerificationKind,
    VerificationResult,
)

TODAY = date(2026, 3, 2)
LISTED_ON = TODAY - timedelta(days=10)

# Accounts: who gathers evidence, and who sits at the table.
SPECIALIST, DIRECTOR = 1, 2
TABLE_OF_THREE = frozenset({11, 12, 13})
FIRST_PANEL = frozenset({21, 22, 23})  # decided what the appeal is against

PHYSICIANS = frozenset({ProviderType.MD, ProviderType.DO})
BODIES = frozenset({
    ProviderType.BEHAVIORAL_HEALTH_AGENCY, ProviderType.HCBS_PROVIDER, ProviderType.GROUP_PRACTICE,
    ProviderType.HOSPITAL, ProviderType.HOME_HEALTH, ProviderType.FQHC, ProviderType.RHC, ProviderType.ICF,
    ProviderType.ASC,
})  # fmt: skip


def days_ago(days: int, today: date = TODAY) -> date:
    return today - timedelta(days=days)


def authorization(code: ProviderType, today: date = TODAY) -> AuthorizationFact | None:
    """What each type must show: the CCVS profile for MD and DO, CAQH for other persons, nothing for bodies."""
    if code in BODIES:
        return None
    if code in PHYSICIANS:
        return AuthorizationFact(
            AuthorizationKind.CCVS,
            ordered_on=days_ago(20, today),
            received_on=days_ago(15, today),
            recorded_by=SPECIALIST,
        )
    return AuthorizationFact(
        AuthorizationKind.CAQH, plan_listed=True, attested_on=days_ago(20, today), recorded_by=SPECIALIST
    )


def document(
    kind: DocumentKind, state: DocumentState = DocumentState.ACCEPTED, uploaded: int = 12, expires: int | None = 300,
    today: date = TODAY, reason: str = "",
) -> DocumentFact:  # fmt: skip
    """A file sent so many days ago that runs out so many days from now."""
    expires_on = None if expires is None else today + timedelta(days=expires)
    return DocumentFact(kind, state, days_ago(uploaded, today), expires_on, SPECIALIST, reason)


def letter(
    kind: LetterKind = LetterKind.RETURNED,
    *,
    round: int = 1,
    respond_by: date | None,
    left_on: date | None,
) -> LetterFact:
    return LetterFact(kind, 1, round, respond_by, left_on)


def verified(
    kind: VerificationKind,
    age: int = 5,
    result: VerificationResult = VerificationResult.VERIFIED,
    today: date = TODAY,
) -> VerificationFact:
    return VerificationFact(kind, result, days_ago(age, today), SPECIALIST)


def complete_file(
    code: ProviderType = ProviderType.LCSW, today: date = TODAY, status: Status = Status.READY, **changes: Any
) -> CredentialingFile:
    """Everything there, checked, in date and without a finding; with these facts changed."""
    file = CredentialingFile(
        today=today,
        status=status,
        kind=ApplicationKind.INITIAL,
        subject=Subject.ORGANIZATION if code in BODIES else Subject.PRACTITIONER,
        provider_type=code,
        signed_on=days_ago(30, today),
        changed_on=days_ago(31, today),
        round=1,
        authorization=authorization(code, today),
        documents=tuple(document(kind, today=today) for kind in DocumentKind),
        verifications=tuple(verified(kind, today=today) for kind in VerificationKind),
        screening=ScreeningFact(ScreeningOutcome.CLEAR, days_ago(5, today), days_ago(10, today)),
        exclusion_list_imported_on=days_ago(10, today),
        appeal=AppealFact(days_ago(3, today), late=False, accepted=False, panel=FIRST_PANEL),
    )
    return replace(file, **changes)


def ask(
    action: Action = Action.APPROVE, role: Role = Role.MEDICAL_DIRECTOR, today: date = TODAY, **changes: Any
) -> Request:
    """A well-made request: a reason, a meeting today with three members, by somebody who gathered no evidence."""
    request = Request(
        action,
        frozenset({role}),
        DIRECTOR,
        "The committee read the whole file.",
        today,
        TABLE_OF_THREE,
        today,
        (row.choice,) * 3 if (row := row_of_action(action)) else (),
    )
    return replace(request, **changes)
