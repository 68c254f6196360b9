"""The rights of an applicant: to review, to correct, to be told; each request logged, due and answered."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.clock import today
from onboarding.errors import Conflict
from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent, Document, Letter, RightsRequest
from onboarding.nppes import NppesAnswer
from onboarding.policy.documents import document_row
from onboarding.policy.nppes import NppesFacts
from onboarding.policy.people import applicant
from onboarding.policy.verifications import UNNAMED, required, verification_row
from onboarding.policy.vocabulary import (
    DocumentKind,
    LetterKind,
    NppesOutcome,
    ProviderType,
    ReadBy,
    RightsKind,
    RightsState,
    Role,
    ScanState,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.queries.files import (
    get_application,
    get_credentialing_file,
    list_documents,
    list_verifications,
)
from onboarding.queries.rights import list_waiting
from onboarding.services.discrepancies import send_notice
from onboarding.services.looks import keep_look
from onboarding.services.registry import keep_answer
from onboarding.services.rights import ask_to_leave
from onboarding.storage import Store
from tests.support.cases import (
    ask,
    authorize,
    letters_leave,
    make_case,
    make_draft,
    make_staff,
    screen,
    specialist,
    verify,
)
from tests.support.files import pdf_bytes
from tests.support.pages import come_in
from tests.support.sessions import send, signed_in
from tests.support.visitor import Visitor

LICENCE = verification_row(VerificationKind.LICENCE)


@pytest.fixture
def case(app: Flask) -> Application:
    return make_case(Status.VERIFYING)


@pytest.fixture
def visitor(app: Flask, case: Application) -> Visitor:
    return let_in(app, case)


def let_in(app: Flask, application: Application) -> Visitor:
    visitor = Visitor(app)
    come_in(visitor.client, application)
    visitor.go("/status/application")
    return visitor


def requests() -> list[RightsRequest]:
    return list(db.session.scalars(select(RightsRequest).order_by(RightsRequest.id)))


def test_the_status_page_leads_to_the_rights_of_an_application_that_was_sent(visitor: Visitor) -> None:
    assert 'href="/rights"' in visitor.text
    assert "You have not asked for anything yet." in visitor.go("/rights")


def test_a_draft_has_nothing_to_review(app: Flask) -> None:
    visitor = let_in(app, make_draft())
    assert 'href="/rights"' not in visitor.text
    visitor.go("/rights", status=404)


def test_who_has_not_shown_an_application_is_asked_for_the_pair(app: Flask) -> None:
    for page in ("/rights", "/rights/review", "/rights/correct"):
        assert app.test_client().get(page).location == "/status"


def test_the_review_shows_what_was_gathered_in_words_and_is_logged_as_answered(
    visitor: Visitor, case: Application
) -> None:
    verify(case, LICENCE, VerificationResult.DISCREPANCY)
    verify(case, verification_row(VerificationKind.MALPRACTICE_HISTORY))
    screen(case)
    visitor.go("/rights")
    visitor.send("/rights/review$")
    assert visitor.address == "/rights/review"
    for said in (
        "License to practice", "State licensing board", "March 2, 2026", "Differs from what you told us",
        document_row(DocumentKind.MALPRACTICE_FACE_SHEET).label, "Accepted", "lists CareSource Management Group",
        "You are not on it.",
    ):  # fmt: skip
        assert said in visitor.read
    (request,) = requests()
    assert (request.kind, request.state) == (RightsKind.REVIEW, RightsState.ANSWERED)
    assert request.due_on == today() + timedelta(days=7)
    assert request.answered_by_id is None


def test_the_review_tells_no_note_of_staff_and_no_source_the_law_bars(
    visitor: Visitor, case: Application
) -> None:
    verify(case, verification_row(VerificationKind.MALPRACTICE_HISTORY), VerificationResult.ADVERSE)
    visitor.go("/rights")
    visitor.send("/rights/review$")
    assert UNNAMED in visitor.read
    assert "Data Bank" not in visitor.read
    assert "See the printed page" not in visitor.read and "Rosa Delgado" not in visitor.read


def test_the_review_shows_both_sides_of_what_differs_and_the_safe_copy_of_their_own_document(
    app: Flask, visitor: Visitor, case: Application
) -> None:
    verify(case, LICENCE, VerificationResult.DISCREPANCY)
    sent = list_documents(case.id)[0]
    who = specialist()
    with committed():
        send_notice(
            get_application(case.id, for_change=True), list_verifications(case.id)[-1], who,
            said="Valid until 2027", found="It ended in June.",
        )  # fmt: skip
        keep_answer(
            case.npi,
            NppesAnswer(NppesOutcome.FOUND, NppesFacts(case.npi, last_name="Thornquist", city="Wynne")),
        )
        stored = Store(app.extensions["settings"].storage).put("views", pdf_bytes("the safe copy"))
        keep_look(
            db.session.get_one(Document, sent.id), copy=stored, media_type="application/pdf", pictures=(),
            read_by=ReadBy.NOTHING, read_expires_on=None, read_name="",
        )  # fmt: skip
    visitor.go("/rights")
    visitor.send("/rights/review$")
    for said in (
        "You told us: Valid until 2027",
        "State licensing board: It ended in June.",
        "Wynne Differs",
    ):
        assert said in visitor.read
    copy = f"/rights/documents/{sent.public_id}"
    assert f'href="{copy}"' in visitor.text
    answer = visitor.client.get(copy)
    assert answer.headers["Content-Disposition"].startswith("attachment") and b"%PDF" in answer.data
    other = let_in(app, make_case(Status.GATHERING))
    assert other.client.get(copy).status_code == 404
    with committed():
        db.session.get_one(Document, sent.id).scan_state = ScanState.INFECTED
    assert visitor.client.get(copy).status_code == 404


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (ProviderType.LCSW, "We have not looked at your CAQH profile yet."),
        (ProviderType.MD, "We have not ordered your CCVS profile yet."),
    ],
)
def test_what_was_not_looked_at_is_not_checked(app: Flask, code: ProviderType, says: str) -> None:
    visitor = let_in(app, make_case(Status.GATHERING, code))
    visitor.go("/rights")
    visitor.send("/rights/review$")
    assert says in visitor.read
    assert "We have not checked the federal exclusion list (OIG LEIE) yet." in visitor.read
    assert "We have not checked anything yet." in visitor.read


def test_a_received_ccvs_profile_is_told_with_its_day(app: Flask) -> None:
    application = make_case(Status.GATHERING, ProviderType.MD)
    authorize(application)
    visitor = let_in(app, application)
    visitor.go("/rights")
    visitor.send("/rights/review$")
    assert "We received your CCVS profile on March 2, 2026." in visitor.read


def test_the_review_is_not_shown_before_it_is_asked_for(visitor: Visitor) -> None:
    visitor.go("/rights/review")
    assert visitor.address == "/rights"
    assert requests() == []


def test_asking_again_on_the_same_day_is_the_same_request(visitor: Visitor) -> None:
    for _ in range(2):
        visitor.go("/rights")
        visitor.send("/rights/review$")
    assert len(requests()) == 1


def test_asking_for_the_status_is_logged_and_answered_by_the_status_page(visitor: Visitor) -> None:
    visitor.go("/rights")
    visitor.send("/rights/status$")
    assert visitor.address == "/status/application"
    (request,) = requests()
    assert (request.kind, request.due_on) == (RightsKind.STATUS, today() + timedelta(days=5))


def test_a_correction_is_logged_with_its_last_day_and_is_in_the_history(
    visitor: Visitor, case: Application
) -> None:
    visitor.go("/rights/correct")
    visitor.send(
        "/correct$", about=LICENCE.label, wrong="The number is old.", right="It is 1234-C since May."
    )
    assert "answer it by March 16, 2026" in visitor.read and "We are working on it" in visitor.read
    (request,) = requests()
    assert (request.about, request.state) == (LICENCE.label, RightsState.ASKED)
    assert (request.wrong, request.right) == ("The number is old.", "It is 1234-C since May.")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "use_right")).one()
    assert (event.application_id, event.what) == (case.id, "Correction asked: License to practice")
    assert "1234-C" not in str(event.details)


def test_a_correction_that_says_too_little_is_refused_at_its_fields_and_nothing_typed_is_lost(
    visitor: Visitor,
) -> None:
    visitor.go("/rights/correct")
    visitor.send("/correct$", status=422, about="The weather", wrong="", right="My SSN is 219-09-9999, look.")
    for says in (
        "Choose what is to be corrected.",
        "Say what is wrong.",
        "looks like a Social Security number",
    ):
        assert says in visitor.read
    assert "My SSN is" in visitor.text and "Error:" in visitor.text
    assert requests() == []


def test_every_verification_of_the_file_can_be_corrected(visitor: Visitor, case: Application) -> None:
    page = visitor.go("/rights/correct")
    assert all(row.label in page for row in required(get_credentialing_file(case)))


def test_staff_answer_and_the_contact_is_told_by_mail(
    app: Flask, visitor: Visitor, case: Application
) -> None:
    asked = ask(case)
    client = staff_client(app)
    page = client.get(f"/staff/applications/{case.id}").text
    assert "Rights requests" in page and "It was renewed in May" in page
    path = f"/staff/applications/{case.id}/rights/{asked.id}"
    assert send(client, path, answer="no").status_code == 422
    assert send(client, path, answer="We asked the board:\nyou are right.").status_code == 303
    assert send(client, path, answer="We asked the board again.").status_code == 409
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.RIGHTS_ANSWER)).one()
    assert letter.facts["reasons"] == ["We asked the board: you are right."]
    letters_leave()
    assert "We asked the board: you are right." in visitor.go("/rights")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "answer_rights")).one()
    assert event.why == "We asked the board: you are right."


def test_an_overdue_request_is_counted_with_a_link(app: Flask, case: Application) -> None:
    ask(case)
    client = staff_client(app)
    assert "Overdue: <strong>0</strong>" in client.get("/staff/counts").text
    app.config["TODAY"] = today() + timedelta(days=15)
    page = client.get("/staff/counts").text
    assert "Overdue: <strong>1</strong>" in page
    assert f"/staff/applications/{case.id}#rights" in page


def staff_client(app: Flask) -> FlaskClient:
    return signed_in(app, make_staff(Role.SPECIALIST, name="Desk specialist"))


def test_a_provider_in_the_network_asks_to_leave_with_a_day_and_a_reason_and_the_desk_sees_it_at_once(
    app: Flask,
) -> None:
    joined = make_case(Status.PARTICIPATING)
    visitor = let_in(app, joined)
    assert 'href="/rights/leave"' in visitor.text
    visitor.go("/rights/leave")
    visitor.send("/leave$", status=422, wished="02/01/2026", reason="")
    assert "This day has passed." in visitor.read and "Say why you want to leave." in visitor.read
    visitor.send("/leave$", wished="06/30/2026", reason="We close the practice.")
    assert "We have your request and answer it by March 16, 2026." in visitor.read
    (request,) = requests()
    assert (request.kind, request.about, request.wrong) == (
        RightsKind.LEAVE, "on June 30, 2026", "We close the practice."
    )  # fmt: skip
    assert get_application(joined.id).status is Status.PARTICIPATING
    (waiting,) = list_waiting().oldest
    assert (waiting.id, waiting.kind) == (joined.id, RightsKind.LEAVE)
    desk = staff_client(app).get(f"/staff/applications/{joined.id}").text
    assert "Leaving the network: on June 30, 2026" in desk and "Why:</strong> We close the practice." in desk
    with pytest.raises(Conflict, match="already"), committed():
        found = get_application(joined.id, for_change=True)
        ask_to_leave(found, applicant("Wanda"), wished="06/30/2026", why="We close the practice.")


def test_who_is_not_in_the_network_has_no_page_to_leave_it(visitor: Visitor, case: Application) -> None:
    assert "/rights/leave" not in visitor.text
    visitor.go("/rights/leave", status=404)
    with pytest.raises(Conflict, match="no participation"), committed():
        found = get_application(case.id, for_change=True)
        ask_to_leave(found, applicant("Wanda"), wished="06/30/2026", why="We close the practice.")
