"""Monitoring findings of the tests, recorded by the desk through the service."""

from datetime import date, timedelta
from typing import Any

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application, MonitoringFinding, Participation
from onboarding.policy.deadlines import recredentialing_due
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.vocabulary import (
    FindingKind,
    FindingSeverity,
    FindingState,
    ParticipationState,
    Status,
)
from onboarding.queries.files import get_application
from onboarding.queries.monitoring import Found, get_finding_of, list_findings
from onboarding.services.monitoring import NewFinding, act_on_finding, record_finding
from onboarding.services.recredentialing import open_recredentialing
from tests.support.cases import WALKS, make_draft, specialist

SAYS = "The member waited three hours and was sent home unseen."


def in_network() -> Application:
    """A provider with a participation, without the evidence that led there."""
    application = make_draft()
    with committed() as session:
        joined = Participation(
            provider_number=f"P{application.id}", application_id=application.id, npi=application.npi,
            tax_id_digest=application.tax_id_digest or str(application.id), state=ParticipationState.ACTIVE, effective_on=today(),
            credentialed_on=today(), recredentialing_due_on=recredentialing_due(today()),
        )  # fmt: skip
        session.get_one(Application, application.id).participation = joined
    return get_application(application.id)


def new(received_on: date | None = None, **changes: Any) -> NewFinding:
    """A complaint that came today, with these changes."""
    given: dict[str, Any] = {
        "kind": FindingKind.COMPLAINT, "severity": FindingSeverity.MINOR, "received_on": received_on or today(),
        "source": "Member services, grievance 2291", "says": SAYS,
    }  # fmt: skip
    return NewFinding(**{**given, **changes})


def hear(application: Application, received_on: date | None = None, **changes: Any) -> MonitoringFinding:
    """A complaint about this provider, recorded."""
    who = specialist()
    with committed():
        return record_finding(
            get_application(application.id, for_change=True), new(received_on, **changes), who
        )


def act(
    application: Application, finding: MonitoringFinding, state: FindingState, who: Actor | None = None
) -> None:
    """The desk looked into a finding, or closes it."""
    who = who or specialist()
    with committed():
        file = get_application(application.id, for_change=True)
        found = get_finding_of(file.participation_id, finding.id)
        act_on_finding(file, found, state, who, "The practice has changed how it books visits.")


def found_of(application: Application) -> list[Found]:
    """Every finding about this provider, the newest first."""
    db.session.rollback()
    return list_findings([get_application(application.id).participation_id])


def renewal_of(application: Application, status: Status = Status.READY) -> Application:
    """The recredentialing application of a provider in the network, brought to this status."""
    with committed() as session:
        participation = session.get_one(Participation, application.participation_id)
        participation.recredentialing_due_on = today() + timedelta(days=100)  # verification is open
        renewal = open_recredentialing(participation, CLOCK)
    for walk in WALKS[status]:
        walk(renewal)
    return get_application(renewal.id)
