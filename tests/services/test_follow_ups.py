"""Conditions of an approval are looked at again: by a person, with a note, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed, db
from onboarding.models import AuditEvent, Decision, FollowUp
from onboarding.policy.vocabulary import DecisionOutcome, Status
from onboarding.queries.after_decisions import list_follow_ups
from onboarding.queries.files import get_application
from onboarding.services.follow_ups import close_follow_up
from tests.support.cases import coordinator, decide, make_case


def conditions() -> Decision:
    """A provider approved with conditions that are looked at in ninety days."""
    return decide(
        make_case(Status.IN_COMMITTEE),
        DecisionOutcome.APPROVED_WITH_CONDITIONS,
        reason="Supervised at first.",
    )


def test_conditions_wait_on_the_list_until_somebody_says_what_was_found(app: Flask) -> None:
    decision, lead = conditions(), coordinator()
    ((listed, _),) = list_follow_ups()
    assert (listed.id, listed.follow_up_on) == (decision.id, today() + timedelta(days=90))
    file = decision.application_id
    with pytest.raises(BadInput, match="what was found"), committed():
        close_follow_up(get_application(file, for_change=True), listed, lead, "ok")
    with committed():
        close_follow_up(get_application(file, for_change=True), listed, lead, "The supervisor saw no fault.")
    assert list_follow_ups() == []
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "close_follow_up")).one()
    assert "looked at again" in told.what and "supervisor" not in f"{told.what}{told.why}{told.details}"
    again = db.session.get_one(Decision, decision.id)
    with pytest.raises(Conflict), committed():
        close_follow_up(get_application(file, for_change=True), again, lead, "Once more, the same.")
    with pytest.raises(DatabaseError), committed() as session:
        session.scalars(select(FollowUp)).one().note = "Another note."
