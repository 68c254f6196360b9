"""TABLE: decisions against a provider, and whether each may have to be reported to the National Practitioner Data Bank.
AFTER_APPEAL: what an appeal makes of the report.

Sources: 45 CFR 60.12 (professional review actions that last more than 30 days; physicians and dentists must be
reported, others may be), 45 CFR 60.5 (30 days), 45 CFR 60.6(b) (a reversal or revision of what was reported is reported in the
same time), NPDB guidance: a report whose action was overturned is void; a business or administrative action is not reported.
What is reported stays with the desk: the applicant is never shown it (45 CFR 60.20).
"""

from dataclasses import dataclass

from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import AdverseKind, AppealOutcome, DecisionOutcome, ProviderType, Subject


@dataclass(frozen=True)
class AdverseRow:
    """One kind of action: its name, the decision that makes it (none: participation is ended)."""

    kind: AdverseKind
    label: str
    outcome: DecisionOutcome | None


TABLE: tuple[AdverseRow, ...] = (
    AdverseRow(AdverseKind.DENIAL, "Application denied", DecisionOutcome.DENIED),
    AdverseRow(AdverseKind.RESTRICTION, "Approved with conditions", DecisionOutcome.APPROVED_WITH_CONDITIONS),
    AdverseRow(AdverseKind.TERMINATION, "Participation ended", None),
)


@dataclass(frozen=True)
class AmendmentRow:
    """What an appeal asks of a report that was made: the task in words, what it is called once done, its clock. `falls`:
    why none is due any more where none was made; empty: it stays due, of the action as it now stands."""

    outcome: AppealOutcome
    task: str
    done: str
    clock: str
    falls: str = ""


AFTER_APPEAL: tuple[AmendmentRow, ...] = (
    AmendmentRow(
        AppealOutcome.REVERSED, "Mark the report void", "Report void", "npdb_amendment",
        "The decision was reversed on appeal: there is nothing to report.",
    ),
    AmendmentRow(AppealOutcome.MODIFIED, "Report the revision", "Revision reported", "npdb_amendment"),
)  # fmt: skip

# Coded reasons that touch professional competence or conduct; the others are administrative.
PROFESSIONAL_REASONS = frozenset({"license", "claims", "discipline", "quality"})


def adverse_row(kind: AdverseKind) -> AdverseRow:
    """The row of one kind."""
    return next(row for row in TABLE if row.kind is kind)


def adverse_kind(outcome: DecisionOutcome) -> AdverseKind | None:
    """What a decision does against a provider; None for one that does nothing."""
    return next((row.kind for row in TABLE if row.outcome is outcome), None)


def amendment(outcome: AppealOutcome | None) -> AmendmentRow | None:
    """What an appeal with this outcome asks of a report; None where the report stands."""
    return next((row for row in AFTER_APPEAL if row.outcome is outcome), None)


def advice(provider: ProviderType, codes: list[str]) -> str:
    """What policy says of reporting this action, for the person who marks it. It advises; a person answers."""
    row = provider_type(provider)
    if row.subject is Subject.ORGANIZATION:
        return "Actions against organizations are not reported under 45 CFR 60.12."
    must = (
        "A professional review action against a physician must be reported"
        if row.physician
        else "A professional review action against other practitioners may be reported"
    )
    if set(codes) & PROFESSIONAL_REASONS:
        return f"{must}. The coded reasons touch competence or conduct."
    return f"{must}; an administrative one, such as missing papers, is not."
