"""Stored files leave whole, as downloads, to who may see them."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Document, Letter
from onboarding.policy.vocabulary import DocumentKind, LetterKind, LetterState, Role, Status
from onboarding.storage import Store
from tests.support.cases import letters_leave, make_case, upload
from tests.web.staff.conftest import Desk


@pytest.fixture
def document(app: Flask) -> Document:
    return upload(make_case(Status.GATHERING), DocumentKind.W9)


def stored_path(app: Flask, key: str) -> Path:
    return Path(app.extensions["settings"].storage) / key


def test_a_document_comes_as_a_download_that_no_page_runs(app: Flask, desk: Desk, document: Document) -> None:
    answer = desk(Role.SPECIALIST).get(f"/staff/documents/{document.public_id}")
    assert answer.status_code == 200
    assert answer.data == stored_path(app, document.storage_key).read_bytes()
    assert answer.headers["Content-Disposition"] == "attachment; filename=w9.pdf"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    "name", ["Médical – scan.pdf", 'a"b;c.pdf', "报告.pdf", "../../etc/passwd", "x\r\nSet-Cookie: a=b.pdf"]
)
def test_a_file_name_can_say_anything_and_do_nothing(desk: Desk, document: Document, name: str) -> None:
    with committed():
        document.file_name = name
    answer = desk(Role.SPECIALIST).get(f"/staff/documents/{document.public_id}")
    assert answer.status_code == 200
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment;")
    assert "\n" not in said
    assert not any(cookie.startswith("a=") for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_file_that_changed_on_disk_is_not_handed_out(app: Flask, desk: Desk, document: Document) -> None:
    path = stored_path(app, document.storage_key)
    path.write_bytes(path.read_bytes() + b" ")
    answer = desk(Role.SPECIALIST).get(f"/staff/documents/{document.public_id}")
    assert answer.status_code == 500
    assert "changed on disk" in answer.text
    assert b"%PDF" not in answer.data


def test_a_file_that_is_gone_says_so(app: Flask, desk: Desk, document: Document) -> None:
    stored_path(app, document.storage_key).unlink()
    assert desk(Role.SPECIALIST).get(f"/staff/documents/{document.public_id}").status_code == 404


@pytest.mark.parametrize("public_id", ["x", "a" * 24, "..%2F..%2Fkeys.json", "%00", "a" * 3000])
def test_an_unknown_document_is_not_found(desk: Desk, document: Document, public_id: str) -> None:
    assert desk(Role.SPECIALIST).get(f"/staff/documents/{public_id}").status_code == 404


def test_a_letter_is_the_bytes_that_left(app: Flask, desk: Desk) -> None:
    application = make_case(Status.RETURNED)
    letters_leave()
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.RETURNED)).one()
    answer = desk(Role.AUDITOR).get(f"/staff/letters/{letter.id}")
    assert answer.status_code == 200
    assert answer.data == Store(app.extensions["settings"].storage).read(letter.storage_key)
    assert f"returned-{application.public_id}-1.pdf" in answer.headers["Content-Disposition"]


def test_a_letter_that_is_not_rendered_yet_is_not_found(desk: Desk) -> None:
    make_case(Status.RETURNED)
    letter = db.session.scalars(select(Letter)).first()
    assert letter.state is LetterState.QUEUED
    assert desk(Role.COORDINATOR).get(f"/staff/letters/{letter.id}").status_code == 404
    assert desk(Role.COORDINATOR).get("/staff/letters/99999").status_code == 404
