"""A form sent back with named questions: only those open, each with its comment, and the desk sees what changed."""

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, Letter, ReturnedQuestion
from onboarding.nppes import NppesAnswer
from onboarding.policy.corrections import answered_with, askable, changes
from onboarding.policy.groups import group_row
from onboarding.policy.nppes import NppesFacts
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import LetterKind, NppesOutcome, ProviderKind, ProviderType, Role, Status
from onboarding.queries.corrections import find_open_codes
from onboarding.queries.files import get_application
from onboarding.services.apply import change_type, save_answers, submit_application
from onboarding.services.entries import remove_entry, save_entry
from onboarding.services.registry import keep_answer
from onboarding.services.returns import return_to_applicant
from tests.support.cases import make_case, make_staff, on_day, specialist
from tests.support.pages import come_in, hidden, send, sign
from tests.support.people import npi
from tests.support.sessions import signed_in
from tests.support.visitor import Visitor

COMMENT = "Your board shows another number."


def _sent_back(reason: str = "", **questions: str) -> Application:
    application = make_case(Status.RECEIVED, ProviderType.CNP)
    who = specialist()
    with committed():
        return_to_applicant(get_application(application.id, for_change=True), who, reason, questions)
    return get_application(application.id)


@pytest.fixture
def returned(app: Flask) -> Application:
    return _sent_back(licence_number=COMMENT)


@pytest.fixture
def visitor(app: Flask, returned: Application) -> Visitor:
    visitor = Visitor(app)
    come_in(visitor.client, returned)
    return visitor


def test_the_comment_stands_at_its_question_and_in_the_letter(
    returned: Application, visitor: Visitor
) -> None:
    page = visitor.go("/apply/license")
    assert f"To correct: {COMMENT}" in page and "Please correct on this page:" in page
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.RETURNED)).one()
    assert [item["how"] for item in letter.facts["items"]] == [COMMENT]
    assert COMMENT in returned.return_reason


def test_only_the_page_of_the_question_opens(visitor: Visitor) -> None:
    listed = visitor.go("/apply/list")
    assert 'href="/apply/license"' in listed and 'href="/apply/practice"' not in listed
    assert "Stays as it is" in listed and "Change the provider type" not in listed
    visitor.go("/apply/practice")
    assert "this part of it stays as it is" in visitor.read and visitor.address == "/apply/list"
    visitor.go("/apply/type")
    assert visitor.address == "/apply/list"
    checked = visitor.go("/apply/check")
    assert "/apply/license?back=check" in checked and "/apply/practice?back=check" not in checked


def test_only_the_named_question_of_its_page_opens_and_another_that_is_sent_is_left_with_a_sentence(
    visitor: Visitor, returned: Application
) -> None:
    page = visitor.go("/apply/license")
    part = page[page.index('id="stays-heading"') :]
    assert "State that issued it" in part and 'name="licence_state"' not in page
    assert 'name="licence_number"' in page
    kept = dict(returned.form.answers)
    fields = {**hidden(visitor.client, "/apply/license"), "licence_number": "C-4711", "licence_state": "TX"}
    answer = visitor.client.post("/apply/license", data=fields, follow_redirects=True)
    assert "Not changed: State that issued it." in answer.text
    assert get_application(returned.id).form.answers == {**kept, "licence_number": "C-4711"}
    checked = visitor.go("/apply/check")
    assert "back=check#licence_number" in checked and "back=check#licence_state" not in checked


def test_what_is_answered_together_opens_together(app: Flask) -> None:
    row = provider_type(ProviderType.CNP)
    assert (
        answered_with(row, "dea_number") == answered_with(row, "prescribes") == {"prescribes", "dea_number"}
    )
    assert answered_with(row, "worked") == answered_with(row, "jobs") == {"worked", "jobs"}
    assert answered_with(row, "last_name") == {"last_name"}
    (question, *_) = (code for code in askable(row) if code.endswith("_explained"))
    assert answered_with(row, question) == {question, question.removesuffix("_explained")}


def test_the_service_refuses_what_is_not_open_whatever_page_sends_it(returned: Application) -> None:
    with pytest.raises(Conflict), committed():
        save_answers(get_application(returned.id, for_change=True), {"city": "Fort Smith"})
    with pytest.raises(Conflict), committed():
        change_type(get_application(returned.id, for_change=True), ProviderKind.MEDICAL, ProviderType.PA)
    with committed():
        save_answers(get_application(returned.id, for_change=True), {"licence_number": "C-4711"})
    assert get_application(returned.id).form.answers["licence_number"] == "C-4711"


