"""What the application page shows of the authorization: the record, the roster at CAQH, the State's clock."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import current_app

from onboarding.clock import today
from onboarding.models import Application, AuditEvent, Authorization
from onboarding.policy.caqh import RosterState, status_row
from onboarding.policy.deadlines import STALE_SOON_DAYS, good_until
from onboarding.policy.provider_types import provider_type
from onboarding.policy.state_clock import Move, Order, StateClock, read_clock
from onboarding.policy.vocabulary import AuthorizationKind, Status
from onboarding.queries.caqh import find_roster_entry, list_authorizations
from onboarding.queries.files import find_authorization

ROSTER_WORDS: dict[RosterState, tuple[str, str]] = {
    RosterState.TO_ADD: ("To be added", "neutral"),
    RosterState.SENT: ("Sent, result awaited", "info"),
    RosterState.ON_ROSTER: ("On our roster", "good"),
    RosterState.REFUSED: ("CAQH did not take it", "bad"),
    RosterState.TO_REMOVE: ("To be taken off", "neutral"),
    RosterState.REMOVED: ("Taken off", "neutral"),
}


def authorization_parts(application: Application, events: Sequence[AuditEvent]) -> dict[str, Any]:
    """Everything the authorization part of the page and its badge say; `events` is the history, newest first."""
    kind = provider_type(application.provider_type).authorization
    uses_caqh = kind is AuthorizationKind.CAQH
    authorization = find_authorization(application)
    until = _attestation_until(authorization)
    days = (until - today()).days if until else None
    status = authorization.provider_status if authorization else None
    return {
        "authorization_kind": kind,
        "uses_caqh": uses_caqh,
        "authorization": authorization,
        "attestation_until": until,
        "attestation_days": days,
        "attestation_soon": days is not None and days <= STALE_SOON_DAYS,
        "caqh_says": status_row(status).says if status else "",
        "roster": find_roster_entry(application.id) if uses_caqh else None,
        "roster_words": ROSTER_WORDS,
        "state_clock": _state_clock(application, events),
    }


def _attestation_until(authorization: Authorization | None) -> date | None:
    if authorization is None or authorization.attested_on is None:
        return None
    return good_until(authorization.attested_on, today(), "attestation_age")


def _state_clock(application: Application, events: Sequence[AuditEvent]) -> StateClock | None:
    """The State's clock from the history; None where the plan does not count it."""
    if not current_app.extensions["settings"].state_clock:
        return None
    moves = [
        Move(event.on, Status(event.details["from"]), Status(event.details["to"]))
        for event in reversed(events)
        if {"from", "to"} <= event.details.keys()
    ]
    orders = [
        Order(row.ordered_on, row.received_on)
        for row in list_authorizations(application.id)
        if row.ordered_on is not None
    ]
    return read_clock(application.provider_type, moves, orders, today())
