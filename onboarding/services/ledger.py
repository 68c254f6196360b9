"""The request ledger: what the applicant was asked for, why, when, by whom, and which document answered it."""

from collections.abc import Iterable

from sqlalchemy import select

from onboarding.clock import now, today
from onboarding.extensions import db
from onboarding.models import Application, Document, DocumentRequest, Letter
from onboarding.policy.documents import Requirement
from onboarding.policy.people import Actor
from onboarding.policy.requests import request_reason
from onboarding.policy.vocabulary import AskedBy, DocumentKind


def open_requests(
    application: Application,
    asked: Iterable[Requirement],
    actor: Actor,
    through: AskedBy,
    letter: Letter | None = None,
) -> list[DocumentRequest]:
    """Note that these outstanding documents are asked for. One that is asked for already is not asked twice."""
    db.session.flush()  # so that the letter has its number
    waiting = {request.kind for request in _open(application.id)}
    opened = [
        DocumentRequest(
            application_id=application.id,
            kind=item.row.kind,
            what=item.row.label,
            why=request_reason(item),
            through=through,
            letter_id=letter.id if letter else None,
            asked_on=today(),
            asked_at=now(),
            asked_by=actor.name[:120],
        )
        for item in asked
        if item.outstanding and item.row.kind not in waiting
    ]
    db.session.add_all(opened)
    return opened


def answer_requests(document: Document) -> None:
    """A document of this kind came: it answers what was asked."""
    for request in _open(document.application_id, document.kind):
        request.answered_by_document_id, request.answered_on = document.id, today()


def _open(application_id: int, kind: DocumentKind | None = None) -> list[DocumentRequest]:
    query = select(DocumentRequest).where(
        DocumentRequest.application_id == application_id, DocumentRequest.answered_on.is_(None)
    )
    return list(db.session.scalars(query.where(DocumentRequest.kind == kind) if kind else query))