def test_a_page_that_is_wrong_by_now_opens_too_because_the_form_could_not_be_sent(app: Flask) -> None:
    returned = _sent_back(city="Which city?")
    client = app.test_client()
    later = today().replace(year=today().year + 9)
    with on_day(later):  # the license has run out meanwhile
        come_in(client, returned)
        assert client.get("/apply/license").status_code == 200
        assert (
            client.get("/apply/contact").status_code == 302 or client.get("/apply/contact").status_code == 303
        )


def test_an_npi_deactivated_while_the_form_was_away_opens_too(
    app: Flask,
) -> None:
    returned = _sent_back(city="Which city?")
    number = returned.npi
    with pytest.raises(Conflict), committed():
        save_answers(get_application(returned.id, for_change=True), {"npi": npi(903)})
    with committed():
        keep_answer(number, NppesAnswer(NppesOutcome.DEACTIVATED, NppesFacts(number)))
    assert "npi" in find_open_codes(returned) and "last_name" not in find_open_codes(returned)
    with committed():
        save_answers(get_application(returned.id, for_change=True), {"npi": npi(903)})
    assert get_application(returned.id).form.answers["npi"] == npi(903)


def test_without_a_named_question_the_whole_form_opens(app: Flask) -> None:
    returned = _sent_back("Please look at the whole form again.")
    visitor = Visitor(app)
    come_in(visitor.client, returned)
    visitor.go("/apply/practice")
    assert visitor.address == "/apply/practice"
    visitor.go("/apply/type")
    assert visitor.address == "/apply/type"


def test_the_desk_sees_the_old_answer_beside_the_new_one(
    app: Flask, returned: Application, visitor: Visitor
) -> None:
    old = returned.form.answers["licence_number"]
    visitor.go("/apply/license")
    visitor.send("license", licence_number="C-4711")
    assert visitor.address == "/apply/list"
    assert sign(visitor.client).status_code == 303
    desk = signed_in(app, make_staff(Role.SPECIALIST))
    page = desk.get(f"/staff/applications/{returned.id}").text
    part = page[page.index('id="changes"') : page.index('id="form"')]
    assert "We asked: " + COMMENT in part and old in part and "C-4711" in part
    assert returned.form.contact_email not in part


def test_the_desk_names_questions_on_its_form_and_loses_nothing_typed(app: Flask) -> None:
    application = make_case(Status.RECEIVED, ProviderType.CNP)
    desk = signed_in(app, make_staff(Role.SPECIALIST))
    page, to = f"/staff/applications/{application.id}", f"/staff/applications/{application.id}/steps/return"
    version = get_application(application.id).version
    refused = send(desk, page, to, version=version, **{"ask-city": "x" * 401})
    assert "at most 400 characters" in refused.text and "x" * 401 in refused.text
    taken = send(desk, page, to, version=version, **{"ask-city": "Which city?", "ask-npi": "Not yours."})
    assert taken.status_code == 303
    kept = db.session.scalars(select(ReturnedQuestion).order_by(ReturnedQuestion.field)).all()
    assert [(row.page, row.field, row.comment) for row in kept] == [
        ("practice", "city", "Which city?"),
        ("identity", "npi", "Not yours."),
    ]


def test_an_answer_asked_back_is_to_be_corrected_or_left_with_a_reason_that_the_desk_reads(
    app: Flask, returned: Application, visitor: Visitor
) -> None:
    listed = visitor.go("/apply/list")
    row = listed[listed.index('href="/apply/license"') :]
    assert "To correct</span>" in row[: row.index("</li>")]
    refused = sign(visitor.client)
    assert refused.status_code == 422 and 'href="#left_licence_number"' in refused.text
    assert "Correct this answer, or say why you leave it as it is." in refused.text
    with pytest.raises(NotReady, match="say why you leave it as it is"), committed():
        submit_application(
            get_application(returned.id, for_change=True), signature="Maribel Thornquist", agreed=True
        )
    given = {
        "signature": "Maribel Thornquist",
        "agreed": "y",
        "left_licence_number": "The board has a typing error.",
    }
    assert send(visitor.client, "/apply/check", **given).status_code == 303
    desk = signed_in(app, make_staff(Role.SPECIALIST))
    assert (
        "Left as it was: The board has a typing error." in desk.get(f"/staff/applications/{returned.id}").text
    )


