"""One decided file, or many, as the audit asks of it: as it stood when it was decided."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import selectinload

from onboarding.clock import on_day, today
from onboarding.extensions import db
from onboarding.models import (
    Application,
    AuditEvent,
    Authorization,
    ContractForm,
    Decision,
    Document,
    ExclusionMatch,
    Letter,
    Participation,
    RecredentialingExtension,
    Screening,
    Verification,
)
from onboarding.policy.changes import GATHERING
from onboarding.policy.committee import JOINING
from onboarding.policy.days import say
from onboarding.policy.documents import requirements
from onboarding.policy.extensions import cause_row
from onboarding.policy.file import CredentialingFile, DocumentFact
from onboarding.policy.file_audit import AuditedFile, Checked
from onboarding.policy.integrity import DECIDING
from onboarding.policy.notices import NOTICES
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import line_of, required
from onboarding.policy.vocabulary import AuthorizationKind, DocumentState, MatchResolution
from onboarding.queries.facts import document_fact, licence_facts, traits_of
from onboarding.queries.files import cycle_facts

Of = TypeVar("Of", Verification, Authorization, Screening, Letter)


def get_audited_file(application: Application, decision: Decision) -> AuditedFile:
    """The file as it stood when this decision was made: evidence of the day of decision or before."""
    return list_audited_files([(application, decision)])[0]


def list_audited_files(decided: Sequence[tuple[Application, Decision]]) -> list[AuditedFile]:
    """The same of many, in the same few statements however many they are."""
    applications = [application for application, _ in decided]
    ids = [application.id for application in applications]
    verifications, authorizations = _rows_of(Verification, ids), _rows_of(Authorization, ids)
    screenings, letters = _rows_of(Screening, ids), _rows_of(Letter, ids, Letter.kind.in_(NOTICES))
    documents, events = _documents_of(applications), _events_of(ids)
    _read_licences(ids)
    copies = _sent_copies(applications)
    cycles, credentialed_before = _cycles_of(applications), _credentialed_before(applications)
    extended = _extended(applications)
    return [
        _audited(
            application, decision, verifications[application.id], authorizations[application.id],
            screenings[application.id], copies[application.form_id], cycles[application.id], documents[application.id],
            [event for event in events[application.id] if event.at <= decision.recorded_at],
            noticed_on=_noticed_on(letters[application.id], decision),
            credentialed_before_on=credentialed_before[application.id],
            extended=extended.get((application.participation_id, decision.renewal_due_on), ""),
        )
        for application, decision in decided
    ]  # fmt: skip


def _audited(
    application: Application, decision: Decision, verifications: list[Verification], authorizations: list[Authorization],
    screenings: list[Screening], copies: list[date], cycle: tuple[date | None, date | None],
    documents: tuple[DocumentFact, ...], events: list[Row[Any]], noticed_on: date | None, credentialed_before_on: date | None,
    extended: str,
) -> AuditedFile:  # fmt: skip
    on, statement = decision.decided_on, application.statement
    verified = [row for row in verifications if on_day(row.recorded_at) <= on]
    given = next(
        (row for row in authorizations if on_day(row.recorded_at) <= on and row.statement == statement), None
    )
    screened = [row for row in screenings if row.screened_on <= on]
    screening = next((row for row in screened if row.statement == statement), None)
    checked = {
        row.element: Checked(
            row.source, row.method.value, row.result, row.evidenced_on, row.verified_by.name, row.reference,
            row.good_until, row.evidence_file.file_name if row.evidence_file else "",
        )
        for row in reversed(verified)
        if row.statement == statement
    }  # fmt: skip
    asked = _as_asked(application, on, cycle, documents)
    decided = [event for event in events if event.action in DECIDING]
    plan = decided[-1].details.get("plan", ()) if decided else ()
    return AuditedFile(
        kind=application.kind,
        decided_on=on,
        required=tuple(line_of(*element) for element in plan) or required(asked),
        checked=checked,
        signed_on=max((day for day in copies if day <= on), default=None),
        screened_on=screening.screened_on if screening else None,
        screening_says=_say_screening(screening) if screening else "Not in the file",
        matches=tuple(_resolved_by(match, on) for match in screening.matches) if screening else (),
        decided_by=decision.decided_by_id,
        decided_how=f"{'Committee, recorded by' if decision.meeting_id else 'Medical director, clean file,'} "
        f"{decision.decided_by.name}",
        hands=frozenset(event.actor_id for event in events if event.actor_id and event.action in GATHERING),
        asked_on=today(),
        noticed_on=noticed_on,
        credentialed_before_on=credentialed_before_on,
        renewal_due_on=decision.renewal_due_on,
        extended=extended,
        table=frozenset(member.id for member in decision.attendance),
        documents=requirements(asked),
        authorization=provider_type(application.provider_type).authorization,
        authorized_on=_authorized_on(given),
        authorized_says=f"Recorded by {given.recorded_by.name if given and given.recorded_by else 'the clock'}",
        joins=decision.outcome in JOINING,
    )


def _extended(applications: Sequence[Application]) -> dict[tuple[int | None, date | None], str]:
    """For which cause, with what evidence, a due date was moved, by participation and that date."""
    ids = [one.participation_id for one in applications if one.participation_id]
    query = select(RecredentialingExtension).where(RecredentialingExtension.participation_id.in_(ids))
    return {
        (
            one.participation_id,
            one.due_on,
        ): f"{cause_row(one.cause).label.lower()}, {one.evidence_file.file_name}"
        for one in db.session.scalars(query)
    }


def _events_of(ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Who gathered evidence, and what was decided by which plan of elements, by the history; oldest first."""
    query = select(
        AuditEvent.application_id, AuditEvent.at, AuditEvent.action, AuditEvent.actor_id, AuditEvent.details
    ).where(AuditEvent.application_id.in_(ids), AuditEvent.action.in_((*GATHERING, *DECIDING)))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in db.session.execute(query.order_by(AuditEvent.id)):
        found[row.application_id].append(row)
    return found


