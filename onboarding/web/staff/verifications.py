"""Recording what a source said, with the evidence it gave; correcting a record by a new one."""

from collections.abc import Callable
from functools import partial

from flask import Response, current_app, request

from onboarding.config import Settings
from onboarding.errors import BadFile, BadInput
from onboarding.filecheck import check_upload
from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, VerificationKind, VerificationMethod, VerificationResult
from onboarding.queries.evidence import find_evidence_file, get_evidence_file, get_verification_of
from onboarding.scanner import ScanFailed, ScannerDown, scan
from onboarding.services.evidence_files import NewFile
from onboarding.services.verifications import Finding, correct_verification, record_verification
from onboarding.storage import Store
from onboarding.web.access import staff_who
from onboarding.web.handing_out import hand_out
from onboarding.web.staff.handout import must_not_be_concerned
from onboarding.web.staff.items import verification_form
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import chosen, day, text

LONGEST_ABOUT = 60
_SCAN_SECONDS = 30.0
_UNSCANNED = "The virus scanner did not answer, so the file was not taken. Record it again in a few minutes."
_INFECTED = "The virus scanner found something harmful in this file. Get it from the source again."

DoWithFile = Callable[[Application, Actor, NewFile | None], str]


@bp.post("/applications/<int:application_id>/verifications")
@staff_who(Capability.RECORD_VERIFICATION)
def verify(application_id: int) -> Answer:
    """Record one fact checked at its source, dated today by the system."""
    kind, about = request.form.get("kind", "")[:40], request.form.get("about", "")[:LONGEST_ABOUT]

    def do(application: Application, actor: Actor, file: NewFile | None) -> str:
        wanted = chosen(VerificationKind, "kind")
        record_verification(application, wanted, actor, **vars(_finding(file)), about=about)
        return "Verification recorded."

    return write_with_file(application_id, verification_form(kind, about), do)


@bp.post("/applications/<int:application_id>/verifications/<int:verification_id>")
@staff_who(Capability.RECORD_VERIFICATION)
def correct(application_id: int, verification_id: int) -> Answer:
    """Correct one record by a new one; the old one stays to be seen."""

    def do(application: Application, actor: Actor, file: NewFile | None) -> str:
        wrong = get_verification_of(application_id, verification_id)
        correct_verification(application, wrong, _finding(file), actor, why=text("why"))
        return "Verification corrected. The earlier record stays in the file."

    return write_with_file(application_id, f"verifications:correct-{verification_id}", do)


@bp.get("/evidence/<evidence_id>")
@staff_who(Capability.SEE_DOCUMENT)
def evidence_file(evidence_id: str) -> Response:
    """One file that a source gave us, as it came in."""
    found = get_evidence_file(evidence_id)
    must_not_be_concerned(found.application_id)
    return hand_out(found.storage_key, found.sha256, found.media_type, found.file_name)


def _finding(file: NewFile | None) -> Finding:
    return Finding(
        source=text("source"),
        method=chosen(VerificationMethod, "method"),
        result=chosen(VerificationResult, "result"),
        reference=text("reference"),
        note=text("note"),
        found=text("found"),
        good_until=day("good_until"),
        as_of=day("as_of"),
        file=file,
    )


def write_with_file(application_id: int, form: str, do: DoWithFile) -> Answer:
    """A write of the desk that may bring a file. It is looked into and stored before the transaction, and forgotten unless a record rests on it."""
    try:
        file = _take_file()
    except BadFile as bad:
        return write(application_id, form, partial(_refuse, bad.message))
    try:
        return write(application_id, form, lambda application, actor: do(application, actor, file))
    finally:
        if file is not None:
            _forget_unless_kept(file)


def _refuse(says: str, application: Application, actor: Actor) -> str:
    raise BadInput(says, {"evidence": says})


def _take_file() -> NewFile | None:
    sent = request.files.get("evidence")
    if sent is None or not sent.filename:
        return None
    settings: Settings = current_app.extensions["settings"]
    data = sent.read()
    facts = check_upload(data, sent.filename, max_bytes=settings.upload_megabytes * 1024 * 1024)
    if settings.clamav:
        _scan(settings.clamav, data)
    stored = Store(settings.storage).put("evidence", data)
    return NewFile(facts.safe_name, facts.media_type, facts.size, facts.sha256, stored.key)


def _scan(address: str, data: bytes) -> None:
    try:
        found = scan(address, data, _SCAN_SECONDS)
    except (ScannerDown, ScanFailed):
        raise BadFile(_UNSCANNED) from None
    if found:
        raise BadFile(_INFECTED)


def _forget_unless_kept(file: NewFile) -> None:
    kept = find_evidence_file(file.sha256)
    if kept is None or kept.storage_key != file.storage_key:
        Store(current_app.extensions["settings"].storage).delete(file.storage_key)