def test_a_secret_that_changed_but_ends_the_same_is_said_to_have_changed(app: Flask) -> None:
    before, after = (
        {"provider_type": ProviderType.LCSW, "answers": {"tax_id": tax_id}}
        for tax_id in ("714556203", "724556203")
    )
    (change,) = changes(before, after, today())
    assert (change.before, change.now) == ("Ending in 6203", "Changed; the last four digits are the same")


def test_what_changed_is_shown_before_and_after_it_is_sent_again(
    returned: Application, visitor: Visitor
) -> None:
    old = returned.form.answers["licence_number"]
    visitor.go("/apply/check")
    assert "What you changed since you sent it Nothing yet" in visitor.read
    visitor.go("/apply/license")
    visitor.send("license", licence_number="C-4711")
    for path in ("/apply/check", "/apply/done"):
        page = visitor.go(path)
        part = page[page.index('id="changes-heading"') : page.index("</table>")]
        assert old in part and "C-4711" in part and part.count("<tr>") == 2
        if path == "/apply/check":
            assert sign(visitor.client).status_code == 303


def test_a_corrected_answer_asks_for_no_reason(visitor: Visitor) -> None:
    visitor.go("/apply/license")
    visitor.send("license", licence_number="C-4711")
    listed = visitor.go("/apply/list")
    row = listed[listed.index('href="/apply/license"') :]
    assert "Done</span>" in row[: row.index("</li>")]
    assert "left_licence_number" not in visitor.go("/apply/check")


def test_a_question_that_is_not_asked_of_the_type_cannot_be_named(app: Flask) -> None:
    with pytest.raises(BadInput):
        _sent_back(organization_name="Which?")


def test_the_questions_of_an_earlier_round_open_nothing_in_the_next(
    app: Flask, returned: Application
) -> None:
    client = app.test_client()
    come_in(client, returned)
    why = {"left_licence_number": "It is the number on the license."}
    sent = send(client, "/apply/check", signature="Maribel Thornquist", agreed="y", **why)
    assert sent.status_code == 303
    who = specialist()
    with committed():
        return_to_applicant(get_application(returned.id, for_change=True), who, "", {"city": "Which city?"})
    assert client.get("/apply/license").location == "/apply/list"
    assert client.get("/apply/practice").status_code == 200


def test_entries_of_a_page_that_stays_cannot_be_added_changed_or_removed(
    returned: Application, visitor: Visitor
) -> None:
    jobs = group_row("jobs")
    (entry, *_) = returned.form.answers["jobs"]
    with pytest.raises(Conflict), committed():
        save_entry(get_application(returned.id, for_change=True), jobs, {**entry, "job_role": "Chief"})
    with pytest.raises(Conflict), committed():
        save_entry(get_application(returned.id, for_change=True), jobs, entry, entry["id"])
    with pytest.raises(Conflict), committed():
        remove_entry(get_application(returned.id, for_change=True), jobs, entry["id"])
    with pytest.raises(Conflict), committed():
        save_answers(get_application(returned.id, for_change=True), {"jobs": []})
    for page in ("/apply/jobs", "/apply/jobs/new", f"/apply/jobs/{entry['id']}/remove"):
        visitor.go(page)
        assert visitor.address == "/apply/list" and "this part of it stays as it is" in visitor.read


def test_the_entries_of_a_page_are_asked_back_and_the_desk_sees_them_before_and_now(app: Flask) -> None:
    returned = _sent_back(jobs="Which clinic was this?")
    (entry, *_) = returned.form.answers["jobs"]
    visitor = Visitor(app)
    come_in(visitor.client, returned)
    assert "To correct: Work history" in visitor.go("/apply/list")
    assert "Work history: Which clinic was this?" in " ".join(visitor.go("/apply/jobs").split())
    visitor.go(f"/apply/jobs/{entry['id']}")
    visitor.send("jobs", job_employer="Ouachita Hollow Clinic")
    assert visitor.address == "/apply/jobs"
    visitor.send("/apply/jobs")
    assert visitor.address == "/apply/list"
    assert sign(visitor.client).status_code == 303
    desk = signed_in(app, make_staff(Role.SPECIALIST))
    page = desk.get(f"/staff/applications/{returned.id}").text
    part = page[page.index('id="changes"') : page.index('id="form"')]
    assert "We asked: Which clinic was this?" in part
    assert entry["job_employer"] in part and "Ouachita Hollow Clinic" in part
