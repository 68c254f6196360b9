"""Reading what the status page tells: one statement by index, no objects. The busiest page of the program."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import (
    Application,
    AuditEvent,
    Authorization,
    Document,
    Letter,
    OutboxMessage,
    Participation,
)
from onboarding.policy.asking import ASKING_LETTERS
from onboarding.policy.caqh import ProviderStatus
from onboarding.policy.file import AuthorizationFact, CredentialingFile, DocumentFact, LetterFact
from onboarding.policy.guards import answer_until
from onboarding.policy.provider_types import provider_type
from onboarding.policy.uploads import HELD_SCANS
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    LetterKind,
    LetterState,
    MessageState,
    ParticipationState,
    Status,
)
from onboarding.policy.workflow import ASKING_STATUSES, ENDED_STATUSES
from onboarding.queries.nested import read_rows, rows_as_json, word_in
from onboarding.queries.notices import waits_for_answer
from onboarding.queries.prepared import Prepared

_A = Application
_NEXT = aliased(Application)
_EARLIER = aliased(Application)
_COLUMNS = (
    _A.id, _A.public_id, _A.npi, _A.name, _A.kind, _A.subject, _A.provider_kind, _A.provider_type, _A.status,
    _A.status_on, _A.due_on, _A.received_on, _A.round, _A.return_reason, _A.prescribes,
    _A.tests_on_site, _A.independent, _A.created_on,
)  # fmt: skip


def _of_this(key: Any, *columns: Any, where: tuple[Any, ...] = ()) -> Any:
    return select(rows_as_json(*columns)).where(key == _A.id, *where).correlate(_A).scalar_subquery()


_STATEMENT = select(
    *_COLUMNS,
    _of_this(
        Document.application_id,
        Document.id, Document.kind, Document.state, Document.uploaded_on, Document.expires_on, Document.reason,
        Document.scan_state,
    ).label("documents"),
    select(rows_as_json(
        Document.id, Document.kind, Document.state, Document.uploaded_on, Document.expires_on, Document.reason,
        Document.scan_state,
    ))
    .join(_EARLIER, _EARLIER.id == Document.application_id)
    .where(
        _EARLIER.participation_id == _A.participation_id, _EARLIER.id < _A.id,
        Document.state == literal_column(f"'{DocumentState.ACCEPTED.value}'"),
    )
    .correlate(_A)
    .scalar_subquery()
    .label("on_file"),
    _of_this(
        Authorization.application_id,
        Authorization.id, Authorization.kind, Authorization.plan_listed, Authorization.attested_on,
        Authorization.ordered_on, Authorization.received_on, Authorization.provider_status,
        where=(Authorization.statement == _A.statement,),
    ).label("authorizations"),
    _of_this(
        AuditEvent.application_id,
        AuditEvent.id, AuditEvent.on, AuditEvent.action, word_in(AuditEvent.details, "to"),
    ).label("events"),
    select(rows_as_json(
        func.coalesce(_NEXT.id, Participation.id), Participation.recredentialing_due_on, Participation.state,
        _NEXT.public_id, _NEXT.status,
    ))
    .select_from(Participation)
    .join(_NEXT, and_(_NEXT.participation_id == Participation.id, _NEXT.cycle > Participation.cycle), isouter=True)
    .where(Participation.application_id == _A.id)
    .correlate(_A)
    .scalar_subquery()
    .label("renewals"),
    _of_this(
        Letter.application_id, Letter.id, Letter.respond_by, word_in(Letter.facts, "items"),
        where=(
            Letter.kind == literal_column(f"'{LetterKind.DISCREPANCY.value}'"),
            *waits_for_answer(),
        ),
    ).label("notices"),
)  # fmt: skip
_BY_PAIR = Prepared(select(_A.id).where(_A.public_id == bindparam("public_id"), _A.npi == bindparam("npi")))
_BY_ID = Prepared(_STATEMENT.where(_A.id == bindparam("id")))
_ASKED = Prepared(
    select(
        _of_this(
            Letter.application_id,
            Letter.id,
            Letter.kind,
            Letter.number,
            Letter.round,
            Letter.respond_by,
            where=(Letter.state != literal_column(f"'{LetterState.HELD_BACK.value}'"),),
        ).label("letters"),
        select(rows_as_json(OutboxMessage.letter_id, OutboxMessage.state, OutboxMessage.sent_on))
        .join(Letter, Letter.id == OutboxMessage.letter_id)
        .where(Letter.application_id == _A.id)
        .correlate(_A)
        .scalar_subquery()
        .label("messages"),
    ).where(_A.id == bindparam("id"))
)
_STEPS = frozenset(action.value for action in Action)
LONGEST_HISTORY = 60


@dataclass(frozen=True)
class RenewalFact:
    """By when a provider in the network is credentialed again, and the application for it where one is open."""

    due_on: date
    public_id: str = ""
    status: Status | None = None


@dataclass(frozen=True)
class OpenNotice:
    """A discrepancy notice that waits for its answer: its letter, what it is about, until when."""

    letter_id: int
    about: str
    respond_by: date


@dataclass(frozen=True)
class StatusView:
    """One application as the applicant may see it: no name of staff, no finding, no note. `asked`: a letter asked the
    applicant for something in this round, and `until` is the day it gave."""

    application: Any
    file: CredentialingFile
    until: date | None
    history: tuple[tuple[date, str], ...]
    renewal: RenewalFact | None = None
    notices: tuple[OpenNotice, ...] = ()
    asked: bool = False


def find_application_id(public_id: str, npi: str) -> int | None:
    """The application with this Application ID if it is also of this NPI; None, as quickly, whatever was wrong."""
    row = _BY_PAIR.find(public_id=public_id, npi=npi) if npi else None
    return row.id if row else None


def find_public_id(application_id: int) -> str | None:
    """The Application ID of an application."""
    return db.session.scalar(select(_A.public_id).where(_A.id == application_id))


def find_status_view(application_id: int) -> StatusView | None:
    """Everything the status page tells, for an applicant who has been let in."""
    row = _BY_ID.find(id=application_id)
    if row is None:
        return None
    answer_by = _answer_by(row) if row.status in ASKING_STATUSES else None
    return _view(row, answer_by or row.due_on, asked=answer_by is not None)


def list_status_views(application_ids: Collection[int]) -> dict[int, StatusView]:
    """The same for several applications, by id, but for the day until when something is awaited: one statement for all."""
    rows = db.session.execute(_STATEMENT.where(_A.id.in_(application_ids))) if application_ids else ()
    return {row.id: _view(row, None) for row in rows}


def _view(row: Any, until: date | None, *, asked: bool = False) -> StatusView:
    file = CredentialingFile(
        today=today(),
        status=row.status,
        kind=row.kind,
        subject=row.subject,
        provider_type=row.provider_type,
        prescribes=row.prescribes,
        tests_on_site=row.tests_on_site,
        independent=row.independent,
        round=row.round,
        authorization=_authorization(row),
        documents=(*_documents(row.on_file, on_file=True), *_documents(row.documents)),
    )
    return StatusView(row, file, until, _history(row), _renewal(row), _notices(row), asked)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _documents(column: str | None, *, on_file: bool = False) -> tuple[DocumentFact, ...]:
    return tuple(
        DocumentFact(
            DocumentKind(kind),
            DocumentState(state),
            date.fromisoformat(uploaded_on),
            _day(expires_on),
            None,
            reason,
            scan_state in HELD_SCANS,
            on_file,
            id=document_id,
        )
        for document_id, kind, state, uploaded_on, expires_on, reason, scan_state in reversed(
            read_rows(column)
        )
    )


def _authorization(row: Any) -> AuthorizationFact | None:
    found = read_rows(row.authorizations)
    if not found or provider_type(row.provider_type).authorization is None:
        return None
    _, kind, plan_listed, attested_on, ordered_on, received_on, provider_status = found[0]
    return AuthorizationFact(
        AuthorizationKind(kind), bool(plan_listed), _day(attested_on), _day(ordered_on), _day(received_on),
        provider_status=ProviderStatus(provider_status) if provider_status else None,
    )  # fmt: skip


def _history(row: Any) -> tuple[tuple[date, str], ...]:
    """The steps of the workflow, newest first: the day and the status each led to."""
    steps = [(on, to) for _, on, action, to in read_rows(row.events) if action in _STEPS and to]
    return tuple((date.fromisoformat(on), to) for on, to in steps[:LONGEST_HISTORY])


def _renewal(row: Any) -> RenewalFact | None:
    """The renewal of the participation that this application last credentialed, while it lasts."""
    found = read_rows(row.renewals)
    if not found or found[0][2] != ParticipationState.ACTIVE:
        return None
    due_on = date.fromisoformat(found[0][1])
    for *_, public_id, status in found:
        if status is not None and status not in ENDED_STATUSES:
            return RenewalFact(due_on, public_id, Status(status))
    return RenewalFact(due_on)


def _notices(row: Any) -> tuple[OpenNotice, ...]:
    """The open notices, the oldest first; what each is about is JSON within JSON on one database, its text on the other."""
    found = []
    for letter_id, respond_by, items in reversed(read_rows(row.notices)):
        (item, *_) = json.loads(items) if isinstance(items, str) else items
        found.append(OpenNotice(letter_id, item["label"], date.fromisoformat(respond_by)))
    return tuple(found)


def _answer_by(row: Any) -> date | None:
    """The last day for an answer where a letter of this round has asked."""
    asked = _ASKED.find(id=row.id)
    letters = [
        found for found in read_rows(asked.letters) if found[1] in ASKING_LETTERS and found[3] == row.round
    ]
    if not letters or letters[0][4] is None:
        return None
    letter_id, kind, number, turn, respond_by = letters[0]
    messages = [found for found in read_rows(asked.messages) if found[0] == letter_id]
    sent = [sent_on for _, state, sent_on in messages if state == MessageState.SENT and sent_on]
    left_on = max(sent) if sent and len(sent) == len(messages) else None
    return answer_until(LetterFact(LetterKind(kind), number, turn, _day(respond_by), _day(left_on)))
