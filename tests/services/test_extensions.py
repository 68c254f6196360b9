"""A recredentialing waits only for a cause that NCQA names, with evidence, at the word of a person; the clock follows."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent, Participation, RecredentialingExtension
from onboarding.policy.extensions import TABLE
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import ExtensionCause, Status
from onboarding.queries.files import get_application
from onboarding.queries.renewals import RenewalDue, list_renewals
from onboarding.services.evidence_files import NewFile
from onboarding.services.extensions import extend_recredentialing
from onboarding.services.reminders import write_due_reminders
from onboarding.storage import Store
from tests.support.cases import coordinator, make_case, on_day
from tests.support.files import pdf_bytes

DUE_IN = 40


@pytest.fixture
def provider(app: Flask) -> Application:
    """In the network, and due in forty days."""
    application = make_case(Status.PARTICIPATING)
    with committed() as session:
        participation = session.get_one(Participation, application.participation_id)
        participation.recredentialing_due_on = today() + timedelta(days=DUE_IN)
    return application


def orders(name: str = "orders.pdf") -> NewFile:
    stored = Store(current_app.extensions["settings"].storage).put("evidence", pdf_bytes(name))
    return NewFile(name, "application/pdf", stored.size, stored.sha256, stored.key)


def extend(application: Application, returns_on: date | None, **changes: Any) -> RecredentialingExtension:
    given = {"cause": ExtensionCause.ACTIVE_DUTY, "why": "Her unit wrote to us.", "file": orders(), **changes}
    who = coordinator()
    with committed():
        found = get_application(application.id, for_change=True)
        return extend_recredentialing(found, who, returns_on=returns_on, **given)


def test_who_is_away_for_a_named_cause_is_due_sixty_days_after_the_return(provider: Application) -> None:
    returns_on = today() + timedelta(days=200)
    row = extend(provider, returns_on)
    assert (row.due_before, row.due_on) == (
        today() + timedelta(days=DUE_IN), returns_on + timedelta(days=60),
    )  # fmt: skip
    participation = get_application(provider.id).participation
    assert participation is not None and participation.recredentialing_due_on == row.due_on
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "extend_recredentialing")).one()
    assert event.why == "Her unit wrote to us." and "active military assignment" in event.what
    (change,) = event.details["changes"]
    assert change["code"] == "recredentialing_due_on" and change["old"] != change["new"]
    with on_day(row.due_before + timedelta(days=1)), committed():
        assert write_due_reminders() == 0
        assert list_renewals(RenewalDue.OVERDUE)[0] == []
    with on_day(row.due_on - timedelta(days=120)), committed():
        assert write_due_reminders() == 1
        (listed,) = list_renewals(RenewalDue.OPENING)[0]
        assert listed.extended is ExtensionCause.ACTIVE_DUTY


@pytest.mark.parametrize(
    ("days", "changes", "field"),
    [
        (None, {}, "returns_on"),
        (-20, {}, "returns_on"),
        (200, {"why": " "}, "why"),
        (200, {"file": None}, "evidence"),
    ],
)
def test_nothing_is_extended_without_a_later_return_words_and_evidence(
    provider: Application, days: int | None, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        extend(provider, today() + timedelta(days=days) if days else None, **changes)
    assert set(refused.value.fields) == {field}


def test_no_other_cause_and_nobody_but_a_person_extends(provider: Application) -> None:
    assert {row.cause for row in TABLE} == set(ExtensionCause) and all(row.source for row in TABLE)
    with pytest.raises(Conflict), committed():
        extend_recredentialing(
            get_application(provider.id, for_change=True), CLOCK, cause=ExtensionCause.SABBATICAL,
            returns_on=today() + timedelta(days=200), why="It is time.", file=orders(),
        )  # fmt: skip


def test_an_extension_is_appended_and_never_changed(provider: Application) -> None:
    extend(provider, today() + timedelta(days=200))
    extend(provider, today() + timedelta(days=300), file=orders("longer.pdf"))
    for statement in (
        "UPDATE recredentialing_extension SET why = 'x'",
        "DELETE FROM recredentialing_extension",
    ):
        with pytest.raises(DatabaseError), committed() as session:
            session.execute(text(statement))