def _documents_of(applications: Sequence[Application]) -> dict[int, tuple[DocumentFact, ...]]:
    """What was sent for each application, and what was accepted for an earlier one of the same participation."""
    ids = [application.id for application in applications]
    joined = {application.participation_id for application in applications} - {None}
    query = (
        select(Document, Application.participation_id)
        .join(Application, Application.id == Document.application_id)
        .where(or_(Document.application_id.in_(ids), Application.participation_id.in_(joined)))
        .order_by(Document.id)
    )
    rows = list(db.session.execute(query).unique())
    return {
        application.id: tuple(
            document_fact(document, on_file=document.application_id != application.id)
            for document, participation_id in rows
            if document.application_id == application.id
            or (
                participation_id == application.participation_id
                and document.application_id < application.id
                and document.state is DocumentState.ACCEPTED
            )
        )
        for application in applications
    }


def _authorized_on(given: Authorization | None) -> date | None:
    if given is None:
        return None
    if given.kind is AuthorizationKind.CCVS:
        return given.received_on
    return given.attested_on if given.plan_listed else None


def _as_asked(
    application: Application,
    on: date,
    cycle: tuple[date | None, date | None],
    documents: tuple[DocumentFact, ...],
) -> CredentialingFile:
    """As much of the file as says what had to be verified and sent."""
    return CredentialingFile(
        today=today(),
        **traits_of(application),
        recredentialing_due_on=cycle[0],
        ended_on=cycle[1],
        documents=documents,
        **licence_facts(application),
    ).as_of(on)


def _rows_of(of: type[Of], ids: Sequence[int], *conditions: ColumnElement[bool]) -> dict[int, list[Of]]:
    """The newest first, by application."""
    query = select(of).where(of.application_id.in_(ids), *conditions).order_by(of.id.desc())
    found: dict[int, list[Of]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.application_id].append(row)
    return found


def _read_licences(ids: Sequence[int]) -> None:
    """Who each application states, beside it for who asks its licenses."""
    stated = (selectinload(Application.practitioner), selectinload(Application.organization))
    db.session.scalars(select(Application).where(Application.id.in_(ids)).options(*stated)).unique().all()


def _sent_copies(applications: Sequence[Application]) -> dict[int, list[date]]:
    """On which days each form was signed and sent."""
    forms = {application.form_id for application in applications}
    query = select(ContractForm.id, ContractForm.sent_copies).where(ContractForm.id.in_(forms))
    return {
        form_id: [date.fromisoformat(copy["signed_on"]) for copy in copies or []]
        for form_id, copies in db.session.execute(query)
    }


def _cycles_of(applications: Sequence[Application]) -> dict[int, tuple[date | None, date | None]]:
    """What of earlier participations says how each application is credentialed."""
    joined = {application.participation_id for application in applications}
    npis = {application.npi for application in applications if application.npi}
    query = select(Participation).where(or_(Participation.id.in_(joined), Participation.npi.in_(npis)))
    known = list(db.session.scalars(query.order_by(Participation.id)))
    by_id = {found.id: found for found in known}
    by_provider = {(found.npi, found.tax_id_digest): found for found in known}
    return {
        application.id: cycle_facts(
            application, by_id.get(application.participation_id or 0),
            by_provider.get((application.npi, application.tax_id_digest)),
        )
        for application in applications
    }  # fmt: skip


def _resolved_by(match: ExclusionMatch, on: date) -> MatchResolution | None:
    return match.resolution if match.resolved_at and on_day(match.resolved_at) <= on else None


def _say_screening(screening: Screening) -> str:
    found = screening.exclusion_list
    listed = f"list imported {say(found.imported_on)}" if found else screening.reason
    by = screening.screened_by.name if screening.screened_by else "the clock"
    return f"{screening.outcome.replace('_', ' ').capitalize()}, {listed}, {by}"


def _noticed_on(letters: list[Letter], decision: Decision) -> date | None:
    """When the first letter about this decision, or later, had left by every channel."""
    written = on_day(decision.recorded_at)
    for letter in reversed(letters):
        days = [message.sent_on for message in letter.messages]
        if letter.written_on >= written and days and all(days):
            return max(day for day in days if day)
    return None


def _credentialed_before(applications: Sequence[Application]) -> dict[int, date | None]:
    """The approval of a cycle before; None for a first application."""
    joined = {application.participation_id for application in applications if application.cycle > 1}
    query = (
        select(Application.participation_id, Application.cycle, func.max(Decision.decided_on))
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.participation_id.in_(joined - {None}),
            Decision.outcome.in_(JOINING),
        )
        .group_by(Application.participation_id, Application.cycle)
    )
    approved = db.session.execute(query).all()
    return {
        application.id: max(
            (day for joined_id, cycle, day in approved
             if joined_id == application.participation_id and cycle < application.cycle),
            default=None,
        )
        for application in applications
    }  # fmt: skip
