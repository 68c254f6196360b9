"""What decisions made of a provider, as it was at the end of a day: the participation, and appeals. Their rows change, so
what the history tells of later changes is taken back, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from onboarding.extensions import db
from onboarding.models import Appeal, Application, AuditEvent, Decision, Participation
from onboarding.policy.changes import changes_of
from onboarding.policy.vocabulary import AppealOutcome

_TERMS = (
    "state",
    "effective_on",
    "credentialed_on",
    "recredentialing_due_on",
    "ended_on",
    "provisional_until",
)


@dataclass(frozen=True)
class ParticipationThen:
    """A participation on that day; what was not kept of its terms is None."""

    provider_number: str
    state: str | None
    effective_on: date | None
    credentialed_on: date | None
    recredentialing_due_on: date | None
    ended_on: date | None
    provisional_until: date | None


@dataclass(frozen=True)
class AppealThen:
    """One appeal, and how far it had come."""

    appeal: Appeal
    accepted_on: date | None
    hearing_on: date | None
    outcome: AppealOutcome | None


def find_participation_as_of(application: Application, day: date) -> ParticipationThen | None:
    """The participation this application made or renews; None before it was made."""
    found = application.participation
    if found is None:
        return None
    of_it = Application.participation_id == found.id
    terms = _as_text(found)
    for event in _later("change_participation", of_it, day):
        terms |= {one["code"]: one["old"] for one in changes_of(event.details) if one["code"] in terms}
    then = {code: _read(terms[code]) for code in _TERMS[1:]}
    if not terms["provider_number"] or then["effective_on"] is None or then["effective_on"] > day:
        return None
    if then["credentialed_on"] and then["credentialed_on"] > day:  # renewed before the history told of it
        then |= {"credentialed_on": None, "recredentialing_due_on": None}
    if then["ended_on"] and then["ended_on"] > day:
        terms["state"], then["ended_on"] = "active", None
    return ParticipationThen(terms["provider_number"], terms["state"] or None, **then)


def list_appeals_as_of(
    application: Application, decisions: Iterable[Decision], day: date
) -> list[AppealThen]:
    """The appeals asked for by then, the newest first; `decisions` are those recorded by then."""
    decided = {decision.decided_on for decision in decisions}
    query = select(Appeal).where(Appeal.application_id == application.id, Appeal.asked_on <= day)
    later = list(_later("set_hearing", AuditEvent.application_id == application.id, day))
    return [
        AppealThen(
            found,
            accepted_on=found.accepted_on if found.accepted_on and found.accepted_on <= day else None,
            hearing_on=_hearing(found, later),
            outcome=found.outcome if found.decided_on in decided else None,
        )
        for found in db.session.scalars(query.order_by(Appeal.id.desc()))
    ]


def _hearing(appeal: Appeal, later: Iterable[AuditEvent]) -> date | None:
    hearing_on = appeal.hearing_on
    for event in later:
        if event.details["appeal"] == appeal.id:
            hearing_on = next((_read(one["old"]) for one in changes_of(event.details)), None)
    return hearing_on


def _later(action: str, of: ColumnElement[bool], day: date) -> Iterable[AuditEvent]:
    """Every event of this action after that day, the newest first."""
    query = select(AuditEvent).join(Application, Application.id == AuditEvent.application_id)
    return db.session.scalars(
        query.where(of, AuditEvent.action == action, AuditEvent.on > day).order_by(AuditEvent.id.desc())
    )


def _as_text(found: Participation) -> dict[str, str]:
    """The terms as the history tells them."""
    values = {code: getattr(found, code) for code in ("provider_number", *_TERMS)}
    return {code: "" if value is None else str(value) for code, value in values.items()}


def _read(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
