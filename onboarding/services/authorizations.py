"""Authorizations: CAQH as seen by staff, the CCVS order and its arrival. Appended; the latest row counts."""

from datetime import date

from onboarding.clock import now, on_day, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Authorization
from onboarding.policy.caqh import ASKED_STATUSES, CaqhAnswer, ProviderStatus, Standing, status_row
from onboarding.policy.changes import changed
from onboarding.policy.days import say
from onboarding.policy.deadlines import after, in_date
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import AuthorizationKind, AuthorizationSource, LetterKind
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.files import find_authorization
from onboarding.services.audit import record_event
from onboarding.services.freshness import restate
from onboarding.services.letters import write_letter

_TOLD = (
    ("plan_listed", "Plan listed"), ("attested_on", "Attested on"), ("ordered_on", "Ordered on"), ("received_on", "Received on"),
)  # fmt: skip


def record_caqh(
    application: Application,
    actor: Actor,
    *,
    plan_listed: bool | None,
    attested_on: date | None,
    evidence: str,
    note: str = "",
) -> Authorization:
    """Record what a member of staff saw in CAQH today: is the plan listed, when was the profile last attested, and
    what was looked at. Where the plan was listed and is not any more, the applicant is told.

    Raises BadInput without an answer, without a date or with one in the future, or without evidence; Conflict where
    CAQH is not the way.
    """
    _must_be(application, AuthorizationKind.CAQH)
    wrong = {}
    if plan_listed is None:
        wrong["plan_listed"] = "Say whether the plan is listed."
    if attested_on is None or attested_on > today():
        wrong["attested_on"] = "Enter the date of the last attestation, today or earlier."
    if len(evidence.strip()) < 3:
        wrong["evidence"] = "Say what you looked at, so that another person finds it again."
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)
    row = Authorization(
        kind=AuthorizationKind.CAQH, plan_listed=plan_listed, attested_on=attested_on, note=note[:500],
        source=AuthorizationSource.STAFF, evidence=evidence.strip()[:200],
    )  # fmt: skip
    _record_caqh(application, actor, row, f"CAQH: {_seen(row)}", find_authorization(application))
    return row


def record_caqh_answer(application: Application, actor: Actor, answer: CaqhAnswer) -> Authorization | None:
    """Record what CAQH itself answered, with nobody's hand in it; None where it only repeats the last record.

    What still blocks the file is noted again after some days, so that the file shows that somebody looked. Where the
    plan was listed and is not any more, the history says so and the applicant is told, once.
    """
    uses_caqh = provider_type(application.provider_type).authorization is AuthorizationKind.CAQH
    if not uses_caqh or application.status not in ASKED_STATUSES:
        return None
    last = find_authorization(application)
    row = Authorization(
        kind=AuthorizationKind.CAQH,
        source=AuthorizationSource.CAQH,
        plan_listed=answer.listed,
        attested_on=answer.attested_on or (last.attested_on if last else None),
        provider_status=answer.provider_status,
        answer=answer.as_facts(),
    )
    if last is not None and _same(last, row) and not _to_note_again(last, row):
        return None
    _record_caqh(application, actor, row, f"CAQH answered: {_seen(row)}", last)
    return row


def _record_caqh(
    application: Application, actor: Actor, row: Authorization, what: str, last: Authorization | None
) -> None:
    """Keep the record; where it takes back the authorization that the last one had, say so in the history and by mail."""
    withdrawn = last is not None and bool(last.plan_listed) and not row.plan_listed
    _record(application, actor, row, what, withdrawn=withdrawn)
    if withdrawn:
        write_letter(application, LetterKind.CAQH_WITHDRAWN)


def _seen(row: Authorization) -> str:
    listed = "listed" if row.plan_listed else "not listed"
    attested = f", last attested {say(row.attested_on)}" if row.attested_on else ", no attestation"
    status = f" ({row.provider_status.value.replace('_', ' ')})" if row.provider_status else ""
    return f"{PLAN.caqh_name} {listed}{attested}{status}"


def _same(last: Authorization, row: Authorization) -> bool:
    return (last.plan_listed, last.attested_on, last.provider_status) == (
        row.plan_listed, row.attested_on, row.provider_status,
    )  # fmt: skip


def _to_note_again(last: Authorization, row: Authorization) -> bool:
    in_order = (
        row.plan_listed
        and status_row(row.provider_status or ProviderStatus.UNKNOWN).standing is Standing.ATTESTED
    )
    fresh = row.attested_on is not None and in_date(row.attested_on, today(), "attestation_age")
    return not (in_order and fresh) and after("caqh_noted_again", on_day(last.recorded_at)) <= today()


def order_ccvs(application: Application, actor: Actor, *, reference: str = "") -> Authorization:
    """Record that the CCVS profile was ordered today, and write to the physician to be current there: once a day,
    however often it is recorded."""
    _must_be(application, AuthorizationKind.CCVS)
    last = find_authorization(application)
    row = Authorization(kind=AuthorizationKind.CCVS, ordered_on=today(), reference=reference.strip()[:60])
    _record(application, actor, row, "CCVS profile ordered")
    if last is None or last.ordered_on != row.ordered_on or last.received_on is not None:
        facts = {"asked_on": today().isoformat()}
        write_letter(application, LetterKind.CCVS_REQUEST, facts=facts, by=actor)
    return row


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


def _record(
    application: Application, actor: Actor, row: Authorization, what: str, *, withdrawn: bool = False
) -> Authorization:
    assert actor.id is not None or row.source is AuthorizationSource.CAQH, "only staff record evidence"
    row.application_id, row.statement = application.id, application.statement
    row.recorded_by_id, row.recorded_at = actor.id, now()
    last = find_authorization(application)
    changes = [
        changed(code, label, getattr(last, code, None), getattr(row, code))
        for code, label in _TOLD
        if getattr(last, code, None) != getattr(row, code)
    ]
    db.session.add(row)
    record_event(
        actor=actor,
        application=application,
        action="caqh_withdrawn" if withdrawn else "record_authorization",
        what=f"{what}. Authorization was withdrawn" if withdrawn else what,
        why=row.note or row.evidence or "",
        details={"changes": changes},
    )
    db.session.flush()
    restate(application)
    return row
