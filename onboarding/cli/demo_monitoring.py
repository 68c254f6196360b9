"""What monitoring finds about a provider of the demonstration network, and what the desk does about it."""

from decimal import Decimal

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.demo_case import Act, Case
from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.importers.quality import QualityRow
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState
from onboarding.queries.monitoring import get_finding_of, list_findings
from onboarding.services.monitoring import (
    NewFinding,
    act_on_finding,
    import_quality_results,
    record_finding,
)


def hear(says: str, source: str) -> Act:
    """Member services passes on a complaint."""

    def act(case: Case) -> None:
        with committed():
            found = NewFinding(FindingKind.COMPLAINT, FindingSeverity.MODERATE, today(), source, says)
            record_finding(case.file, found, case.specialist)

    return act


def look_into(done: str) -> Act:
    """The specialist looks into the newest finding."""
    return _take(FindingState.LOOKED_INTO, done)


def close(done: str) -> Act:
    """The specialist closes the newest finding."""
    return _take(FindingState.CLOSED, done)


def measure(what: str, period: str, result: str, threshold: str) -> Act:
    """The operator brings in the quality results of the network; one is this provider's."""

    def act(case: Case) -> None:
        row = QualityRow(
            2, case.answers["npi"], what, period, Decimal(result), Decimal(threshold), at_most=False
        )
        with committed():
            import_quality_results([row], OPERATOR)

    return act


def _take(state: FindingState, done: str) -> Act:
    def act(case: Case) -> None:
        with committed():
            file = case.file
            assert file.participation_id is not None, "a provider in the network"
            newest = list_findings([file.participation_id])[0].finding.id
            found = get_finding_of(file.participation_id, newest)
            act_on_finding(file, found, state, case.specialist, done)

    return act
