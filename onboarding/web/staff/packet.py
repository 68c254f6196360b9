"""The audit packet of one file: one ZIP, streamed, with a manifest that says of every part what its SHA-256 is."""

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, cast

from flask import Response, current_app, flash, redirect, render_template, url_for

from onboarding.clock import now, today
from onboarding.errors import Conflict
from onboarding.extensions import committed
from onboarding.filecheck import EXTENSIONS
from onboarding.letters.catalog import letter_row
from onboarding.models import Application, EvidenceFile, FileSummary
from onboarding.policy.changes import changes_of, say_change
from onboarding.policy.contract_form import parse_day
from onboarding.policy.file_audit import checklist
from onboarding.policy.provider_types import provider_type
from onboarding.policy.uploads import CLOSED_SCANS, SCAN_SAYS
from onboarding.policy.vocabulary import Capability, DecisionOutcome, LetterState, PaperState
from onboarding.queries.as_of import FileThen, get_file_as_of
from onboarding.queries.audit import find_seals
from onboarding.queries.audited_files import get_audited_file
from onboarding.queries.file_audit import find_summary
from onboarding.queries.files import get_application
from onboarding.services.file_audit import ask_for_summary, note_packet
from onboarding.storage import Store
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.answers import answers_of
from onboarding.web.staff.csv_file import csv_lines
from onboarding.web.staff.monitored import finding_words
from onboarding.web.staff.room import Answer, bp

AT_ONCE = 256 * 1024


@dataclass(frozen=True)
class Part:
    """One file of the packet: made here, or kept under a key with the hash it had; or why it is left out."""

    name: str
    data: bytes = b""
    key: str = ""
    sha256: str = ""
    left_out: str = ""


@bp.post("/applications/<int:application_id>/packet/made")
@staff_who(Capability.TAKE_PACKET)
def make_packet(application_id: int) -> Answer:
    """Have the packet made: its summary is written down as the file reads now, and laid out by the clock."""
    actor, application = current_actor(), get_application(application_id)
    last, version = find_summary(application_id), application.version
    if last is None or last.state is not PaperState.QUEUED:
        page = _summary(application, get_file_as_of(application, today()), actor.name)
        stored = _store().put("papers", page)
        with committed():
            ask_for_summary(
                get_application(application_id),
                actor,
                version=version,
                page_key=stored.key,
                page_sha256=stored.sha256,
            )
    flash("The packet is being made. It takes a few seconds: reload this page.", "success")
    return redirect(url_for("staff.as_of", application_id=application_id, _anchor="packet"), 303)


@bp.post("/applications/<int:application_id>/packet")
@staff_who(Capability.TAKE_PACKET)
def packet(application_id: int) -> Response:
    """Everything of one file as one download, noted in the history. Raises Conflict until its summary is made."""
    actor, store = current_actor(), _store()
    with committed():
        _made_summary(get_application(application_id))
        note_packet(get_application(application_id), actor)
    application = get_application(application_id)
    parts = packet_parts(application, _made_summary(application))
    response = Response(zipped(parts, store, now()), mimetype="application/zip")
    name = f"packet-{application.public_id}-{today().isoformat()}.zip"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _store() -> Store:
    return Store(current_app.extensions["settings"].storage)


def _made_summary(application: Application) -> FileSummary:
    found = find_summary(application.id)
    if found is None or found.state is not PaperState.MADE or found.version != application.version:
        raise Conflict(
            "The file has changed since the packet was made, or it is not made yet. Make it first."
        )
    return found


def packet_parts(application: Application, summary: FileSummary) -> list[Part]:
    """What belongs in the packet, without the bytes of what is stored."""
    then = get_file_as_of(application, today())
    parts = [
        Part("file.pdf", key=summary.storage_key, sha256=summary.sha256),
        Part("file.html", key=summary.page_key, sha256=summary.page_sha256),
        Part("verifications.csv", _csv(_verification_rows(then))),
        Part("findings.csv", _csv(_finding_rows(then))),
        Part("history.csv", _csv(_history_rows(then))),
    ]
    final = [decision for decision in then.decisions if decision.outcome is not DecisionOutcome.PENDED]
    if final:
        lines = checklist(get_audited_file(application, final[0]))
        rows = [(line.element, line.on, line.limit, line.outcome, line.evidence) for line in lines]
        parts.append(
            Part("checklist.csv", _csv([("Element", "Date", "Limit", "Outcome", "Evidence"), *rows]))
        )
    for number, found in enumerate(reversed(then.documents), 1):
        document = found.document
        name = f"documents/{number:02d}-{document.kind}.{EXTENSIONS[document.media_type][0]}"
        closed = SCAN_SAYS[document.scan_state] if document.scan_state in CLOSED_SCANS else ""
        parts.append(Part(name, key=document.storage_key, sha256=document.sha256, left_out=closed))
    for name, kept in _evidence_names(then).items():
        parts.append(Part(name, key=kept.storage_key, sha256=kept.sha256))
    for number, letter in enumerate(reversed(then.letters), 1):
        name = f"letters/{number:02d}-{letter.kind}{'.pdf' if letter_row(letter.kind).pdf else '.txt'}"
        made = letter.state is LetterState.RENDERED
        parts.append(
            Part(name, key=letter.storage_key, sha256=letter.sha256, left_out="" if made else "Not made yet.")
        )
    return parts


