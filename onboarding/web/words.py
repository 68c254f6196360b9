"""The words of the templates: labels from the policy, dates as people read them, the plan's facts."""

from datetime import date, datetime
from typing import Any

from flask import Flask

from onboarding.clock import ZONE
from onboarding.policy import workflow
from onboarding.policy.access import may
from onboarding.policy.counted import counted
from onboarding.policy.days import say
from onboarding.policy.documents import document_row
from onboarding.policy.plan import KIND_LABELS, PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.requests import ASKED_SAYS
from onboarding.policy.rights import rights_row
from onboarding.policy.verifications import RESULT_LABELS, label_of, source_told


def init_words(app: Flask) -> None:
    """Give every template the same words."""
    app.jinja_env.filters.update(day=day, moment=moment, words=words, kilobytes=kilobytes)
    app.jinja_env.globals.update(
        counted=counted,
        plan=PLAN,
        kind_labels=KIND_LABELS,
        status_labels=workflow.STATUS_LABELS,
        action_labels=workflow.ACTION_LABELS,
        document_row=document_row,
        asked_through=ASKED_SAYS,
        verification_label=label_of,
        rights_row=rights_row,
        source_told=source_told,
        result_labels=RESULT_LABELS,
        provider_type=provider_type,
        staff_may=may,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def day(value: date | None) -> str:
    """March 4, 2027; nothing for no date."""
    return say(value) if value else ""


def moment(value: datetime | None) -> str:
    """March 4, 2027, 2:05 PM in the plan's time zone."""
    if value is None:
        return ""
    local = value.astimezone(ZONE)
    return f"{say(local.date())}, {local:%I:%M %p}".replace(", 0", ", ")


def words(value: Any) -> str:
    """A word of the vocabulary as it is read: in_doubt becomes in doubt."""
    return str(value).replace("_", " ")


def kilobytes(size: int) -> str:
    """A size as people read it: 312 KB, 1.4 MB."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"
