"""The part of the file's page that follows a decision: where its notice stands, the appeal, what is reported."""

from typing import Any

from onboarding.models import Application, Decision, Letter
from onboarding.policy.adverse import adverse_row, advice, amendment
from onboarding.policy.appeals import OUTCOME_LABELS
from onboarding.policy.file import CredentialingFile
from onboarding.policy.warnings import warnings
from onboarding.policy.workflow import OPEN_STATUSES
from onboarding.queries.after_decisions import find_follow_ups, notices_of
from onboarding.queries.appeals import (
    APPEAL_STATUSES,
    find_appealable_letter,
    last_day_of,
    list_adverse_actions,
    list_appeals,
)
from onboarding.queries.facts import letter_fact


def after_parts(
    application: Application, file: CredentialingFile, decisions: list[Decision], letters: list[Letter]
) -> dict[str, Any]:
    """What the panel shows; nothing is asked of the database for a file that nobody has decided on."""
    warned = warnings(file) if file.status in OPEN_STATUSES else []
    if not decisions and application.status not in APPEAL_STATUSES:
        return {"warned": warned, "after": False}
    letter = find_appealable_letter(application)
    return {
        "warned": warned,
        "after": True,
        "decision_notices": notices_of(decisions, letters),
        "appeals": list_appeals(application.id),
        "appealable_until": last_day_of(letter, letter_fact(letter)) if letter else None,
        "adverse_actions": [
            (
                action,
                adverse_row(action.kind),
                advice(application.provider_type, action.codes),
                amendment(action.overturned),
            )
            for action in list_adverse_actions(application.id)
        ],
        "appeal_outcomes": OUTCOME_LABELS,
        "followed": find_follow_ups(decisions),
    }
