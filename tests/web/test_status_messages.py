"""What we wrote to the applicant: on the status page with its state, read again as it left, with the code only."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import Channel, LetterKind, MessageState, Status
from onboarding.queries.files import get_application
from onboarding.queries.messages import list_handed_over
from onboarding.services.access_codes import ask_access
from onboarding.services.holds import admit_letters
from onboarding.services.outbox import claim_message, settle_held_back, settle_in_doubt, settle_refused
from onboarding.storage import Store
from onboarding.web.status_messages import SHOWN_KINDS
from tests.support.cases import letters_leave, make_case
from tests.support.mails import mail_leaves
from tests.support.pages import come_in, look_up


def test_a_message_has_its_title_its_day_and_its_state_and_opens_with_the_code_only(app: Flask) -> None:
    application = make_case(Status.RETURNED)
    client = app.test_client()
    waiting = come_in(client, application).text
    assert "Messages from us" in waiting and "On its way" in waiting and "Not ready yet" in waiting
    letters_leave()
    page = client.get("/status/application").text
    assert "Please correct your application" in page and re.search(rf"Sent</span>\s*{say(today())}", page)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.RETURNED)).one()
    answer = client.get(f"/status/messages/{letter.id}")
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert answer.data == Store(app.extensions["settings"].storage).read(letter.storage_key)
    stranger = app.test_client()
    assert "Messages from us" not in look_up(stranger, application).text
    assert stranger.get(f"/status/messages/{letter.id}").location == "/status/code"
    other = app.test_client()
    come_in(other, make_case(Status.RECEIVED))
    assert other.get(f"/status/messages/{letter.id}").status_code == 404


def test_a_mail_is_read_again_as_text_and_a_mail_with_a_code_never(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    with committed():
        ask_access(get_application(application.id, for_change=True), 30)
    mail_leaves()
    letters = {letter.kind: letter for letter in db.session.scalars(select(Letter))}
    client = app.test_client()
    page = come_in(client, application).text
    assert "We received your application" in page and "Your link and code" not in page
    read = client.get(f"/status/messages/{letters[LetterKind.CONFIRMATION].id}").text
    assert application.public_id in read and "message-text" in read
    assert client.get(f"/status/messages/{letters[LetterKind.ACCESS_CODE].id}").status_code == 404


@pytest.mark.parametrize(
    ("settle", "says"),
    [
        (lambda claim: settle_in_doubt(claim, "lost"), "We are not sure that it reached you"),
        (lambda claim: settle_refused(claim, "550", permanent=True), "It could not be delivered"),
        (settle_held_back, "Not sent: you turned these off, or it no longer held"),
    ],
    ids=[MessageState.IN_DOUBT, MessageState.FAILED, MessageState.HELD_BACK],
)
def test_what_did_not_simply_leave_is_said(app: Flask, settle: Any, says: str) -> None:
    application = make_case(Status.RECEIVED)
    letters_leave()
    with committed() as session:
        for message in session.scalars(select(OutboxMessage)):
            message.state = MessageState.QUEUED
        session.flush()
        admit_letters()
        claim = claim_message(Channel.MAIL)
        assert claim is not None
        settle(claim)
    assert says in come_in(app.test_client(), application).text


def test_a_denial_has_its_last_day_of_appeal_written_out(app: Flask) -> None:
    application = make_case(Status.DENIED)
    client = app.test_client()
    says = f"You can appeal until <strong>{say(after('appeal', today()))}</strong>."
    assert says in come_in(client, application).text
    assert says not in look_up(app.test_client(), application).text


def test_many_messages_are_read_in_one_statement_by_index(app: Flask) -> None:
    application = make_case(Status.PARTICIPATING)
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    rows = list_handed_over(application.id, SHOWN_KINDS)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 1 and len({row.id for row in rows}) > 3
    if db.engine.dialect.name == "sqlite":
        statement, parameters = asked[0]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        assert not [row for row in plan if row[3].startswith("SCAN")]
