"""Which uploaded files the clock has to scan or look into, what it found out, and what was asked for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from onboarding.clock import now
from onboarding.errors import NotFound
from onboarding.extensions import db, is_writing
from onboarding.models import Document, DocumentLook, DocumentPreview, DocumentRequest
from onboarding.policy.uploads import CLOSED_SCANS, HELD_SCANS
from onboarding.policy.vocabulary import ScanState

PAGE = 20  # a run: the jobs behind it wait meanwhile
AGAIN_AFTER = timedelta(minutes=5)  # a file the scanner failed on is not sent to it at every turn


def list_to_scan() -> list[int]:
    """The files no scanner has passed and nobody has looked into; those it failed on come last, and not at every turn."""
    waits = Document.scan_state.in_((ScanState.PENDING, ScanState.NOT_CONFIGURED))
    again = (Document.scan_state == ScanState.FAILED) & or_(
        Document.scanned_at.is_(None), Document.scanned_at <= now() - AGAIN_AFTER
    )
    query = select(Document.id).where(Document.looked_at.is_(None), waits | again)
    query = query.order_by(Document.scan_state == ScanState.FAILED, Document.id).limit(PAGE)
    return _ids(query)


def list_held() -> list[int]:
    """The files that wait for a scanner."""
    query = select(Document.id).where(Document.looked_at.is_(None), Document.scan_state.in_(HELD_SCANS))
    return _ids(query.limit(PAGE))


def list_to_look_into() -> list[int]:
    """The files nobody has looked into and no scanner holds."""
    query = select(Document.id).where(Document.looked_at.is_(None), Document.scan_state.not_in(CLOSED_SCANS))
    return _ids(query.order_by(Document.id).limit(PAGE))


def _ids(query: Select[Any]) -> list[int]:
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def get_document_for_change(document_id: int) -> Document:
    """One document, locked and read afresh, inside committed()."""
    assert is_writing(), "a document is read for a change inside committed() only"
    query = select(Document).where(Document.id == document_id).with_for_update(of=Document)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def find_looks(document_ids: Sequence[int]) -> dict[int, DocumentLook]:
    """What was found out about these documents, by document."""
    query = select(DocumentLook).where(DocumentLook.document_id.in_(document_ids))
    return {look.document_id: look for look in db.session.scalars(query)} if document_ids else {}


def get_preview(document: Document, page: int) -> DocumentPreview:
    """The picture of one page. Raises NotFound."""
    query = select(DocumentPreview).join(DocumentLook).where(
        DocumentLook.document_id == document.id, DocumentPreview.page == page
    )  # fmt: skip
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such picture.")
    return found


def list_requests(application_id: int) -> list[DocumentRequest]:
    """The request ledger of one application, newest first."""
    query = select(DocumentRequest).where(DocumentRequest.application_id == application_id)
    return list(db.session.scalars(query.order_by(DocumentRequest.id.desc())))