def zipped(parts: Sequence[Part], store: Store, made_at: datetime) -> Iterator[bytes]:
    """The packet as a stream that asks nothing of the request any more, the manifest last."""
    sink, moment = _Sink(), made_at.timetuple()[:6]
    manifest: list[tuple[object, ...]] = [("File", "Bytes", "SHA-256", "Note")]
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            data, note = _data_of(part, store)
            if note:
                manifest.append((part.name, "", "", note))
                continue
            manifest.append((part.name, len(data), hashlib.sha256(data).hexdigest(), ""))
            yield from _add(archive, sink, part.name, data, moment)
        yield from _add(archive, sink, "manifest.csv", _csv(manifest), moment)
    yield sink.take()


class _Sink:
    """What the archive writes to; it cannot be rewound, so the archive writes in one go."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def _add(archive: zipfile.ZipFile, sink: _Sink, name: str, data: bytes, moment: Any) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, moment)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w") as file:
        for start in range(0, len(data), AT_ONCE):
            file.write(data[start : start + AT_ONCE])
            yield sink.take()


def _data_of(part: Part, store: Store) -> tuple[bytes, str]:
    """The bytes of a part, or why it is not in the packet: what was changed on disk proves nothing."""
    if part.left_out or not part.key:
        return part.data, part.left_out
    try:
        data = store.read(part.key)
    except FileNotFoundError:
        return b"", "This file is no longer stored."
    if hashlib.sha256(data).hexdigest() != part.sha256:
        return b"", "This file was changed on disk after it was stored."
    return data, ""


def _csv(rows: Any) -> bytes:
    return b"".join(csv_lines(rows))


def _summary(application: Application, then: FileThen, made_by: str) -> bytes:
    form = then.form
    answers = answers_of(provider_type(form["provider_type"]), form["answers"]) if form else []
    return render_template(
        "staff/packet.html", application=application, then=then, answers=answers, made_by=made_by, parse_day=parse_day,
        **finding_words(),
    ).encode()  # fmt: skip


def _evidence_names(then: FileThen) -> dict[str, EvidenceFile]:
    """Each file that a source gave us, once, by its name in the packet; the first recorded first."""
    kept = {
        row.evidence_file.id: row.evidence_file for row in reversed(then.verifications) if row.evidence_file
    }
    return {
        f"evidence/{number:02d}-{found.file_name}": found for number, found in enumerate(kept.values(), 1)
    }


def _verification_rows(then: FileThen) -> Iterator[Sequence[object]]:
    yield (
        "Record", "Fact", "License", "Source", "Method", "Result", "Found", "Checked on", "As of", "Good until", "Recorded at",
        "By", "Reference", "Note", "Corrects record", "Corrected on", "Why corrected", "Evidence file", "SHA-256",
    )  # fmt: skip
    names = {found.id: name for name, found in _evidence_names(then).items()}
    for row in reversed(then.verifications):
        file = row.evidence_file
        yield (
            row.id, row.kind, row.about, row.source, row.method, row.result, row.found, row.checked_on, row.as_of,
            row.good_until, row.recorded_at.isoformat(), row.verified_by.name, row.reference, row.note, row.replaces_id,
            row.corrected_on, row.replaces_why, file and names[file.id], file and file.sha256,
        )  # fmt: skip


def _finding_rows(then: FileThen) -> Iterator[Sequence[object]]:
    yield (
        "Kind",
        "Severity",
        "Received on",
        "Source",
        "What was found",
        "Recorded at",
        "By",
        "State",
        "What was done",
    )
    for one in reversed(then.findings):
        found = one.finding
        done = "; ".join(f"{step.taken_on}, {step.taken_by.name}: {step.done}" for step in one.steps)
        yield (
            found.kind, found.severity, found.received_on, found.source, found.says, found.recorded_at.isoformat(),
            found.recorded_by and found.recorded_by.name, one.state, done,
        )  # fmt: skip


def _history_rows(then: FileThen) -> Iterator[Sequence[object]]:
    seals = find_seals([event.id for event in then.events])
    yield "Event", "At (UTC)", "Who", "Role", "What", "Old and new", "Why", "Place in the chain", "Seal"
    for event in reversed(then.events):
        told = "; ".join(map(say_change, changes_of(event.details)))
        seal = seals.get(event.id)
        yield (
            event.id, event.at.isoformat(), event.actor, event.role, event.what, told, event.why, seal and seal.id,
            seal and seal.hash,
        )  # fmt: skip
