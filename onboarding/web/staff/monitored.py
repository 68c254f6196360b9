"""The part of the file's page that shows what monitoring found: since the last decision, and before it."""

from typing import Any

from onboarding.clock import today
from onboarding.models import Participation
from onboarding.policy.deadlines import clock
from onboarding.policy.monitoring import (
    KINDS,
    SEVERITIES,
    kind_row,
    next_states,
    reached,
    severity_row,
    state_row,
)
from onboarding.queries.monitoring import facts_since, list_findings, since


def monitored_parts(participation: Participation) -> dict[str, Any]:
    """What the panel shows, and the choices of its forms."""
    found = list_findings([participation.id])
    lately = since(found, participation.credentialed_on)
    return {
        "findings": lately,
        "findings_before": [one for one in found if one not in lately],
        "findings_reached": reached(facts_since(found, participation.credentialed_on)),
        "finding_days": clock("finding_acted_on", today()).amount,
        "finding_kinds": [(row.kind.value, row.label) for row in KINDS],
        "finding_severities": [(row.severity.value, row.label) for row in SEVERITIES],
        **finding_words(),
    }


def finding_words() -> dict[str, Any]:
    """What the templates ask of the policy about findings."""
    return {
        "finding_kind": kind_row,
        "finding_severity": severity_row,
        "finding_state": state_row,
        "finding_next": lambda state: [(row.state.value, row.does) for row in next_states(state)],
    }
