"""What NPI and Application ID open alone, and what asks for the mailed code: every route of an applicant."""

import io

import pytest
from flask import Flask

from onboarding.extensions import committed, db
from onboarding.models import Application, Document
from onboarding.policy.access import APPLICANT_TABLE, opens
from onboarding.policy.vocabulary import DocumentKind, Opening, ProviderType, Shown, Status
from onboarding.queries.files import get_application, list_documents
from onboarding.services.documents import reject_document
from onboarding.web.access import applicant_only, rule_of
from tests.support.cases import accept_all, make_case, make_draft, specialist, upload
from tests.support.files import pdf_bytes
from tests.support.mails import code_of
from tests.support.pages import come_in, hidden, look_up, send, start, token
from tests.support.visitor import Visitor

# Every route of an applicant, and what opens it.
BY_PAIR = {"status.application", "status.send_document", "status_times.times", "status_times.dates"}
BY_CODE = {
    "apply.another_type", "apply.task_list", "apply.page", "apply.background", "apply.check", "apply.delete", "apply.done", "apply.sent",
    "apply.precheck", "duplicates.duplicate", "duplicates.mail_id", "entries.entry", "entries.remove", "status.withdraw", "status.requests",
    "portal.onboarding_list", "portal.finish_step", "portal.undo_step", "portal.payment", "portal.choose",
    "roster.columns", "roster.csv_template", "roster.import_rows", "roster.open_member", "roster.practitioners",
    "roster.practitioners_csv",
    "roster.resume", "roster.roster", "roster.send", "roster.stop", "roster.to_correct",
    "roster.xlsx_template", "rights.desk", "rights.ask_review", "rights.review", "rights.ask_status", "rights.correct", "rights.leave",
    "mail_stops.choose", "appeals.appeal", "status_messages.message", "rights.document_copy",
}  # fmt: skip
PAGES = ("/apply/list", "/apply/identity", "/apply/background", "/apply/check", "/apply/type")


def test_every_opening_has_a_row() -> None:
    assert set(APPLICANT_TABLE) == set(Opening)
    for opening in Opening:
        assert opens(Shown.ADDRESS, opening)
        assert opens(Shown.CODE, opening) is (opening is not Opening.CHOOSE_MAILS)
        assert opens(Shown.PAIR, opening) is (opening in (Opening.SEE_STAGE, Opening.SEND_DOCUMENT))
        assert opens(Shown.PAIR, opening, email_on_file=False)


def test_every_route_of_an_applicant_is_opened_by_what_the_manual_says(app: Flask) -> None:
    found = {Shown.PAIR: set(), Shown.CODE: set()}  # type: dict[Shown, set[str]]
    for endpoint in app.view_functions:
        rule = rule_of(app, endpoint)
        if rule and rule.who == "applicant":
            assert rule.opening
            found[Shown.PAIR if opens(Shown.PAIR, rule.opening) else Shown.CODE].add(endpoint)
    assert found[Shown.PAIR] == BY_PAIR
    assert found[Shown.CODE] == BY_CODE


def test_a_view_that_does_not_say_what_it_opens_asks_for_the_code() -> None:
    marked = applicant_only(lambda: "")
    assert not opens(Shown.PAIR, marked.access_rule.opening)  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_the_form_does_not_open_by_the_pair_alone(app: Flask, status: Status) -> None:
    application = make_case(status, ProviderType.CNP)
    client = app.test_client()
    look_up(client, application)
    for page in PAGES:
        assert client.get(page).location == "/status/code", page


@pytest.mark.parametrize("page", ["/portal", "/portal/payment", "/apply/done", "/status/withdraw"])
def test_nothing_beyond_the_stage_opens_by_the_pair_alone(app: Flask, page: str) -> None:
    client = app.test_client()
    look_up(client, make_case(Status.PARTICIPATING, ProviderType.CNP))
    assert client.get(page).location == "/status/code"


