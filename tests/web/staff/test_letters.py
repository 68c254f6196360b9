"""Asking now, and settling what a machine cannot."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding.extensions import committed, db
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import Channel, LetterKind, LetterState, MessageState, Role, Status
from tests.support.cases import accept_all, authorize, letters_leave, make_case, upload_all
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


def test_the_missing_document_letter_is_asked_for_once_in_a_round(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}"
    assert "Ask now for what is missing" in client.get(path).text
    assert send(client, f"{path}/ask").status_code == 303
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.MISSING_DOCUMENTS)).one()
    assert [item["label"] for item in letter.facts["items"]] == [
        "Malpractice insurance face sheet", "IRS Form W-9, signed",
    ]  # fmt: skip
    assert "Ask now for what is missing" not in client.get(path).text
    again = send(client, f"{path}/ask")
    assert again.status_code == 409
    assert "written already" in again.text


def test_what_staff_have_not_looked_up_is_not_asked_of_the_applicant(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    upload_all(application)
    accept_all(application)
    answer = send(client, f"/staff/applications/{application.id}/ask")
    assert answer.status_code == 422
    assert "Nothing is missing from the applicant" in answer.text


def test_a_plan_that_caqh_does_not_list_is_asked_of_the_applicant(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    upload_all(application)
    authorize(application, plan_listed=False)
    assert send(client, f"/staff/applications/{application.id}/ask").status_code == 303
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.MISSING_DOCUMENTS)).one()
    assert [item["label"] for item in letter.facts["items"]] == ["CAQH authorization"]


@pytest.fixture
def doubtful(app: Flask) -> OutboxMessage:
    """A letter's mail that a server may or may not have taken."""
    make_case(Status.RETURNED)
    letters_leave()
    wanted = (
        select(OutboxMessage).where(OutboxMessage.channel == Channel.MAIL).order_by(OutboxMessage.id.desc())
    )
    message = db.session.scalars(wanted).first()
    with committed():
        message.state, message.sent_on, message.sent_at = MessageState.IN_DOUBT, None, None
        message.error = "The server closed the connection after the message was handed over."
    return message


@pytest.mark.parametrize(("outcome", "state"), [("sent", MessageState.SENT), ("again", MessageState.QUEUED)])
def test_a_hand_over_in_doubt_is_settled_by_a_person_once(
    doubtful: OutboxMessage, desk: Desk, outcome: str, state: MessageState
) -> None:
    client = desk(Role.COORDINATOR)
    page = f"/staff/applications/{doubtful.letter.application_id}"
    assert "It did leave" in client.get(page).text
    path = f"{page}/messages/{doubtful.id}"
    for fields in ({"outcome": "lost", "reason": "long enough"}, {"outcome": outcome, "reason": "hm"}, {}):
        assert send(client, path, **fields).status_code == 422
    assert send(client, path, outcome=outcome, reason="The mail server's log was read.").status_code == 303
    db.session.refresh(doubtful)
    assert doubtful.state is state
    if state is MessageState.SENT:
        assert doubtful.proof.startswith("Settled by Desk coordinator")
    assert send(client, path, outcome=outcome, reason="The mail server's log was read.").status_code == 409
    assert "read." in client.get(page).text


def test_a_letter_that_could_not_be_made_is_made_again_once_and_with_a_reason(app: Flask, desk: Desk) -> None:
    application, client = make_case(Status.RETURNED), desk(Role.COORDINATOR)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.RETURNED)).one()
    path = f"/staff/applications/{application.id}/letters/{letter.id}"
    assert send(client, path, reason="The template was mended.").status_code == 409
    with committed():
        letter.state, letter.error = LetterState.FAILED, "TemplateSyntaxError"
    assert "Make it again" in client.get(f"/staff/applications/{application.id}").text
    assert send(client, path, reason="ok").status_code == 422
    assert send(client, path, reason="The template was mended.").status_code == 303
    db.session.refresh(letter)
    assert letter.state is LetterState.QUEUED


def test_letters_that_wait_for_a_person_are_counted(doubtful: OutboxMessage, desk: Desk) -> None:
    page = desk(Role.AUDITOR).get("/staff/counts").text
    assert "settle: <strong>1</strong>" in page


@pytest.fixture
def unmade(app: Flask) -> Letter:
    """The welcome letter of an approved provider, which could not be made into a PDF."""
    application = make_case(Status.APPROVED)
    query = select(Letter).where(Letter.application_id == application.id, Letter.kind == LetterKind.WELCOME)
    letter = db.session.scalars(query).one()
    with committed():
        letter.state, letter.attempts, letter.error = LetterState.FAILED, 5, "OSError: no such font"
    return letter


def test_a_letter_that_failed_is_made_again_at_the_word_of_a_coordinator_and_leaves(
    unmade: Letter, desk: Desk
) -> None:
    client = desk(Role.COORDINATOR)
    page = f"/staff/applications/{unmade.application_id}"
    assert "Make the letter again" in client.get(page).text
    path = f"{page}/letters/{unmade.id}"
    assert send(client, path, reason="hm").status_code == 422
    assert send(client, f"/staff/applications/{unmade.application_id + 1}/letters/{unmade.id}",
                reason="The fonts are back.").status_code == 404  # fmt: skip
    assert send(client, path, reason="The fonts are back.").status_code == 303
    db.session.refresh(unmade)
    assert (unmade.state, unmade.attempts, unmade.error) == (LetterState.QUEUED, 0, "")
    assert send(client, path, reason="The fonts are back.").status_code == 409
    assert "The fonts are back." in client.get(page).text
    letters_leave()
    db.session.refresh(unmade)
    assert unmade.state is LetterState.RENDERED
    assert {message.state for message in unmade.messages} == {MessageState.SENT}


def test_nobody_else_has_a_letter_made_again(unmade: Letter, desk: Desk) -> None:
    for role in (Role.SPECIALIST, Role.AUDITOR):
        client = desk(role)
        page = f"/staff/applications/{unmade.application_id}"
        assert "Make the letter again" not in client.get(page).text
        assert send(client, f"{page}/letters/{unmade.id}", reason="The fonts are back.").status_code == 403


def test_a_letter_in_doubt_is_the_next_thing_and_the_counts_lead_to_its_file(desk: Desk) -> None:
    application = make_case(Status.APPROVED)
    letters_leave()
    with committed() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.channel == Channel.MAIL)
            .values(state=MessageState.IN_DOUBT)
        )
    client = desk(Role.COORDINATOR)
    assert "Letter in doubt: settle it" in client.get("/staff?status=approved").text
    assert "Letter in doubt: settle it" in client.get(f"/staff/applications/{application.id}").text
    page = client.get("/staff/counts").text
    assert f"/staff/applications/{application.id}#letters" in page
    assert "Mail, in doubt" in page


def test_a_letter_that_failed_counts_among_those_to_settle(unmade: Letter, desk: Desk) -> None:
    assert "settle: <strong>1</strong>" in desk(Role.AUDITOR).get("/staff/counts").text
