"""Documents: receiving what was sent, accepting or rejecting it."""

import secrets
from datetime import date

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Document
from onboarding.policy.changes import changed
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.documents import document_row, is_expired, outstanding, requirements
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.uploads import CLOSED_SCANS, MOST_FILES, SCAN_SAYS
from onboarding.policy.vocabulary import AskedBy, DocumentKind, DocumentState, RequirementState, ScanState
from onboarding.policy.workflow import EVIDENCE_STATUSES, UPLOAD_STATUSES
from onboarding.queries.files import count_documents, get_credentialing_file, is_asked_in_round
from onboarding.services.audit import record_event
from onboarding.services.freshness import restate
from onboarding.services.ledger import answer_requests, open_requests

INFECTED_SAYS = (
    "The virus scanner found something harmful in this file, so nobody opened it. Check your computer, print the "
    "document to a new PDF or scan it again, and send that."
)


def check_expiry(kind: DocumentKind, expires_on: date | None) -> None:
    """Raises BadInput when a document that runs out comes without its date, has run out already, or runs too far ahead."""
    row = document_row(kind)
    if not row.expires:
        return
    if expires_on is None:
        raise BadInput(
            "Enter the expiration date.", {"expires_on": "Enter the expiration date printed on it."}
        )
    if expires_on > after("document_ahead", today()):
        says = "Check the year: an expiration date lies at most 10 years ahead."
        raise BadInput(says, {"expires_on": says})
    if is_expired(expires_on, today()):
        says = f"This {row.label} expired on {say(expires_on)}. Send one that is in force."
        raise BadInput(says, {"expires_on": says})


def check_asked(application: Application, kind: DocumentKind) -> None:
    """Raises Conflict when this application takes no documents now or has too many already, BadInput when this one is
    not asked of it."""
    if application.status not in UPLOAD_STATUSES:
        raise Conflict("This application takes no documents at this stage.")
    if count_documents(application.id) >= MOST_FILES:
        raise Conflict(
            f"This application has {MOST_FILES} files already, our limit. Call us before you send more."
        )
    items = requirements(get_credentialing_file(application))
    if not any(item.row.kind is kind and item.state is not RequirementState.NOT_APPLICABLE for item in items):
        raise BadInput("This document is not asked for this application.")


def receive_document(
    application: Application,
    kind: DocumentKind,
    actor: Actor,
    *,
    file_name: str,
    media_type: str,
    size: int,
    pages: int,
    sha256: str,
    storage_key: str,
    expires_on: date | None,
    to_scan: bool = False,
) -> Document:
    """Put a checked and stored file in the credentialing file, to be reviewed; it answers what was asked. With a virus
    scanner attached (`to_scan`) it is held until that has passed it. Raises BadInput or Conflict.
    """
    check_asked(application, kind)
    check_expiry(kind, expires_on)
    document = Document(
        public_id=secrets.token_urlsafe(18),
        application_id=application.id,
        kind=kind,
        state=DocumentState.RECEIVED,
        file_name=file_name,
        media_type=media_type,
        size=size,
        pages=pages,
        sha256=sha256,
        storage_key=storage_key,
        expires_on=expires_on if document_row(kind).expires else None,
        uploaded_at=now(),
        uploaded_on=today(),
        uploaded_by=actor.name[:120],
        scan_state=ScanState.PENDING if to_scan else ScanState.NOT_CONFIGURED,
    )
    db.session.add(document)
    db.session.flush()
    answer_requests(document)
    record_event(
        actor=actor,
        application=application,
        action="receive_document",
        what=f"{document_row(kind).label} received",
        details={"document": document.id, "sha256": sha256, "changes": _received(document)},
    )
    return document


def _received(document: Document) -> list[dict[str, str]]:
    told = [changed("state", "State", None, document.state)]
    if document.expires_on:
        told.append(changed("expires_on", "Expires", None, document.expires_on))
    return told


def accept_document(
    application: Application, document: Document, actor: Actor, expires_on: date | None = None
) -> None:
    """Accept a document, its date as the reviewer reads it. Raises BadInput when expired, Conflict when reviewed or
    held for the virus scanner."""
    _must_be(application, document, DocumentState.RECEIVED)
    if document.scan_state in CLOSED_SCANS:
        raise Conflict(SCAN_SAYS[document.scan_state])
    before = document.expires_on
    if document_row(document.kind).expires:
        document.expires_on = expires_on or document.expires_on
    check_expiry(document.kind, document.expires_on)
    _review(application, document, actor, DocumentState.ACCEPTED, "", before)


def reject_document(application: Application, document: Document, actor: Actor, reason: str) -> None:
    """Reject a document, or take back that it was accepted, with a reason the applicant will read.

    Raises BadInput without a reason, Conflict when it was rejected before.
    """
    _must_be(application, document, DocumentState.RECEIVED, DocumentState.ACCEPTED)
    if len(reason.strip()) < 5:
        says = "Give the reason: the applicant will read it."
        raise BadInput(says, {"reason": says})
    _reject(application, document, actor, reason.strip()[:500])


def refuse_infected_document(
    application: Application, document: Document, signature: str, quarantine_key: str
) -> None:
    """The virus scanner found something: nobody opens the file any more, and the applicant is asked for another.

    Raises Conflict when it has been reviewed already.
    """
    if document.state is not DocumentState.RECEIVED:
        raise Conflict("This document has been reviewed already.")
    document.scan_state, document.scan_note, document.scanned_at = ScanState.INFECTED, signature[:200], now()
    document.storage_key, document.looked_at = quarantine_key, now()
    _reject(application, document, CLOCK, INFECTED_SAYS)


def _reject(application: Application, document: Document, actor: Actor, reason: str) -> None:
    _review(application, document, actor, DocumentState.REJECTED, reason)
    file = get_credentialing_file(application)
    mine = [item for item in outstanding(file) if item.row.kind is document.kind]
    open_requests(application, mine, actor, AskedBy.REJECTION)
    if is_asked_in_round(application):
        application.round += (
            1  # the applicant has answered: what is still owed is asked anew, with its full time
        )


def _must_be(application: Application, document: Document, *states: DocumentState) -> None:
    if application.status not in EVIDENCE_STATUSES:
        raise Conflict("Documents are not reviewed at this stage.")
    if document.state not in states:
        raise Conflict("This document has been reviewed already.")


def _review(
    application: Application,
    document: Document,
    actor: Actor,
    state: DocumentState,
    reason: str,
    expired_on: date | None = None,
) -> None:
    changes = [changed("state", "State", document.state, state)]
    if expired_on != document.expires_on and state is DocumentState.ACCEPTED:
        changes.append(changed("expires_on", "Expires", expired_on, document.expires_on))
    before = ", accepted before" if document.state is DocumentState.ACCEPTED else ""
    document.state, document.reason = state, reason
    document.reviewed_by_id, document.reviewed_at = actor.id, now()
    good = state is DocumentState.ACCEPTED and document.expires_on
    expiry = f", good until {say(document.expires_on)}" if good and document.expires_on else ""
    record_event(
        actor=actor,
        application=application,
        action=f"{state.value}_document",
        what=f"{document_row(document.kind).label} {state.value}{expiry}{before}",
        why=reason,
        details={"document": document.id, "changes": changes},
    )
    db.session.flush()
    restate(application)
