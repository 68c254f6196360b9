"""Reading what the applicant is told of the files they sent: each version, and what it says beside the form."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Application, ContractForm, Document, DocumentLook
from onboarding.policy.documents import Requirement, document_row, requirements
from onboarding.policy.file import CredentialingFile
from onboarding.policy.papers import Claims, Paper, PaperFinding, compare_paper
from onboarding.policy.vocabulary import DocumentState, PrecheckState, RequirementState, Subject

_ACCEPTED = frozenset({RequirementState.ACCEPTED, RequirementState.EXPIRING})


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


def claims_said(row: Any) -> Claims:
    """What the form says, of a row with its name, subject, legal name and tax ID."""
    return Claims(row.name, row.legal_name, row.tax_id or "", row.subject is Subject.PRACTITIONER)


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
        waits = row.state is DocumentState.RECEIVED
        found[row.id] = SentFile(
            row.file_name,
            row.size,
            row.pages,
            row.uploaded_at,
            compare_paper(paper, claims_said(row)) if waits else (),
        )
    return found


def papers_of(asked: Sequence[Requirement]) -> tuple[Paper, ...]:
    """The document that stands for each requirement, as it was read; none that was rejected."""
    ids = [
        item.document.id
        for item in asked
        if item.document and item.document.state is not DocumentState.REJECTED
    ]
    return tuple(find_papers(ids).values())


def find_papers(document_ids: Collection[int]) -> dict[int, Paper]:
    """These documents as they were read, by document, oldest first, in one statement."""
    if not document_ids:
        return {}
    query = select(
        Document.id, Document.kind, DocumentLook.read_by, DocumentLook.seen_name, DocumentLook.seen_tax_id
    ).join(
        DocumentLook,
        (DocumentLook.document_id == Document.id)
        & Document.looked_at.is_not(None),  # else it is looked into anew
        isouter=True,
    )
    rows = db.session.execute(query.where(Document.id.in_(document_ids)).order_by(Document.id))
    return {row.id: Paper(row.kind, row.read_by, row.seen_name, row.seen_tax_id) for row in rows}


def files_with_papers(
    files: Sequence[CredentialingFile], claims: Sequence[Claims]
) -> list[CredentialingFile]:
    """These files with what on their accepted documents is not the form's; one statement for all of them."""
    standing = [
        [item.document.id for item in requirements(file) if item.document and item.state in _ACCEPTED]
        for file in files
    ]
    papers = find_papers([number for ids in standing for number in ids])
    return [
        replace(file, unlike_form=tuple(_unlike([papers[number] for number in ids], said)))
        for file, ids, said in zip(files, standing, claims, strict=True)
    ]


def _unlike(papers: Sequence[Paper], claims: Claims) -> Iterator[str]:
    for paper in papers:
        for found in compare_paper(paper, claims):
            if found.state is PrecheckState.PLEASE_CHECK:
                yield f"{document_row(paper.kind).label} ({found.what})"