def test_the_short_view_tells_the_stage_and_the_state_of_each_document_and_nothing_of_what_is_in_it(
    app: Flask,
) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP)
    rejected, _ = (
        upload(application, DocumentKind.W9),
        upload(application, DocumentKind.MALPRACTICE_FACE_SHEET),
    )
    who = specialist()
    with committed():
        file = get_application(application.id, for_change=True)
        reject_document(file, db.session.get_one(Document, rejected.id), who, "The signature is missing.")
    accept_all(application)
    visitor = Visitor(app)
    look_up(visitor.client, application)
    short = visitor.go("/status/application")
    assert "document-malpractice_face_sheet" in short and "Accepted" in short and "Rejected" in short
    assert "Step 3 of 6" in short and "Send again: IRS Form W-9, signed." in short and "short view" in short
    for detail in (
        "The signature is missing.",
        "History",
        "Withdraw this",
        "good until",
    ):
        assert detail not in short, detail
    whole = come_in(visitor.client, application).text
    for detail in (
        "The signature is missing.",
        "History",
        "Withdraw this",
        "good until",
    ):
        assert detail in whole, detail


def test_what_staff_asked_to_correct_is_read_with_the_code_only(app: Flask) -> None:
    returned = make_case(Status.RETURNED, ProviderType.CNP)
    client = app.test_client()
    assert "The license number is not" not in look_up(client, returned).text
    assert "Correct your application" in client.get("/status/application").text
    assert "The license number is not" in come_in(client, returned).text


def test_by_the_pair_what_is_missing_can_be_sent_and_what_is_there_not_replaced(app: Flask) -> None:
    application = make_case(Status.GATHERING, ProviderType.CNP)
    client = app.test_client()
    look_up(client, application)

    def put(kind: str) -> int:
        form = {
            **hidden(client, "/status/application"),
            "kind": kind,
            "file": (io.BytesIO(pdf_bytes()), "a.pdf"),
        }
        return client.post("/status/documents", data=form, content_type="multipart/form-data").status_code

    assert put("w9") == 303
    assert put("w9") == 422
    assert len(list_documents(application.id)) == 1
    come_in(client, application)
    assert put("w9") == 303


def test_whoever_began_the_draft_in_this_session_goes_on_without_a_code(app: Flask) -> None:
    client = app.test_client()
    start(client, "medical", ProviderType.CNP)
    for page in PAGES:
        assert client.get(page).status_code == 200


def test_a_draft_without_an_address_opens_by_the_pair(app: Flask) -> None:
    draft = make_draft(ProviderType.CNP, contact_email="")
    client = app.test_client()
    look_up(client, draft)
    assert client.get("/apply/list").status_code == 200


def test_the_code_of_one_application_opens_no_other(app: Flask) -> None:
    first, second = make_draft(ProviderType.CNP), make_draft(ProviderType.PA)
    client = app.test_client()
    come_in(client, first)
    look_up(client, second)
    assert client.get("/apply/list").location == "/status/code"
    look_up(client, first)
    assert client.get("/apply/list").status_code == 200


def test_a_form_sent_without_the_code_saves_nothing_and_keeps_what_was_typed(app: Flask) -> None:
    draft: Application = make_draft(ProviderType.LCSW)
    visitor = Visitor(app)
    look_up(visitor.client, draft)
    data = {
        "csrf_token": token(visitor.client, "/status"), "for_application": draft.public_id, "first_name": "Wilhelmina",
    }  # fmt: skip
    answer = visitor.client.post("/apply/identity", data=data)
    assert answer.status_code == 422 and "Wilhelmina" in answer.text
    assert get_application(draft.id).form.answers["first_name"] == "Maribel"
    visitor.text, visitor.address = answer.text, "/apply/identity"
    visitor.send("identity", **{"again-code": code_of(draft)})
    assert get_application(draft.id).form.answers["first_name"] == "Wilhelmina"


def test_closing_the_application_forgets_the_code(app: Flask) -> None:
    draft = make_draft(ProviderType.LCSW)
    client = app.test_client()
    come_in(client, draft)
    send(client, "/status/application", "/status/close")
    look_up(client, draft)
    assert client.get("/apply/list").location == "/status/code"


def test_a_code_shown_too_long_ago_is_not_renewed_by_the_pair(app: Flask) -> None:
    draft = make_draft(ProviderType.LCSW)
    client = app.test_client()
    come_in(client, draft)
    with client.session_transaction() as session:
        session["by_code"] = {str(draft.id): 1}
        session["application"] = {**session["application"], "seen": session["application"]["seen"] - 90}
    assert client.get("/apply/list").location == "/status/code"
    assert client.get("/apply/list").location == "/status/code"
