"""Authorizations: CAQH as seen by staff, the CCVS order and its arrival. Appended; the latest row counts."""

from datetime import date

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Authorization
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import AuthorizationKind
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.files import find_authorization
from onboarding.services.audit import record_event


def record_caqh(
    application: Application, actor: Actor, *, plan_listed: bool, attested_on: date | None, note: str = ""
) -> Authorization:
    """Record what CAQH shows today: is the plan listed, when was the profile last attested.

    Raises BadInput without a date or with one in the future, Conflict where CAQH is not the way.
    """
    _must_be(application, AuthorizationKind.CAQH)
    if attested_on is None or attested_on > today():
        says = "Enter the date of the last attestation, today or earlier."
        raise BadInput(says, {"attested_on": says})
    listed = "listed" if plan_listed else "not listed"
    return _record(
        application,
        actor,
        Authorization(
            kind=AuthorizationKind.CAQH, plan_listed=plan_listed, attested_on=attested_on, note=note[:500]
        ),
        f"CAQH: {PLAN.caqh_name} {listed}, last attested {attested_on.isoformat()}",
    )


def order_ccvs(application: Application, actor: Actor, *, reference: str = "") -> Authorization:
    """Record that the CCVS profile was ordered today."""
    _must_be(application, AuthorizationKind.CCVS)
    row = Authorization(kind=AuthorizationKind.CCVS, ordered_on=today(), reference=reference.strip()[:60])
    return _record(application, actor, row, "CCVS profile ordered")


def receive_ccvs(application: Application, actor: Actor, *, reference: str = "") -> Authorization:
    """Record that the CCVS profile arrived today. Raises Conflict when none was ordered."""
    _must_be(application, AuthorizationKind.CCVS)
    ordered = find_authorization(application)
    if ordered is None or ordered.ordered_on is None:
        raise Conflict("Order the CCVS profile first.")
    row = Authorization(
        kind=AuthorizationKind.CCVS,
        ordered_on=ordered.ordered_on,
        received_on=today(),
        reference=(reference.strip() or ordered.reference)[:60],
    )
    return _record(application, actor, row, "CCVS profile received")


def _must_be(application: Application, kind: AuthorizationKind) -> None:
    if provider_type(application.provider_type).authorization is not kind:
        raise Conflict(f"This provider type is not authorized through {kind.value.upper()}.")
    if application.status not in EVIDENCE_STATUSES:
        raise Conflict("Evidence is not recorded at this stage.")


def _record(application: Application, actor: Actor, row: Authorization, what: str) -> Authorization:
    assert actor.id is not None, "only staff record evidence"
    row.application_id, row.statement = application.id, application.statement
    row.recorded_by_id, row.recorded_at = actor.id, now()
    db.session.add(row)
    record_event(
        actor=actor, application=application, action="record_authorization", what=what, why=row.note or ""
    )
    return row
