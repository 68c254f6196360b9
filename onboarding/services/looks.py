"""What the clock finds out about an uploaded file: what the virus scanner says, the copy, the pictures, the words read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from onboarding.clock import now
from onboarding.extensions import db
from onboarding.models import Document, DocumentLook, DocumentPreview
from onboarding.policy.uploads import CLOSED_SCANS
from onboarding.policy.vocabulary import ReadBy, ScanState
from onboarding.storage import StoredFile


@dataclass(frozen=True)
class KeptPicture:
    """The picture of one page, stored."""

    stored: StoredFile
    width: int
    height: int


def settle_scan(document: Document, state: ScanState, note: str = "") -> None:
    """Keep what the scanner said, or that it said nothing. What was found infected stays so."""
    if document.scan_state is ScanState.INFECTED:
        return
    document.scan_state, document.scan_note, document.scanned_at = state, note[:200], now()


def forget_look(document: Document) -> list[str]:
    """Forget the look made before a document was to be looked into anew. The keys of its bytes, to be deleted after the
    commit."""
    query = select(DocumentLook).where(DocumentLook.document_id == document.id)
    look = db.session.scalars(query).one_or_none()
    if look is None or document.looked_at is not None:
        return []
    keys = [look.view_key, *(picture.storage_key for picture in look.previews)]
    db.session.delete(look)
    db.session.flush()
    return [key for key in keys if key]


def keep_look(
    document: Document,
    *,
    copy: StoredFile | None,
    media_type: str,
    pictures: Iterable[KeptPicture],
    read_by: ReadBy,
    read_expires_on: date | None,
    read_name: str,
    seen_name: str | None = None,
    seen_tax_id: str | None = None,
) -> bool:
    """Keep what one look gave. False when another look was quicker or the scanner holds the file: drop the bytes then."""
    if document.looked_at is not None or document.scan_state in CLOSED_SCANS:
        return False
    document.looked_at = now()
    look = DocumentLook(
        document_id=document.id,
        view_key=copy.key if copy else "",
        view_sha256=copy.sha256 if copy else "",
        view_media_type=media_type,
        read_by=read_by,
        read_expires_on=read_expires_on,
        read_name=read_name[:200],
        seen_name=seen_name,
        seen_tax_id=seen_tax_id,
    )
    look.previews = [
        DocumentPreview(
            page=number,
            storage_key=kept.stored.key,
            sha256=kept.stored.sha256,
            width=kept.width,
            height=kept.height,
        )
        for number, kept in enumerate(pictures, 1)
    ]
    db.session.add(look)
    return True
