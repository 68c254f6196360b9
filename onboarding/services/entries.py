"""What the applicant gives entry by entry: a job, a school, an owner; added, changed and removed one at a time."""

import secrets
from typing import Any

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotFound
from onboarding.models import Application
from onboarding.policy.corrections import STAYS, askable
from onboarding.policy.groups import MOST, Group
from onboarding.policy.provider_types import provider_type
from onboarding.policy.workflow import EDITABLE_STATUSES
from onboarding.queries.corrections import find_open_codes


def save_entry(application: Application, group: Group, values: dict[str, Any], entry_id: str = "") -> None:
    """Keep one entry of a group: a new one, or the one with this id changed.

    Raises Conflict when the form, or this page of it, is not the applicant's to change, NotFound for an entry that is not there (any
    more), BadInput when there are as many as the form takes.
    """
    entries = _entries(application, group)
    if entry_id:
        if not any(entry["id"] == entry_id for entry in entries):
            raise NotFound("This entry is not on the form any more.")
        changed = [{**entry, **values} if entry["id"] == entry_id else entry for entry in entries]
    elif len(entries) >= MOST:
        raise BadInput(f"The form takes at most {MOST} entries here. Send the others as a document.")
    else:
        changed = [*entries, {"id": secrets.token_hex(4), **values}]
    _keep(application, group, changed)


def remove_entry(application: Application, group: Group, entry_id: str) -> None:
    """Take one entry off the form; one that is gone already is no trouble. Raises Conflict."""
    _keep(application, group, [entry for entry in _entries(application, group) if entry["id"] != entry_id])


def _entries(application: Application, group: Group) -> list[dict[str, Any]]:
    if application.status not in EDITABLE_STATUSES:
        raise Conflict("This application has been sent and can no longer be changed here.")
    asked = askable(provider_type(application.provider_type))
    if group.code not in asked:
        raise NotFound("This provider type is not asked for that.")
    if group.code not in find_open_codes(application):
        raise Conflict(STAYS)
    answers = application.form.answers
    return group.entries(answers, today()) if group.found else list(answers.get(group.code) or ())


def _keep(application: Application, group: Group, entries: list[dict[str, Any]]) -> None:
    application.form.answers = {**application.form.answers, group.code: entries}
    if application.form.sent_at is None:  # a draft is kept from its last change
        application.changed_at = now()
