"""Handing out stored files: only here, only whole, only as they were when they came in."""

import hashlib
import io

from flask import Response, current_app, send_file
from flask_security import current_user

from onboarding.errors import Conflict, NotAllowed, NotFound, OnboardingError
from onboarding.filecheck import EXTENSIONS, safe_name
from onboarding.letters.catalog import letter_row
from onboarding.models import Document
from onboarding.policy.committee import TIED
from onboarding.policy.uploads import CLOSED_SCANS, SCAN_SAYS
from onboarding.policy.vocabulary import Capability
from onboarding.queries.committee import is_concerned
from onboarding.queries.looks import find_looks, get_preview
from onboarding.queries.review import get_document, get_letter
from onboarding.storage import Store
from onboarding.web.access import staff_who
from onboarding.web.log import log
from onboarding.web.staff.room import bp


class ChangedOnDisk(OnboardingError):
    """The stored bytes are not those whose hash was kept: nobody gets them."""

    status_code = 500

    def __init__(self) -> None:
        super().__init__(
            "This file was changed on disk after it was stored, so it is not handed out. Tell the operator."
        )


@bp.get("/documents/<public_id>")
@staff_who(Capability.SEE_DOCUMENT)
def document(public_id: str) -> Response:
    """One uploaded document, as it came in."""
    found = _open_document(public_id)
    return hand_out(found.storage_key, found.sha256, found.media_type, found.file_name)


@bp.get("/documents/<public_id>/copy")
@staff_who(Capability.SEE_DOCUMENT)
def document_copy(public_id: str) -> Response:
    """The copy without anything active, and of a picture without what stood beside its pixels."""
    found = _open_document(public_id)
    look = find_looks([found.id]).get(found.id)
    if look is None or not look.view_key:
        raise NotFound("There is no copy of this document. Open it as it came in.")
    name = safe_name(found.file_name, EXTENSIONS[look.view_media_type])
    return hand_out(look.view_key, look.view_sha256, look.view_media_type, f"copy of {name}")


@bp.get("/documents/<public_id>/pages/<int:page>")
@staff_who(Capability.SEE_DOCUMENT)
def document_page(public_id: str, page: int) -> Response:
    """The picture of one page, for our own pages to show."""
    found = get_preview(_open_document(public_id), page)
    response = hand_out(found.storage_key, found.sha256, "image/jpeg", f"page-{page}.jpg")
    response.headers["Content-Disposition"] = "inline"
    return response


def _open_document(public_id: str) -> Document:
    """One document that no scanner holds. Raises NotFound, and Conflict for one that is held or infected."""
    found = get_document(public_id)
    _must_not_be_concerned(found.application_id)
    if found.scan_state in CLOSED_SCANS:
        raise Conflict(SCAN_SAYS[found.scan_state])
    return found


@bp.get("/letters/<int:letter_id>")
@staff_who(Capability.SEE_LETTER)
def letter(letter_id: int) -> Response:
    """One letter, the bytes that left."""
    found = get_letter(letter_id)
    _must_not_be_concerned(found.application_id)
    pdf = letter_row(found.kind).pdf
    name = f"{found.kind.value}-{found.application.public_id}-{found.number}.{'pdf' if pdf else 'txt'}"
    return hand_out(found.storage_key, found.sha256, "application/pdf" if pdf else "text/plain", name)


def _must_not_be_concerned(application_id: int) -> None:
    if is_concerned(current_user.id, application_id):
        raise NotAllowed(TIED)


def hand_out(key: str, sha256: str, media_type: str, name: str) -> Response:
    """The bytes as a download: never shown inside our own pages, never guessed at, never kept by a cache."""
    try:
        data = Store(current_app.extensions["settings"].storage).read(key)
    except FileNotFoundError:
        log.error("stored file is gone", key=key)
        raise NotFound("This file is no longer stored. Tell the operator.") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        log.error("stored file was changed", key=key)
        raise ChangedOnDisk
    name = "".join(character if character.isprintable() else "_" for character in name)
    response = send_file(
        io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
