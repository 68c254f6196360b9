"""Handing out stored files to the desk."""

from flask import Response
from flask_security import current_user

from onboarding.errors import Conflict, NotAllowed, NotFound
from onboarding.filecheck import EXTENSIONS, safe_name
from onboarding.letters.catalog import letter_row
from onboarding.models import Document
from onboarding.policy.committee import TIED
from onboarding.policy.uploads import CLOSED_SCANS, SCAN_SAYS
from onboarding.policy.vocabulary import Capability
from onboarding.queries.committee import is_concerned
from onboarding.queries.looks import find_looks, get_preview
from onboarding.queries.review import get_document, get_letter
from onboarding.web.access import staff_who
from onboarding.web.handing_out import hand_out
from onboarding.web.staff.room import bp


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
    must_not_be_concerned(found.application_id)
    if found.scan_state in CLOSED_SCANS:
        raise Conflict(SCAN_SAYS[found.scan_state])
    return found


@bp.get("/letters/<int:letter_id>")
@staff_who(Capability.SEE_LETTER)
def letter(letter_id: int) -> Response:
    """One letter, the bytes that left."""
    found = get_letter(letter_id)
    must_not_be_concerned(found.application_id)
    pdf = letter_row(found.kind).pdf
    name = f"{found.kind.value}-{found.application.public_id}-{found.number}.{'pdf' if pdf else 'txt'}"
    return hand_out(found.storage_key, found.sha256, "application/pdf" if pdf else "text/plain", name)


def must_not_be_concerned(application_id: int) -> None:
    """Raises NotAllowed for who has a tie to the provider of this application."""
    if is_concerned(current_user.id, application_id):
        raise NotAllowed(TIED)
