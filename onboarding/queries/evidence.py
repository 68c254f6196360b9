"""Reading the evidence behind verifications: the record that counts, what replaced one, the files of the sources."""

import re

from sqlalchemy import select

from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import Application, Document, EvidenceFile, Verification
from onboarding.policy.vocabulary import VerificationKind


def find_last_verification(
    application: Application, kind: VerificationKind, about: str | None = None
) -> Verification | None:
    """The record of one fact that counts: the last one of who the provider is now said to be, about this license."""
    query = select(Verification).where(
        Verification.application_id == application.id,
        Verification.kind == kind,
        Verification.about == about,
        Verification.statement == application.statement,
    )
    return db.session.scalars(query.order_by(Verification.id.desc()).limit(1)).first()


def find_replacement(verification: Verification) -> Verification | None:
    """The record that corrected this one."""
    query = select(Verification).where(Verification.replaces_id == verification.id)
    return db.session.scalars(query).one_or_none()


def get_verification_of(application_id: int, verification_id: int) -> Verification:
    """One record of this application. Raises NotFound for another application's."""
    found = db.session.get(Verification, verification_id)
    if found is None or found.application_id != application_id:
        raise NotFound("There is no such verification.")
    return found


def find_evidence_file(sha256: str) -> EvidenceFile | None:
    """The file with these bytes, whichever application it belongs to."""
    return db.session.scalars(select(EvidenceFile).where(EvidenceFile.sha256 == sha256)).one_or_none()


def is_document_elsewhere(application: Application, sha256: str) -> bool:
    """Did another application send a document with these bytes?"""
    query = select(Document.id).where(Document.sha256 == sha256, Document.application_id != application.id)
    return db.session.scalar(query.limit(1)) is not None


def find_same_reference(application: Application, record: Verification) -> int | None:
    """The application of another provider whose file gives this reference at this source, if one does."""
    query = (
        select(Verification.application_id)
        .join(Application, Application.id == Verification.application_id)
        .where(
            Verification.reference == record.reference,
            Verification.source == record.source,
            Application.npi != application.npi,
        )
    )
    return db.session.scalar(query.limit(1)) if record.reference else None


def get_evidence_file(public_id: str) -> EvidenceFile:
    """One file by its random id. Raises NotFound, the same whatever the reason."""
    known = re.fullmatch(r"[A-Za-z0-9_-]{1,32}", public_id)
    query = select(EvidenceFile).where(EvidenceFile.public_id == public_id)
    found = db.session.scalars(query).one_or_none() if known else None
    if found is None:
        raise NotFound("There is no such file.")
    return found
