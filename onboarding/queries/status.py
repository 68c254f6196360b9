"""Reading what the status page tells: few plain selects by index, no objects. The busiest page of the program."""

from dataclasses import dataclass
from datetime import date
from hmac import compare_digest
from typing import Any

from sqlalchemy import Row, select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, AuditEvent, Authorization, Document, Letter
from onboarding.policy.file import AuthorizationFact, CredentialingFile, DocumentFact, LetterFact
from onboarding.policy.guards import ASKING_LETTERS, answer_until
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Action, MessageState
from onboarding.policy.workflow import ASKING_STATUSES

_A = Application
_COLUMNS = (
    _A.id, _A.public_id, _A.npi, _A.name, _A.kind, _A.subject, _A.provider_kind, _A.provider_type, _A.status,
    _A.status_on, _A.due_on, _A.received_on, _A.created_on, _A.round, _A.return_reason, _A.prescribes,
    _A.tests_on_site, _A.independent,
)  # fmt: skip
_BY_PUBLIC_ID = select(*_COLUMNS)
_DOCUMENTS = select(Document.kind, Document.state, Document.uploaded_on, Document.expires_on, Document.reason)
_AUTHORIZATION = select(
    Authorization.kind, Authorization.plan_listed, Authorization.attested_on, Authorization.ordered_on,
    Authorization.received_on,
)  # fmt: skip
_EVENTS = select(AuditEvent.on, AuditEvent.action, AuditEvent.details)
_STEPS = tuple(action.value for action in Action)
LONGEST_HISTORY = 60


@dataclass(frozen=True)
class StatusView:
    """One application as the applicant may see it: no name of staff, no finding, no note."""

    application: Any
    file: CredentialingFile
    until: date | None
    history: tuple[tuple[date, str], ...]


def find_application_row(public_id: str, npi: str) -> Row | None:
    """The row of this Application ID if it is also of this NPI; None whatever was wrong."""
    found = db.session.execute(_BY_PUBLIC_ID.where(_A.public_id == public_id)).one_or_none()
    matches = compare_digest((found.npi if found else "").encode(), npi.encode())
    return found if found and npi and matches else None


def get_status_view(row: Row) -> StatusView:
    """Everything the status page tells of a row that find_application_row or get_application_row gave."""
    file = CredentialingFile(
        today=today(),
        status=row.status,
        kind=row.kind,
        subject=row.subject,
        provider_type=row.provider_type,
        prescribes=row.prescribes,
        tests_on_site=row.tests_on_site,
        independent=row.independent,
        created_on=row.created_on,
        round=row.round,
        authorization=_authorization(row),
        documents=_documents(row.id),
    )
    return StatusView(row, file, _until(row), _history(row.id))


def find_status_view(application_id: int) -> StatusView | None:
    """The same for an application whose applicant has been let in."""
    row = db.session.execute(_BY_PUBLIC_ID.where(_A.id == application_id)).one_or_none()
    return get_status_view(row) if row else None


def _documents(application_id: int) -> tuple[DocumentFact, ...]:
    query = _DOCUMENTS.where(Document.application_id == application_id).order_by(Document.id.desc())
    return tuple(
        DocumentFact(found.kind, found.state, found.uploaded_on, found.expires_on, None, found.reason)
        for found in db.session.execute(query)
    )


def _authorization(row: Row) -> AuthorizationFact | None:
    if provider_type(row.provider_type).authorization is None:
        return None
    query = _AUTHORIZATION.where(Authorization.application_id == row.id).order_by(Authorization.id.desc()).limit(1)
    found = db.session.execute(query).one_or_none()
    return AuthorizationFact(*found) if found else None


def _history(application_id: int) -> tuple[tuple[date, str], ...]:
    """The steps of the workflow, newest first: the day and the status each led to."""
    query = (
        _EVENTS.where(AuditEvent.application_id == application_id)
        .order_by(AuditEvent.id.desc())
        .limit(LONGEST_HISTORY)
    )
    return tuple(
        (found.on, str(found.details["to"]))
        for found in db.session.execute(query)
        if found.action in _STEPS and "to" in found.details
    )


def _until(row: Row) -> date | None:
    """The last day for an answer where a letter has asked, else the day by which the desk should be done."""
    if row.status not in ASKING_STATUSES:
        return row.due_on
    query = (
        select(Letter)
        .where(Letter.application_id == row.id, Letter.kind.in_(ASKING_LETTERS), Letter.round == row.round)
        .order_by(Letter.id.desc())
        .limit(1)
    )
    letter = db.session.scalars(query).one_or_none()
    if letter is None or letter.respond_by is None:
        return row.due_on
    sent = [message.sent_on for message in letter.messages if message.state is MessageState.SENT and message.sent_on]
    left_on = max(sent) if sent and len(sent) == len(letter.messages) else None
    return answer_until(LetterFact(letter.kind, letter.number, letter.round, letter.respond_by, left_on))
