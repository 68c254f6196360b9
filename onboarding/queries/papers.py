"""Reading what the applicant is told of the files they sent: each version, and what it says beside the form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Application, ContractForm, Document, DocumentLook
from onboarding.policy.documents import Requirement
from onboarding.policy.papers import Claims, Paper, PaperFinding, compare_paper
from onboarding.policy.vocabulary import DocumentState, PrecheckState, Subject


@dataclass(frozen=True)
class SentFile:
    """One file as its sender sees it: size in bytes. Compared with the form only while it waits for review."""

    file_name: str
    size: int
    pages: int
    sent_at: datetime
    compared: tuple[PaperFinding, ...]

    @property
    def to_check(self) -> bool:
        """Does something on it differ from the form?"""
        return any(found.state is PrecheckState.PLEASE_CHECK for found in self.compared)


def claims_of(application: Application) -> Claims:
    """What the form says, as it was last sent."""
    form = application.form
    return Claims(
        application.name, form.legal_name, form.tax_id or "", application.subject is Subject.PRACTITIONER
    )


def find_sent_files(document_ids: Collection[int]) -> dict[int, SentFile]:
    """The files behind these documents, by document, in one statement."""
    if not document_ids:
        return {}
    query = (
        select(
            Document.id, Document.kind, Document.state, Document.file_name, Document.size, Document.pages,
            Document.uploaded_at, Document.looked_at, DocumentLook.read_by, DocumentLook.seen_name, DocumentLook.seen_tax_id,
            Application.name, Application.subject, ContractForm.legal_name, ContractForm.tax_id,
        )
        .join(Application, Application.id == Document.application_id)
        .join(ContractForm, ContractForm.id == Application.form_id)
        .join(DocumentLook, DocumentLook.document_id == Document.id, isouter=True)
        .where(Document.id.in_(document_ids))
    )  # fmt: skip
    found = {}
    for row in db.session.execute(query):
        paper = Paper(row.kind, row.read_by if row.looked_at else None, row.seen_name, row.seen_tax_id)
        claims = Claims(row.name, row.legal_name, row.tax_id or "", row.subject is Subject.PRACTITIONER)
        waits = row.state is DocumentState.RECEIVED
        found[row.id] = SentFile(
            row.file_name,
            row.size,
            row.pages,
            row.uploaded_at,
            compare_paper(paper, claims) if waits else (),
        )
    return found


def papers_of(asked: Sequence[Requirement]) -> tuple[Paper, ...]:
    """The document that stands for each requirement, as it was read; none that was rejected."""
    ids = [
        item.document.id
        for item in asked
        if item.document and item.document.state is not DocumentState.REJECTED
    ]
    if not ids:
        return ()
    query = select(
        Document.kind, DocumentLook.read_by, DocumentLook.seen_name, DocumentLook.seen_tax_id
    ).join(
        DocumentLook,
        (DocumentLook.document_id == Document.id)
        & Document.looked_at.is_not(None),  # else it is looked into anew
        isouter=True,
    )
    return tuple(
        Paper(*row) for row in db.session.execute(query.where(Document.id.in_(ids)).order_by(Document.id))
    )
