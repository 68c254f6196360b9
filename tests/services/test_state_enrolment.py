"""Enrollment with the State that is pending when a provider joins: at most 120 days, until a person confirms it."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.people import CLOCK
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    Action,
    DecisionOutcome,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.queries.after_decisions import list_state_pending
from onboarding.queries.files import get_application
from onboarding.services.decisions import terminate_participation
from onboarding.services.state_enrolment import confirm_state_enrolment
from tests.support.cases import (
    coordinator,
    decide,
    director,
    letters_leave,
    make_case,
    on_day,
    place,
    step,
    verify,
)


def joined_pending() -> Application:
    """A provider in the network whom the State has not confirmed."""
    application = make_case(Status.READY)
    row = verification_row(VerificationKind.MEDICAID_ENROLMENT)
    verify(application, row, VerificationResult.NOT_FOUND)
    place(application)
    decide(application, DecisionOutcome.APPROVED)
    letters_leave()
    step(application, Action.CONFIRM_WELCOME, CLOCK)
    return get_application(application.id)


def changed(application: Application) -> Application:
    return get_application(application.id, for_change=True)


def test_who_joins_while_the_state_has_not_confirmed_stands_on_the_list_until_it_has(app: Flask) -> None:
    application, since, lead = joined_pending(), today(), coordinator()
    with on_day(today() + timedelta(days=130)):
        ((participation, listed),) = list_state_pending()
        assert (listed.id, participation.state_pending_since) == (application.id, since)
        with pytest.raises(BadInput, match="where it stands"), committed():
            confirm_state_enrolment(changed(application), lead, " ")
        with committed():
            confirm_state_enrolment(changed(application), lead, "Provider portal, enrollment 20417")
        assert list_state_pending() == []
        with pytest.raises(Conflict, match="No enrollment"), committed():
            confirm_state_enrolment(changed(application), lead, "Provider portal, enrollment 20417")


def test_whom_the_state_had_confirmed_is_not_waited_for(app: Flask) -> None:
    make_case(Status.PARTICIPATING)
    assert list_state_pending() == []


def test_nothing_is_pending_any_more_once_participation_has_ended(app: Flask) -> None:
    application, who = joined_pending(), director()
    with committed():
        terminate_participation(
            changed(application), who, "The State has not confirmed the enrollment.", ["enrollment"]
        )
    assert list_state_pending() == []
