"""The status page: one pair opens it, one answer refuses it; stage, documents, uploads, withdrawing."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.letters import hand_over_mail, hand_over_print
from onboarding.models import Application, Document, Letter, OutboxMessage, Participation
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.identifiers import new_application_id
from onboarding.policy.people import CLOCK
from onboarding.policy.plan import PLAN
from onboarding.policy.stages import STAGES
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    Channel,
    DocumentKind,
    DocumentState,
    LetterKind,
    MessageState,
    ParticipationState,
    ProviderType,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.queries.files import get_application, list_documents, list_verifications
from onboarding.queries.status import find_status_view
from onboarding.services.discrepancies import send_notice
from onboarding.services.documents import reject_document
from onboarding.services.missing_documents import write_missing_document_letter
from onboarding.services.outbox import queue_message
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.rights import notice_code
from tests.support.cases import (
    accept_all,
    authorize,
    letters_leave,
    make_case,
    make_draft,
    on_day,
    specialist,
    step,
    upload,
    verify,
)
from tests.support.files import javascript_pdf_bytes, jpeg_bytes, locked_pdf_bytes, pdf_bytes, png_bytes
from tests.support.pages import come_in, hidden, look_up, send, token, without_token
from tests.support.people import npi

GOOD_DATE = "12/31/2027"
LICENCE = verification_row(VerificationKind.LICENCE)


def calendar_of(client: FlaskClient) -> list[Any]:
    return Calendar.from_ical(client.get("/status/dates.ics").data).walk("VEVENT")


def _send_file(
    client: FlaskClient,
    data: bytes,
    name: str = "scan.pdf",
    kind: str = "malpractice_face_sheet",
    date: str = GOOD_DATE,
) -> TestResponse:
    values = {
        **hidden(client, "/status/application"),
        "kind": kind,
        "expires_on": date,
        "file": (io.BytesIO(data), name),
    }
    return client.post("/status/documents", data=values, content_type="multipart/form-data")


def _stored(settings: Settings) -> list[Path]:
    folder = Path(settings.storage)
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


@pytest.fixture
def gathering(app: Flask) -> Application:
    return make_case(Status.GATHERING, ProviderType.CNP, prescribes="yes")


@pytest.fixture
def let_in(app: Flask, gathering: Application) -> FlaskClient:
    client = app.test_client()
    come_in(client, gathering)
    return client


def test_an_expired_draft_is_forgotten_and_found_no_more(app: Flask) -> None:
    number = npi(4711)
    expired = make_case(Status.EXPIRED, ProviderType.CNP, npi=number)
    answer = send(app.test_client(), "/status", npi=number, application_id=expired.public_id)
    assert answer.status_code == 422 and "We find no application" in answer.text


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.EXPIRED])
def test_every_status_shows_its_stage_in_words(app: Flask, status: Status) -> None:
    application = make_case(status, ProviderType.CNP)
    answer = look_up(app.test_client(), application)
    stage = STAGES[status]
    assert answer.status_code == 200
    heading = (
        f"Step {stage.step} of 6:</span> {stage.title}" if stage.step else f"Your application: {stage.title}"
    )
    assert heading in answer.text and stage.says in answer.text


def test_the_pair_may_be_typed_with_spaces_dashes_and_small_letters(
    app: Flask, gathering: Application
) -> None:
    client = app.test_client()
    typed = gathering.public_id.replace("-", " ").lower()
    answer = send(client, "/status", npi=f" {gathering.npi[:4]}-{gathering.npi[4:]} ", application_id=typed)
    assert answer.status_code == 303 and gathering.name in client.get(answer.location).text


def test_a_wrong_pair_gives_one_same_answer_whatever_was_wrong(app: Flask, gathering: Application) -> None:
    other = make_case(Status.RECEIVED, ProviderType.PA)
    wrong = [
        (npi(999), new_application_id()),
        (gathering.npi, new_application_id()),
        (npi(999), gathering.public_id),
        (gathering.npi, other.public_id),
        (gathering.npi, "not an id"),
        ("abc", "x" * 9000),
    ]
    bodies = set()
    for number, identifier in wrong:
        answer = send(app.test_client(), "/status", npi=number, application_id=identifier)
        assert answer.status_code == 422
        body = without_token(answer.text)
        for typed in (number, identifier):
            body = body.replace(f'value="{typed}"', 'value=""')
        bodies.add(body)
        assert gathering.name not in answer.text
        assert f'value="{number}"' in answer.text
    assert len(bodies) == 1


def test_the_look_up_leads_to_a_page_that_back_and_reload_can_show_again(
    app: Flask, gathering: Application
) -> None:
    client = app.test_client()
    answer = send(client, "/status", npi=gathering.npi, application_id=gathering.public_id)
    assert (answer.status_code, answer.location) == (303, "/status/application")
    assert gathering.name in client.get("/status/application").text


def test_a_miss_opens_nothing(app: Flask, gathering: Application) -> None:
    client = app.test_client()
    send(client, "/status", npi=gathering.npi, application_id=new_application_id())
    assert client.get("/status/application").location == "/status"
    assert client.get("/portal").location == "/status"


def test_too_many_look_ups_from_one_address_have_to_wait(app: Flask) -> None:
    allowed = app.extensions["settings"].lookups_per_window
    client = app.test_client()
    form = token(client, "/status")
    codes = [
        client.post("/status", data={"csrf_token": form, "npi": npi(n), "application_id": "x"}).status_code
        for n in range(allowed + 1)
    ]
    assert codes == [422] * allowed + [429]
    assert "Please wait 15 minutes" in client.post("/status", data={"csrf_token": form}).text


def test_right_look_ups_cost_an_address_nothing_and_give_it_no_more_wrong_ones(
    app: Flask, gathering: Application
) -> None:
    app.extensions["settings"].lookups_per_window = 2
    right = {"npi": gathering.npi, "application_id": gathering.public_id}
    wrong = {"npi": gathering.npi, "application_id": new_application_id()}
    tries = (right, right, right, wrong, right, wrong, right)
    codes = [send(app.test_client(), "/status", **typed).status_code for typed in tries]
    assert codes == [303, 303, 303, 422, 303, 422, 429]


def test_a_draft_without_an_e_mail_address_is_shown_in_full_by_the_pair(app: Flask) -> None:
    page = look_up(app.test_client(), make_draft(ProviderType.LCSW, contact_email="")).text
    assert "This is the short view" not in page and "Get the code" not in page
    page = look_up(app.test_client(), make_draft(ProviderType.LCSW)).text
    assert "This is the short view" in page and "Get the code" in page


@pytest.mark.parametrize("typed", ["guessed", ""])
def test_wrong_pairs_from_many_addresses_keep_nobody_out_and_always_get_the_one_same_answer(
    app: Flask, gathering: Application, typed: str
) -> None:
    number = gathering.npi if typed else ""
    codes = set()
    for place in range(app.extensions["settings"].lookups_per_window + 1):
        client = app.test_client()
        data = {"csrf_token": token(client, "/status"), "npi": number, "application_id": new_application_id()}
        from_there = {"REMOTE_ADDR": f"192.0.2.{place}"}
        codes.add(client.post("/status", data=data, environ_base=from_there).status_code)
    assert codes == {422}
    assert look_up(app.test_client(), gathering).status_code == 200


def test_addresses_of_one_ipv6_network_are_counted_together(app: Flask) -> None:
    allowed = app.extensions["settings"].lookups_per_window
    client = app.test_client()
    data = {"csrf_token": token(client, "/status"), "npi": npi(1), "application_id": "x"}
    codes = [
        client.post(
            "/status", data=data, environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{place:x}"}
        ).status_code
        for place in range(allowed + 1)
    ]
    assert codes == [422] * allowed + [429]
    elsewhere = {"REMOTE_ADDR": "2001:db8:1:3::1"}
    assert client.post("/status", data=data, environ_base=elsewhere).status_code == 422


def test_the_look_up_asks_the_database_little_and_by_index(app: Flask, gathering: Application) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    client = app.test_client()
    form = token(client, "/status")
    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    pair = {"npi": gathering.npi, "application_id": gathering.public_id}
    assert client.post("/status", data={"csrf_token": form, **pair}).location == "/status/application"
    client.get("/status/application")
    event.remove(db.engine, "before_cursor_execute", note)
    assert 1 <= len(asked) <= 6
    if db.engine.dialect.name == "sqlite":
        connection = db.session.connection()
        for statement, parameters in asked:
            plan = " ".join(
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            assert "SCAN" not in plan, f"{plan}\n{statement}"


def test_the_page_tells_what_is_awaited_from_whom_until_when(app: Flask, gathering: Application) -> None:
    page = come_in(app.test_client(), gathering).text
    assert "You and credentialing staff" in page and say(today() + timedelta(days=30)) in page
    assert "Send: DEA certificate." in page and "because you prescribe controlled substances" in page
    assert "Documents we do not ask of you (2)" in page and "Not sent yet" in page


def test_the_date_is_that_of_the_letter_which_asked(app: Flask, gathering: Application) -> None:
    app.config["TODAY"] = today() + timedelta(days=9)
    with committed():
        write_missing_document_letter(get_application(gathering.id, for_change=True), specialist())
    letters_leave()
    asked_until = say(today() + timedelta(days=45))
    app.config["TODAY"] = today() + timedelta(days=2)
    assert asked_until in look_up(app.test_client(), gathering).text


def test_an_open_notice_is_for_the_applicant_to_answer_with_its_day_in_the_page_and_the_calendar(
    app: Flask,
) -> None:
    application = make_case(Status.VERIFYING)
    verify(application, LICENCE, VerificationResult.DISCREPANCY)
    who = specialist()
    with committed():
        notice = send_notice(
            get_application(application.id, for_change=True), list_verifications(application.id)[-1], who,
            said="Valid until 2027", found="It ended in June.",
        )  # fmt: skip
    client, last_day = app.test_client(), today() + timedelta(days=14)
    page = come_in(client, application).text
    assert f"Answer our notice about License to practice, by {say(last_day)}." in page
    assert f'href="/rights/correct?about=notice-{notice.id}"' in page
    asked = client.get(f"/rights/correct?about=notice-{notice.id}").text
    assert "Answer our notice" in asked and "Valid until 2027" in asked and "It ended in June." in asked
    days = [entry.decoded("dtstart") for entry in calendar_of(client)]
    assert days == [today() + timedelta(days=21), last_day]
    with on_day(last_day + timedelta(days=1)):
        assert f"License to practice: it was due {say(last_day)}." in client.get("/status/application").text
        assert last_day not in [entry.decoded("dtstart") for entry in calendar_of(client)]
    short = look_up(app.test_client(), application).text
    assert f"Answer a notice from us, by {say(last_day)}: it opens with the code." in short
    assert "License to practice" not in short
    sent = send(
        client, f"/rights/correct?about=notice-{notice.id}", "/rights/correct",
        about=notice_code(notice), wrong="The date is old.", right="It was renewed in May.",
    )  # fmt: skip
    assert (sent.status_code, sent.location) == (303, "/status/application")
    assert "We have your answer to our notice" in client.get("/status/application").text
    assert "Answer our notice" not in client.get("/status/application").text


def test_a_notice_is_settled_when_the_desk_finds_that_the_record_is_as_was_said(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    verify(application, LICENCE, VerificationResult.DISCREPANCY)
    with committed():
        send_notice(
            get_application(application.id, for_change=True), list_verifications(application.id)[-1], specialist(),
            said="Valid until 2027", found="It ended in June.",
        )  # fmt: skip
    client = app.test_client()
    come_in(client, application)
    pages = ("/status/application", "/rights")
    assert ["License to practice" in client.get(page).text for page in pages] == [True, True]
    assert len(calendar_of(client)) == 2
    verify(application, LICENCE)
    assert ["License to practice" in client.get(page).text for page in pages] == [False, False]
    assert len(calendar_of(client)) == 1


@pytest.mark.parametrize("left", [15, 5, 0])
def test_an_attestation_that_lapses_is_to_be_done_by_its_day(app: Flask, left: int) -> None:
    application = make_case(Status.RECEIVED)
    authorize(application, attested_on=today() - timedelta(days=120 - left))
    page = come_in(app.test_client(), application).text
    assert f"Attest again in CAQH, by {say(today() + timedelta(days=left))}" in page
    assert "Confirmed, runs out soon" in page and "Confirmed</span>" not in page


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status.VERIFYING, "This is late: it was due {}. We are on it."),
        (Status.RETURNED, "This was due {}. Please do it now."),
    ],
)
def test_a_day_that_has_passed_is_no_promise(app: Flask, status: Status, says: str) -> None:
    application = make_case(status)
    view = find_status_view(application.id)
    assert view is not None and view.until is not None
    app.config["TODAY"] = view.until
    assert f"<dt>Until</dt><dd>{say(view.until)}" in look_up(app.test_client(), application).text
    app.config["TODAY"] = view.until + timedelta(days=1)
    client = app.test_client()
    page = look_up(client, application).text
    assert says.format(say(view.until)) in page and PLAN.provider_services_phone in page
    assert "<dt>Until</dt>" not in page and "/status/dates.ics" not in page
    assert client.get("/status/dates.ics").status_code == 404


def test_no_name_of_staff_and_no_finding_is_shown(app: Flask) -> None:
    application = make_case(Status.READY, ProviderType.CNP)
    page = come_in(app.test_client(), application).text
    for secret in (specialist().name, "LEIE", "verified", application.form.tax_id or "-", "1980"):
        assert secret not in page


def test_caqh_and_ccvs_are_told_in_words(app: Flask, gathering: Application) -> None:
    authorize(gathering, plan_listed=False)
    assert "is not on your list in CAQH" in come_in(app.test_client(), gathering).text
    authorize(gathering, attested_on=today() - timedelta(days=110))
    assert "CAQH is confirmed. Attest again by" in come_in(app.test_client(), gathering).text
    physician = make_case(Status.GATHERING, ProviderType.MD)
    assert "current with CCVS" in come_in(app.test_client(), physician).text


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (pdf_bytes(), "face sheet.pdf", "application/pdf"),
        (jpeg_bytes(), "../../IMG 1.JPG", "image/jpeg"),
        (png_bytes(), "scan", "image/png"),
    ],
)
def test_a_good_file_is_received(
    app: Flask, let_in: FlaskClient, gathering: Application, data: bytes, name: str, media_type: str
) -> None:
    answer = _send_file(let_in, data, name)
    assert (answer.status_code, answer.location) == (303, "/status/application")
    document = list_documents(gathering.id)[0]
    assert (document.media_type, document.state) == (media_type, DocumentState.RECEIVED)
    assert "/" not in document.file_name and str(document.expires_on) == "2027-12-31"
    assert len(_stored(app.extensions["settings"])) == 1
    page = let_in.get("/status/application").text
    assert "Received: Malpractice insurance face sheet" in page and "Sent, waits for review" in page
    assert document.storage_key not in page and document.public_id not in page


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "empty.pdf", "empty"),
        (b"<html>hello</html>", "page.pdf", "PDF"),
        (pdf_bytes()[:-300], "half.pdf", ""),
        (locked_pdf_bytes(), "locked.pdf", "password"),
        (javascript_pdf_bytes(), "script.pdf", "active content"),
        (jpeg_bytes(40, 40), "small.jpg", "too small"),
    ],
)
def test_a_bad_file_is_refused_beside_its_document_and_the_date_stays(
    app: Flask, let_in: FlaskClient, gathering: Application, data: bytes, name: str, says: str
) -> None:
    answer = _send_file(let_in, data, name)
    assert answer.status_code == 422 and says in answer.text
    assert "<title>Error: " in answer.text and 'href="#file-malpractice_face_sheet"' in answer.text
    assert "Choose the file again: a browser does not keep it." in answer.text
    assert 'id="file-malpractice_face_sheet-error"' in answer.text and f'value="{GOOD_DATE}"' in answer.text
    assert list_documents(gathering.id) == [] and _stored(app.extensions["settings"]) == []


@pytest.mark.parametrize(
    ("date", "says"),
    [("", "Enter the expiration date"), ("soon", "month, day and year"), ("01/31/2026", "expired on")],
)
def test_a_missing_wrong_or_past_date_is_refused(
    app: Flask, let_in: FlaskClient, gathering: Application, date: str, says: str
) -> None:
    answer = _send_file(let_in, pdf_bytes(), date=date)
    assert answer.status_code == 422 and says in answer.text
    assert 'id="expires_on-malpractice_face_sheet-error"' in answer.text and f'value="{date}"' in answer.text
    assert list_documents(gathering.id) == [] and _stored(app.extensions["settings"]) == []


def test_no_file_at_all_is_said(let_in: FlaskClient) -> None:
    answer = send(let_in, "/status/application", "/status/documents", kind="w9", expires_on="")
    assert answer.status_code == 422 and answer.text.count("Choose the file to send.") == 2


def test_a_document_that_is_not_asked_is_refused(let_in: FlaskClient, gathering: Application) -> None:
    assert _send_file(let_in, pdf_bytes(), kind="clia_certificate").status_code == 422
    assert _send_file(let_in, pdf_bytes(), kind="passport").status_code == 422
    assert list_documents(gathering.id) == []


def test_a_file_over_the_limit_is_refused_with_the_limit(app: Flask, let_in: FlaskClient) -> None:
    app.extensions["settings"].upload_megabytes = 1
    answer = _send_file(let_in, pdf_bytes() + bytes(1_200_000))
    assert answer.status_code == 422 and "The limit is 1 MB" in answer.text


def test_a_body_over_the_cap_is_answered_not_read(app: Flask, let_in: FlaskClient) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] == 46 * 2**20
    app.config["MAX_CONTENT_LENGTH"] = 2**20
    answer = _send_file(let_in, bytes(2 * 2**20))
    assert answer.status_code == 413 and "larger than 45 MB" in answer.text
    assert 'href="/status/application"' in answer.text, "the way back to the page it was sent from"


def test_a_stored_file_is_forgotten_when_the_database_refuses(
    app: Flask, let_in: FlaskClient, gathering: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_values: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("onboarding.web.uploads.receive_document", refuse)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert _send_file(let_in, pdf_bytes()).status_code == 500
    assert _stored(app.extensions["settings"]) == []


def test_another_copy_can_be_sent_for_a_document_that_is_there(
    let_in: FlaskClient, gathering: Application
) -> None:
    upload(gathering, DocumentKind.W9)
    accept_all(gathering)
    assert "Send another" in let_in.get("/status/application").text
    assert _send_file(let_in, pdf_bytes(), kind="w9", date="").status_code == 303
    assert len(list_documents(gathering.id)) == 2


def test_a_rejected_document_says_why_and_takes_a_new_one(
    let_in: FlaskClient, gathering: Application
) -> None:
    document = upload(gathering, DocumentKind.W9)
    who = specialist()
    with committed():
        found = get_application(gathering.id, for_change=True)
        reject_document(found, db.session.get_one(Document, document.id), who, "The signature is missing.")
    page = let_in.get("/status/application").text
    assert "The signature is missing." in page and "Send again: IRS Form W-9, signed." in page


def test_nothing_is_taken_where_the_stage_takes_no_documents(app: Flask) -> None:
    application = make_case(Status.APPROVED, ProviderType.CNP)
    client = app.test_client()
    assert "Choose File" not in come_in(client, application).text
    assert 'type="file"' not in client.get("/status/application").text
    before = len(list_documents(application.id))
    named = {"csrf_token": token(client, "/status"), "for_application": application.public_id}
    data = {**named, "kind": "w9", "file": (io.BytesIO(pdf_bytes()), "w9.pdf")}
    assert client.post("/status/documents", data=data).status_code == 409
    assert len(list_documents(application.id)) == before


def test_an_upload_goes_to_the_application_that_was_shown_and_no_other(
    app: Flask, let_in: FlaskClient
) -> None:
    other = make_case(Status.GATHERING, ProviderType.PA)
    data = {
        **hidden(let_in, "/status/application"), "kind": "w9", "application_id": str(other.id),
        "id": str(other.id), "public_id": other.public_id, "file": (io.BytesIO(pdf_bytes()), "w9.pdf"),
    }  # fmt: skip
    assert let_in.post("/status/documents", data=data).status_code == 303
    assert list_documents(other.id) == []
    assert other.public_id not in let_in.get("/status/application").text


def test_an_applicant_withdraws_with_a_reason(let_in: FlaskClient, gathering: Application) -> None:
    short = send(let_in, "/status/withdraw", reason="no")
    assert short.status_code == 422 and 'id="reason-error"' in short.text
    ssn = send(let_in, "/status/withdraw", reason="I am 219-09-9998 and leave.")
    assert ssn.status_code == 422 and "looks like a social security number" in ssn.text
    done = send(let_in, "/status/withdraw", reason="The practice is closing.")
    assert (done.status_code, done.location) == (303, "/status/application")
    assert get_application(gathering.id).status is Status.WITHDRAWN
    assert "Your application: withdrawn" in let_in.get("/status/application").text


def test_who_is_approved_may_still_withdraw_and_no_welcome_leaves(app: Flask) -> None:
    application = make_case(Status.APPROVED)
    client = app.test_client()
    assert 'href="/status/withdraw"' in come_in(client, application).text
    assert "your provider number end today" in client.get("/status/withdraw").text
    assert send(client, "/status/withdraw", reason="I move to Texas.").status_code == 303
    joined = db.session.get_one(Participation, application.participation_id)
    assert (joined.state, joined.ended_on) == (ParticipationState.TERMINATED, today())
    welcome = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.WELCOME)).one()
    with committed():
        for channel in Channel:
            queue_message(welcome, channel, "x")
    settings = app.extensions["settings"]
    assert hand_over_print(settings) == {"printed": 0}
    assert hand_over_mail(settings)["held_back"] == 1
    assert {message.state for message in db.session.scalars(select(OutboxMessage))} == {
        MessageState.HELD_BACK
    }


def test_withdrawing_is_offered_only_where_the_workflow_has_it(app: Flask) -> None:
    application = make_case(Status.PARTICIPATING, ProviderType.CNP)
    client = app.test_client()
    assert "/status/withdraw" not in come_in(client, application).text
    assert client.get("/status/withdraw").status_code == 409


def test_who_renews_and_is_approved_reads_whom_to_call_who_does_not_want_to_renew(app: Flask) -> None:
    application = make_case(Status.APPROVED)
    with committed():
        get_application(application.id, for_change=True).kind = ApplicationKind.RECREDENTIALING
    client = app.test_client()
    says = f"If you do not want to renew, call {PLAN.provider_services_phone}."
    page = come_in(client, application).text
    assert says in page and 'href="/status/withdraw"' not in page
    refused = client.get("/status/withdraw")
    assert refused.status_code == 409 and says in refused.text


def test_the_history_is_told_with_dates(app: Flask) -> None:
    page = come_in(app.test_client(), make_case(Status.VERIFYING, ProviderType.CNP)).text
    for title in (
        "Form received",
        "Form accepted; gathering of documents began",
        "Check of credentials began",
    ):
        assert f"{title}</li>" in page


def test_the_journey_says_when_each_step_was_reached_and_what_is_promised(app: Flask) -> None:
    began = today()
    application = make_case(Status.RECEIVED)
    app.config["TODAY"] = began + timedelta(days=3)
    step(application, Action.ACCEPT, specialist())
    client = app.test_client()
    page = come_in(client, application).text
    journey = page[page.index('class="steps-list"') : page.index("</ol>")]
    assert journey.count(f'<span class="step-date">{say(began)}</span>') == 2
    assert f"Since {say(today())}, until {say(after('work_gathering', today()))}" in journey
    assert journey.count("step-date") == 3, "what is ahead has no day"
    assert "step-date" not in look_up(app.test_client(), application).text
    assert "data-print hidden" in page


def test_an_empty_field_of_the_look_up_is_named_at_the_field(app: Flask) -> None:
    answer = send(app.test_client(), "/status", npi="", application_id=" ")
    assert answer.status_code == 422
    for says in ("Enter your NPI.", "Enter your Application ID."):
        assert answer.text.count(says) == 2, says


def test_without_an_npi_the_answer_is_the_same_whether_or_not_there_is_such_an_id(app: Flask) -> None:
    draft = make_draft(ProviderType.CNP, npi="")
    answers = set()
    for identifier in (draft.public_id, new_application_id(), "not an id"):
        answer = send(app.test_client(), "/status", npi="", application_id=identifier)
        assert answer.status_code == 422
        answers.add(without_token(answer.text).replace(identifier, ""))
    assert len(answers) == 1


def test_while_staff_read_the_form_the_page_says_by_when_to_send(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    page = look_up(app.test_client(), application).text
    assert f"<dt>Do it by</dt><dd>{say(after('work_gathering', today()))}</dd>" in page


@pytest.mark.parametrize(("days", "says"), [(100, "are to be renewed by"), (-3, "and that day has passed")])
def test_a_provider_in_the_network_is_told_of_the_renewal_and_its_own_id(
    app: Flask, days: int, says: str
) -> None:
    application, due_on = make_case(Status.PARTICIPATING), today() + timedelta(days=days)
    assert "Your recredentialing" not in look_up(app.test_client(), application).text
    with committed() as session:
        participation = session.get_one(Participation, application.participation_id)
        participation.recredentialing_due_on = due_on
        renewal = open_recredentialing(participation, CLOCK).public_id
    page = come_in(app.test_client(), application).text
    assert "We wait for" not in page
    told = (f"<dt>Recredentialing due</dt><dd>{say(due_on)}</dd>", says, say(due_on), renewal)
    assert all(words in page for words in told)
    short = look_up(app.test_client(), application).text
    assert "Your recredentialing" in short and "open with a code" in short
    assert not any(words in short for words in told)


def test_closing_forgets_the_application_in_this_browser(let_in: FlaskClient) -> None:
    assert send(let_in, "/status/application", "/status/close").location == "/status"
    assert let_in.get("/status/application").location == "/status"


def test_an_idle_page_asks_for_the_pair_again(let_in: FlaskClient) -> None:
    with let_in.session_transaction() as session:
        session["application"] = {**session["application"], "seen": 1}
    assert let_in.get("/status/application").location == "/status"


def test_looking_writes_nothing(app: Flask, gathering: Application) -> None:
    def digest() -> list[Any]:
        tables = ("application", "audit_event", "document", "letter")
        return [db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in tables]

    before, version = digest(), gathering.version
    look_up(app.test_client(), gathering)
    db.session.rollback()
    assert digest() == before
    assert db.session.scalar(select(Application.version).where(Application.id == gathering.id)) == version
