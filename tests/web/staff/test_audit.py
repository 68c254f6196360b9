"""The auditor's rooms: samples and checklists, the packet of a file, the report on information integrity."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import committed, db
from onboarding.jobs.papers import make_papers
from onboarding.models import (
    Application,
    AuditEvent,
    Authorization,
    Decision,
    Document,
    ExclusionMatch,
    FileSample,
    Letter,
    OutboxMessage,
    SampledFile,
    Screening,
)  # fmt: skip
from onboarding.policy.people import CLOCK, applicant
from onboarding.policy.verifications import required, verification_row
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    Channel,
    DecisionOutcome,
    LetterKind,
    MatchVerdict,
    ProviderType,
    Role,
    ScreeningOutcome,
    Status,
    VerificationKind,
)  # fmt: skip
from onboarding.queries.audit import check_chain
from onboarding.queries.audited_files import list_audited_files
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.services.audit import record_event
from onboarding.services.file_audit import draw_sample
from tests.queries.test_queue import fill
from tests.support.cases import actor_of, letters_leave, make_case, make_staff, verify_with_file
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


def _rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_a_sample_is_drawn_kept_and_drawn_again_by_its_seed(app: Flask) -> None:
    for _ in range(3):
        make_case(Status.APPROVED)
    auditor = actor_of(make_staff(Role.AUDITOR))
    with committed():
        first = draw_sample(auditor, from_on=today(), to_on=today(), seed="spring")
        again = draw_sample(auditor, from_on=today(), to_on=today(), seed=" spring ")
        fresh = draw_sample(auditor, from_on=today(), to_on=today())
    ids = [[file.application_id for file in sample.files] for sample in (first, again)]
    assert ids[0] == ids[1] and len(ids[0]) == 3 and fresh.seed
    assert (first.initial, first.recredentialing, first.drawn_by.name) == (3, 0, auditor.name)
    with pytest.raises(BadInput, match="Nothing was decided"), committed():
        draw_sample(auditor, from_on=today() - timedelta(days=9), to_on=today() - timedelta(days=8))
    with pytest.raises(DatabaseError, match="appended"), committed() as session:
        session.execute(text("UPDATE sampled_file SET number = number + 1"))


def test_the_auditor_draws_a_sample_and_gets_a_checklist_per_file(desk: Desk) -> None:
    make_case(Status.APPROVED, last_name="Pellworth")
    client = desk(Role.AUDITOR)
    refused = send(client, "/staff/audit/samples", from_on=today().isoformat(), to_on="")
    assert refused.status_code == 422 and "Enter the last day of the period" in refused.text
    drawn = send(
        client, "/staff/audit/samples", from_on=today().isoformat(), to_on=today().isoformat(), seed="s1"
    )
    page = client.get(drawn.location).text
    assert "s1" in page and "Pellworth" in page and "1 not due yet" in page  # no letter has left
    letters_leave()
    assert "passed" in client.get(drawn.location).text
    checklist = client.get(f"{drawn.location}/files/1").text
    assert "License to practice" in checklist and "at most 120 days before the decision" in checklist
    rows = _rows(client.get(f"{drawn.location}.csv").data)
    assert {row["Outcome"] for row in rows} == {"passed"} and rows[0]["Seed"] == "s1"
    assert {"Exclusion screening (OIG LEIE)", "Notice of the decision"} <= {row["Element"] for row in rows}
    assert send(desk(Role.COORDINATOR), "/staff/audit/samples", from_on="", to_on="").status_code == 403
    assert db.session.scalar(select(SampledFile.id)) is not None


def test_what_had_to_be_verified_is_what_the_policy_asks_of_the_whole_file(app: Flask) -> None:
    for kind in (ProviderType.LCSW, ProviderType.CNP):
        make_case(Status.PARTICIPATING, kind)
    decided = db.session.execute(
        select(Application, Decision).join(Decision, Decision.application_id == Application.id)
    )
    pairs = [(application, decision) for application, decision in decided.unique()]
    assert len(pairs) == 2
    for (application, _), audited in zip(pairs, list_audited_files(pairs), strict=True):
        assert audited.required == required(get_credentialing_file(application))


def statements_of_a_sample(client: FlaskClient, files: int) -> int:
    """How many statements the page of a sample of so many files asks, each with evidence, a letter and a participation."""
    fill(files, start=1000 * files)
    who = make_staff(Role.MEDICAL_DIRECTOR).id
    with committed() as work:
        sample = FileSample(seed="s", from_on=today(), to_on=today(), initial=files, recredentialing=0, drawn_at=now(),
                            drawn_by_id=who)  # fmt: skip
        newest = select(Application).order_by(Application.id.desc()).limit(files)
        for number, application in enumerate(work.scalars(newest).unique(), 1):
            evidence = {"application_id": application.id, "statement": 1}
            decision = Decision(
                application_id=application.id, number=1, outcome=DecisionOutcome.APPROVED, decided_on=today(), recorded_at=now(),
                decided_by_id=who, reason_codes=[],
            )  # fmt: skip
            letter = Letter(application_id=application.id, kind=LetterKind.WELCOME, cycle=1, number=1, written_on=today(),
                            due_on=today())  # fmt: skip
            letter.messages = [OutboxMessage(channel=Channel.PRINT, recipient="a.pdf")]
            screening = Screening(
                **evidence, outcome=ScreeningOutcome.POSSIBLE, screened_on=today(), screened_at=now()
            )
            screening.matches = [ExclusionMatch(verdict=MatchVerdict.SUSPECTED, record={})]
            work.add_all([decision, letter, screening, Authorization(
                **evidence, kind=AuthorizationKind.CAQH, recorded_at=now(), recorded_by_id=who,
            )])  # fmt: skip
            work.flush()
            sample.files.append(
                SampledFile(
                    number=number,
                    kind=ApplicationKind.INITIAL,
                    application_id=application.id,
                    decision_id=decision.id,
                )
            )
        work.add(sample)
        work.flush()
        path = f"/staff/audit/samples/{sample.id}"
    asked: list[str] = []

    def hear(*heard: Any) -> None:
        asked.append(heard[2])

    event.listen(db.engine, "before_cursor_execute", hear)
    page = client.get(path).text
    event.remove(db.engine, "before_cursor_execute", hear)
    assert page.count("/files/") == files
    return len(asked)


def test_a_sample_of_thirty_files_asks_as_many_statements_as_one_of_three(desk: Desk) -> None:
    client = desk(Role.AUDITOR)
    assert statements_of_a_sample(client, 3) == statements_of_a_sample(client, 30)


def test_the_packet_of_a_file_holds_all_of_it_and_is_noted_without_changing_the_file(
    app: Flask, desk: Desk
) -> None:
    application = make_case(Status.PARTICIPATING)
    version = application.version
    client = desk(Role.AUDITOR)
    stored = Path(app.extensions["settings"].storage)
    spoilt = db.session.scalars(select(Document).order_by(Document.id)).first()
    assert spoilt is not None
    (stored / spoilt.storage_key).write_bytes(b"another page")
    path = f"/staff/applications/{application.id}"
    assert send(client, f"{path}/packet").status_code == 409
    assert "Make the packet" in client.get(f"{path}/as-of").text
    assert send(client, f"{path}/packet/made").status_code == 303
    assert "is being made" in client.get(f"{path}/as-of").text
    assert make_papers(app.extensions["settings"]) == {"made": 1, "failed": 0}
    assert "Download the packet" in client.get(f"{path}/as-of").text
    answer = send(client, f"{path}/packet")
    assert (
        answer.headers["Content-Type"] == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    )
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packet:
        manifest = {row["File"]: row for row in _rows(packet.read("manifest.csv"))}
        assert set(packet.namelist()) - {"manifest.csv"} == {
            name for name, row in manifest.items() if not row["Note"]
        }
        for name, row in manifest.items():
            if not row["Note"]:
                assert hashlib.sha256(packet.read(name)).hexdigest() == row["SHA-256"], name
        history = _rows(packet.read("history.csv"))
        summary = packet.read("file.html").decode()
        paper = PdfReader(io.BytesIO(packet.read("file.pdf")))
    notes = {name: row["Note"] for name, row in manifest.items() if row["Note"]}
    assert list(notes.values()) == ["This file was changed on disk after it was stored."]
    pages = [page.extract_text() for page in paper.pages]
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"] and paper.trailer["/Root"]["/Lang"] == "en"
    assert application.public_id in pages[0] and "License to practice" in "".join(pages)
    assert f"Page 1 of {len(pages)}" in pages[0]
    for folder in ("letters/", "documents/"):
        assert any(name.startswith(folder) and name.endswith(".pdf") for name in manifest)
    assert {"checklist.csv", "verifications.csv", "file.html"} <= manifest.keys()
    assert (
        "License to practice" in summary
        and "verified" in str(history)
        and all(row["Seal"] for row in history)
    )
    assert history[-1]["What"] == "Audit packet downloaded" and history[-1]["Who"].startswith("Desk auditor")
    db.session.refresh(application)
    assert application.version == version
    with committed():
        record_event(actor=CLOCK, application=application, action="test", what="Something happened since")
    assert "make it again" in client.get(f"{path}/as-of").text
    assert send(client, f"{path}/packet").status_code == 409
    assert send(desk(Role.SPECIALIST), f"{path}/packet").status_code == 403


def test_the_report_lists_every_change_of_the_year_and_flags_what_the_policy_flags(desk: Desk) -> None:
    application, staff = make_case(Status.APPROVED), make_staff(Role.SPECIALIST)
    with committed():
        application = get_application(application.id, for_change=True)
        sent = record_event(
            actor=applicant("Ann"),
            application=application,
            action=Action.SUBMIT,
            what="Not the clock's to send",
        )
        sent.role = CLOCK.role_text  # a program that asks for no role would have written it so
        record_event(
            actor=actor_of(staff), application=application, action="record_verification",
            what="License to practice: verified",
        )  # fmt: skip
    client = desk(Role.AUDITOR)
    page = client.get("/staff/audit/integrity").text
    assert "Evidence changed after the decision" in page and "Changed by somebody without the role" in page
    only = client.get("/staff/audit/integrity?flag=after_decision").text
    assert "License to practice: verified" in only and "to send" not in only
    rows = _rows(client.get("/staff/audit/integrity.csv").data)
    flagged = {row["What"]: row["Flags"] for row in rows if row["Flags"]}
    assert flagged["License to practice: verified"] == "Evidence changed after the decision"
    assert flagged["Not the clock's to send"] == "Changed by somebody without the role"
    assert len(flagged) == 2 and len(rows) > 10
    assert any(row["Old and new"] == "Status: verifying → ready" for row in rows)
    assert client.get(f"/staff/audit/integrity?year={today().year - 1}").status_code == 200
    assert check_chain().broken == ()
    assert db.session.scalar(select(AuditEvent.id)) is not None


def test_the_packet_holds_each_evidence_file_once_and_names_it_beside_its_records(
    app: Flask, desk: Desk
) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.AUDITOR)
    file = verify_with_file(application, verification_row(VerificationKind.LICENCE))
    path = f"/staff/applications/{application.id}/packet"
    send(client, f"{path}/made")
    make_papers(app.extensions["settings"])
    answer = send(client, path)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packet:
        assert hashlib.sha256(packet.read("evidence/01-board page.pdf")).hexdigest() == file.sha256
        (row,) = _rows(packet.read("verifications.csv"))
    assert (row["Evidence file"], row["SHA-256"]) == ("evidence/01-board page.pdf", file.sha256)
    assert row["Good until"] and {"Found", "As of", "Corrected on", "Why corrected"} <= row.keys()
