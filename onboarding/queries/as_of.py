"""A file as it was at the end of a day: from the rows that are only appended, and from the history."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import undefer

from onboarding.clock import on_day
from onboarding.extensions import db
from onboarding.models import (
    AgendaItem,
    Application,
    AuditEvent,
    Authorization,
    ContractForm,
    Decision,
    Document,
    ExclusionMatch,
    Letter,
    Screening,
    Verification,
)
from onboarding.policy.names import full_name
from onboarding.policy.provider_types import ProviderTypeRow, provider_type
from onboarding.policy.vocabulary import DocumentState, MatchResolution, Status
from onboarding.queries.as_of_participation import (
    AppealThen,
    ParticipationThen,
    find_participation_as_of,
    list_appeals_as_of,
)
from onboarding.queries.monitoring import Found, list_findings

Of = TypeVar("Of", Document, Authorization, Verification, Screening, Decision, AgendaItem, Letter)
_REVIEWED = {"accepted_document": DocumentState.ACCEPTED, "rejected_document": DocumentState.REJECTED}


@dataclass(frozen=True)
class DocumentThen:
    """One file sent, and what had become of it; the expiration date as it was known then."""

    document: Document
    state: DocumentState
    expires_on: str
    reviewed_by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ScreeningThen:
    """One screening, and what had been made of each possible match."""

    screening: Screening
    matches: list[tuple[ExclusionMatch, MatchResolution | None]]


@dataclass(frozen=True)
class FileThen:
    """Everything that stood in one file at the end of a day. Without a status the file was not begun."""

    on: date
    status: Status | None
    since: date | None
    assignee: str
    form: dict[str, Any] | None
    form_number: int
    documents: list[DocumentThen]
    on_file: list[DocumentThen]
    authorizations: list[Authorization]
    verifications: list[Verification]
    screenings: list[ScreeningThen]
    agenda: list[AgendaItem]
    decisions: list[Decision]
    appeals: list[AppealThen]
    participation: ParticipationThen | None
    letters: list[Letter]
    findings: list[Found]
    events: list[AuditEvent]

    @property
    def provider_type(self) -> ProviderTypeRow | None:
        """The kind of provider, by the form as it had been sent."""
        return provider_type(self.form["provider_type"]) if self.form else None

    @property
    def name(self) -> str:
        """Who the provider was said to be, by the form as it had been sent; nothing before that."""
        row = self.provider_type
        return full_name(row.subject, self.form["answers"]) if row and self.form else ""

    @property
    def npi(self) -> str:
        """The NPI, by the form as it had been sent."""
        return str(self.form["answers"].get("npi") or "") if self.form else ""


def get_file_as_of(application: Application, day: date) -> FileThen:
    """The file as it was at the end of that day; the newest of everything first."""
    events = _events(application, day)
    decisions = [row for row in _rows(Decision, application) if on_day(row.recorded_at) <= day]
    status, since = _status(application, events, day)
    copies = [copy for copy in _copies(application) if copy["signed_on"] <= day.isoformat()]
    return FileThen(
        on=day,
        status=status,
        since=since,
        assignee=_assignee(events),
        form=copies[-1] if copies else None,
        form_number=len(copies),
        documents=_documents(application, events, day),
        on_file=_on_file(application, day) if status else [],
        authorizations=[row for row in _rows(Authorization, application) if on_day(row.recorded_at) <= day],
        verifications=[row for row in _rows(Verification, application) if on_day(row.recorded_at) <= day],
        screenings=[_screening(row, day) for row in _rows(Screening, application) if row.screened_on <= day],
        agenda=[row for row in _rows(AgendaItem, application) if row.placed_on <= day],
        decisions=decisions,
        appeals=list_appeals_as_of(application, decisions, day),
        participation=find_participation_as_of(application, day),
        letters=[row for row in _rows(Letter, application) if row.written_on <= day],
        findings=list_findings([application.participation_id], day) if application.participation_id else [],
        events=events[::-1],
    )


def first_day(application: Application) -> date:
    """The earliest day this file can be shown as of."""
    return application.created_on


def _rows(of: type[Of], application: Application) -> list[Of]:
    query = select(of).where(of.application_id == application.id).order_by(of.id.desc())
    return list(db.session.scalars(query))


def _copies(application: Application) -> list[dict[str, Any]]:
    query = (
        select(ContractForm)
        .where(ContractForm.id == application.form_id)
        .options(undefer(ContractForm.sent_copies))
    )
    return db.session.scalars(query).one().sent_copies or []


def _events(application: Application, day: date) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.application_id == application.id, AuditEvent.on <= day)
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def _status(
    application: Application, events: Iterable[AuditEvent], day: date
) -> tuple[Status | None, date | None]:
    if application.created_on > day:
        return None, None
    found = Status.DRAFT, application.created_on
    for event in events:
        if {"from", "to"} <= event.details.keys():
            found = Status(event.details["to"]), event.on
    return found


def _assignee(events: Iterable[AuditEvent]) -> str:
    name = ""
    for event in events:
        if event.action in ("claim", "assign"):
            changes = event.details.get("changes") or [
                {"new": event.actor if event.action == "claim" else ""}
            ]
            name = changes[0]["new"]
    return name


def _documents(application: Application, events: list[AuditEvent], day: date) -> list[DocumentThen]:
    sent = [row for row in _rows(Document, application) if row.uploaded_on <= day]
    then = {row.id: DocumentThen(row, DocumentState.RECEIVED, _typed(row)) for row in sent}
    for event in events:
        number = event.details.get("document")
        if event.action in _REVIEWED and number in then:
            dated = [c["new"] for c in event.details.get("changes", ()) if c["code"] == "expires_on"]
            then[number] = replace(
                then[number],
                state=_REVIEWED[event.action],
                reviewed_by=event.actor,
                reason=event.why,
                expires_on=dated[-1] if dated else then[number].expires_on,
            )
        elif event.action == "begin_anew":
            then |= {
                number: replace(found, state=DocumentState.RECEIVED, reviewed_by="")
                for number, found in then.items()
                if found.state is DocumentState.ACCEPTED
            }
    _take_back_later_dates(application, then, day)
    return list(then.values())


def _on_file(application: Application, day: date) -> list[DocumentThen]:
    """What earlier applications of the same participation had left on file: accepted, and in date on that day."""
    if application.participation_id is None:
        return []
    query = select(Application).where(
        Application.participation_id == application.participation_id, Application.id < application.id
    )
    return [
        found
        for earlier in db.session.scalars(query.order_by(Application.id.desc())).unique()
        for found in _documents(earlier, _events(earlier, day), day)
        if found.state is DocumentState.ACCEPTED
        and (not found.expires_on or found.expires_on >= day.isoformat())
    ]


def _typed(document: Document) -> str:
    return document.expires_on.isoformat() if document.expires_on else ""


def _take_back_later_dates(application: Application, then: dict[int, DocumentThen], day: date) -> None:
    """An expiration date corrected after that day stands in the row now: then it was the one before the correction."""
    later = select(AuditEvent).where(
        AuditEvent.application_id == application.id, AuditEvent.on > day, AuditEvent.action.in_(_REVIEWED)
    )
    for event in db.session.scalars(later.order_by(AuditEvent.id.desc())):
        for change in event.details.get("changes", ()):
            if change["code"] == "expires_on" and event.details["document"] in then:
                number = event.details["document"]
                then[number] = replace(then[number], expires_on=change["old"])


def _screening(screening: Screening, day: date) -> ScreeningThen:
    return ScreeningThen(
        screening,
        [
            (match, match.resolution if match.resolved_at and on_day(match.resolved_at) <= day else None)
            for match in screening.matches
        ],
    )
