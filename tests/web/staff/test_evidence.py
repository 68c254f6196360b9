"""Recording evidence at the desk."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Authorization, Document, ExclusionMatch, Verification
from onboarding.policy.vocabulary import (
    DocumentKind,
    DocumentState,
    MatchResolution,
    ProviderType,
    Role,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.queries.files import get_application, list_documents
from tests.support.cases import coordinator, import_list, make_case, make_staff, meeting_on, upload
from tests.support.files import pdf_bytes
from tests.support.sessions import send
from tests.web.staff.conftest import Desk

MARLOWE = (
    "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,20210420,"
    "00000000,00000000,"
)


def test_a_document_is_accepted_with_its_date_as_printed(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    document = upload(application, DocumentKind.MALPRACTICE_FACE_SHEET)
    path = f"/staff/applications/{application.id}/documents/{document.id}/accept"
    assert send(client, path, expires_on="2027-01-31").status_code == 303
    db.session.refresh(document)
    assert (document.state, str(document.expires_on)) == (DocumentState.ACCEPTED, "2027-01-31")
    again = send(client, path, expires_on="2027-01-31")
    assert again.status_code == 409
    assert "reviewed already" in again.text


@pytest.mark.parametrize(
    ("expires_on", "says"),
    [
        ("2026-03-01", "expired on March 1, 2026"),
        ("31.1.2027", "month, day and four-digit year"),
        ("", "Enter the expiration date"),
        ("2999-12-31", "at most 10 years ahead"),
    ],
)
def test_a_document_out_of_date_or_without_one_is_not_accepted(
    desk: Desk, expires_on: str, says: str
) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    document = upload(application, DocumentKind.MALPRACTICE_FACE_SHEET)
    answer = send(
        client, f"/staff/applications/{application.id}/documents/{document.id}/accept", expires_on=expires_on
    )
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{expires_on}"' in answer.text
    db.session.refresh(document)
    assert document.state is DocumentState.RECEIVED


def test_a_document_is_rejected_with_a_reason_the_applicant_reads(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    document = upload(application, DocumentKind.W9)
    path = f"/staff/applications/{application.id}/documents/{document.id}/reject"
    refused = send(client, path, reason=" ")
    assert refused.status_code == 422
    assert "Give the reason: the applicant will read it." in refused.text
    assert send(client, path, reason="The signature is missing.").status_code == 303
    db.session.refresh(document)
    assert (document.state, document.reason) == (DocumentState.REJECTED, "The signature is missing.")


def test_a_document_accepted_by_mistake_is_taken_back_with_a_reason(desk: Desk) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.SPECIALIST)
    document = list_documents(application.id)[0]
    page = f"/staff/applications/{application.id}"
    assert "Take back" in client.get(page).text
    path = f"{page}/documents/{document.id}/reject"
    assert send(client, path, reason="").status_code == 422
    assert send(client, path, reason="It is last year's policy.").status_code == 303
    db.session.refresh(document)
    assert (document.state, document.reason) == (DocumentState.REJECTED, "It is last year's policy.")
    assert "rejected, accepted before" in client.get(page).text
    assert send(client, path, reason="It is last year's policy.").status_code == 409


def test_caqh_is_recorded_as_seen(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}/authorization/caqh"
    assert (
        send(client, path, plan_listed="yes", attested_on="2026-02-20", evidence="CAQH page").status_code
        == 303
    )
    row = db.session.scalars(select(Authorization)).one()
    assert (row.plan_listed, str(row.attested_on)) == (True, "2026-02-20")
    page = client.get(f"/staff/applications/{application.id}").text
    assert "good until June 20, 2026, 110 days left" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"attested_on": "2026-02-20"},
        {"plan_listed": "maybe", "attested_on": "2026-02-20"},
        {"plan_listed": "yes"},
        {"plan_listed": "yes", "attested_on": "2026-03-03"},
    ],
)
def test_caqh_without_answer_or_date_or_in_the_future_is_refused(desk: Desk, fields: dict[str, str]) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    answer = send(
        client, f"/staff/applications/{application.id}/authorization/caqh", note="seen today", **fields
    )
    assert answer.status_code == 422
    assert 'value="seen today"' in answer.text
    assert db.session.scalars(select(Authorization)).all() == []


def test_a_physicians_profile_is_ordered_and_arrives(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING, ProviderType.MD), desk(Role.SPECIALIST)
    base = f"/staff/applications/{application.id}/authorization"
    assert send(client, f"{base}/ccvs-received").status_code == 409
    assert send(client, f"{base}/ccvs-ordered", reference="CCVS-77").status_code == 303
    assert send(client, f"{base}/ccvs-received").status_code == 303
    last = db.session.scalars(select(Authorization).order_by(Authorization.id.desc())).first()
    assert (last.ordered_on, last.received_on, last.reference) == (today(), today(), "CCVS-77")
    assert (
        send(
            client, f"{base}/caqh", plan_listed="yes", attested_on="2026-02-20", evidence="CAQH page"
        ).status_code
        == 409
    )


def verification(**changes: Any) -> dict[str, Any]:
    good = {
        "kind": "licence", "source": "State licensing board", "method": "website", "result": "verified",
        "reference": "L-204417", "note": "", "good_until": "2027-01-31",
    }  # fmt: skip
    return {**good, **changes}


def test_a_verification_is_recorded_and_dated_by_the_system(desk: Desk) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.SPECIALIST)
    answer = send(
        client,
        f"/staff/applications/{application.id}/verifications",
        **verification(),
        checked_on="2020-01-01",
    )
    assert answer.status_code == 303
    row = db.session.scalars(select(Verification)).one()
    assert (row.kind, row.result, row.checked_on) == (
        VerificationKind.LICENCE, VerificationResult.VERIFIED, today(),
    )  # fmt: skip
    assert row.verified_by_id == make_staff(Role.SPECIALIST, name="Desk specialist").id


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"source": "A friend"}, 422),
        ({"source": ""}, 422),
        ({"result": ""}, 422),
        ({"result": "splendid"}, 422),
        ({"method": "telepathy"}, 422),
        ({"kind": "horoscope"}, 422),
        ({"result": "adverse"}, 422),
        ({"kind": "good_standing", "source": "Arkansas Department of Health"}, 409),
    ],
)
def test_a_verification_that_does_not_count_is_refused(
    desk: Desk, changes: dict[str, str], status: int
) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.SPECIALIST)
    answer = send(client, f"/staff/applications/{application.id}/verifications", **verification(**changes))
    assert answer.status_code == status
    assert db.session.scalars(select(Verification)).all() == []


def test_evidence_says_how_many_days_it_is_still_good(app: Flask, desk: Desk) -> None:
    application, client = make_case(Status.READY), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}"
    app.config["TODAY"] = today().replace(month=6, day=25)
    assert "5 days left" in client.get(path).text
    app.config["TODAY"] = today().replace(month=7, day=5)
    page = client.get(path).text
    assert "Out of date since June 30, 2026" in page
    assert "the limit is 120" in page


def test_a_missing_list_is_not_checked_and_says_so(desk: Desk) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.SPECIALIST)
    assert send(client, f"/staff/applications/{application.id}/screening").status_code == 303
    page = client.get(f"/staff/applications/{application.id}").text
    assert "Not checked" in page
    assert "No OIG LEIE list has been imported." in page


def test_a_possible_match_stands_beside_the_applicant_and_is_resolved_once_with_a_reason(desk: Desk) -> None:
    import_list(MARLOWE)
    application = make_case(
        Status.VERIFYING, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
    )
    client = desk(Role.SPECIALIST)
    assert send(client, f"/staff/applications/{application.id}/screening").status_code == 303
    page = client.get(f"/staff/applications/{application.id}").text
    assert "MARLOWE" in page
    assert "April 17, 1980" in page
    match = db.session.scalars(select(ExclusionMatch)).one()
    path = f"/staff/applications/{application.id}/matches/{match.id}"
    assert send(client, path, resolution="different", reason="no").status_code == 422
    assert send(client, path, resolution="perhaps", reason="The SSN was compared.").status_code == 422
    assert send(client, path, resolution="different", reason="The SSN was compared.").status_code == 303
    db.session.refresh(match)
    assert match.resolution is MatchResolution.DIFFERENT
    assert send(client, path, resolution="same", reason="The SSN was compared.").status_code == 409


def test_no_evidence_is_recorded_once_the_decision_is_made(desk: Desk) -> None:
    application, client = make_case(Status.PARTICIPATING), desk(Role.SPECIALIST)
    answer = send(client, f"/staff/applications/{application.id}/verifications", **verification())
    assert answer.status_code == 409
    page = client.get(f"/staff/applications/{application.id}").text
    assert "/verifications" not in page


def test_fields_that_are_not_on_the_form_change_nothing(desk: Desk) -> None:
    """Every column of the tables behind the form, posted with it."""
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    document = upload(application, DocumentKind.W9)
    stray = {
        column.name: "1"
        for table in ("application", "document", "contract_form")
        for column in db.metadata.tables[table].columns
        if column.name != "expires_on"
    }
    kept = {
        column.name: getattr(document, column.name)
        for column in Document.__table__.columns
        if column.name not in ("state", "reviewed_by_id", "reviewed_at")
    }
    before = {c.name: getattr(application, c.name) for c in application.__table__.columns}
    path = f"/staff/applications/{application.id}/documents/{document.id}/accept"
    assert send(client, path, **stray).status_code == 303
    db.session.refresh(document)
    db.session.refresh(application)
    assert {name: getattr(document, name) for name in kept} == kept
    changed = {name for name, value in before.items() if getattr(application, name) != value}
    assert changed <= {"version", "changed_at"}


def evidence_of(page: str) -> str:
    return re.search(r'href="(/staff/evidence/[^"]+)"', page)[1]  # type: ignore[index]


def test_the_page_of_the_source_is_kept_handed_out_as_it_came_and_looked_into_first(desk: Desk) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.SPECIALIST)
    path, data = f"/staff/applications/{application.id}", pdf_bytes("License 204417: active")
    harmful = send(
        client,
        f"{path}/verifications",
        **verification(reference="", evidence=(BytesIO(b"MZ not a page"), "board.pdf")),
    )
    assert harmful.status_code == 422
    assert 'id="verifications-licence-evidence-error"' in harmful.text
    sent = send(
        client, f"{path}/verifications", **verification(reference="", evidence=(BytesIO(data), "board.pdf"))
    )
    assert sent.status_code == 303
    assert client.get(evidence_of(client.get(path).text)).data == data


def test_a_record_is_corrected_and_stays_struck_out(desk: Desk) -> None:
    application, client = make_case(Status.VERIFYING), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}"
    send(client, f"{path}/verifications", **verification(result="adverse", note="Suspended in May."))
    wrong = db.session.scalars(select(Verification)).one()
    refused = send(client, f"{path}/verifications/{wrong.id}", **verification(why=""))
    assert refused.status_code == 422
    assert f'id="verifications-correct-{wrong.id}-why-error"' in refused.text
    done = send(client, f"{path}/verifications/{wrong.id}", **verification(why="The line below was read."))
    assert done.status_code == 303
    page = client.get(path).text
    assert "The line below was read." in page
    assert "Replaced by a correction: </span><s>Adverse finding" in page
    other = make_case(Status.VERIFYING)
    stranger = send(
        client, f"/staff/applications/{other.id}/verifications/{wrong.id}", **verification(why="Mine.")
    )
    assert stranger.status_code == 404


def test_the_page_forecasts_and_an_agenda_warns(desk: Desk) -> None:
    application, client = make_case(Status.READY), desk(Role.SPECIALIST, Role.COORDINATOR)
    path = f"/staff/applications/{application.id}"
    page = client.get(path).text
    for words in (
        "Ready now",
        "Goes stale on",
        "because of: The CAQH attestation.",
        "Committee of March 5, 2026 (by the calendar; not planned yet): ",
    ):
        assert words in page
    version = get_application(application.id).version
    coordinator()
    with committed():
        meeting = meeting_on(date(2026, 6, 18)).id
    send(client, f"{path}/steps/place_on_agenda", meeting=meeting, version=str(version))
    assert "Out of date on June 18, 2026 unless checked again: The CAQH attestation." in client.get(path).text
    assert "Out of date" not in client.get("/staff?sort=stale").text.split("<tbody>")[1]
    assert "Brightwater" not in client.get("/staff?stale=now").text
