"""What waits is asked for its cause once more before it leaves; where the cause is gone it is held back with the reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import sweeps
from onboarding.jobs.letters import hand_over_print, render_letters
from onboarding.models import Application, Document, Letter, Participation
from onboarding.policy.letter_causes import TABLE, Holds
from onboarding.policy.vocabulary import (
    Action,
    DocumentState,
    LetterKind,
    LetterState,
    MessageState,
    ParticipationState,
    Status,
)
from onboarding.queries.files import get_application
from onboarding.queries.letter_causes import _ASKS
from onboarding.services.documents import reject_document
from onboarding.services.recredentialing import open_recredentialing
from tests.conftest import TODAY
from tests.support.cases import (
    authorize,
    coordinator,
    make_case,
    make_draft,
    on_day,
    specialist,
    step,
    upload_all,
)
from tests.support.mails import mail_leaves


def letter(kind: LetterKind) -> Letter:
    query = select(Letter).where(Letter.kind == kind).order_by(Letter.id.desc()).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


@pytest.fixture
def joined(app: Flask) -> int:
    """The id of a participation."""
    found = make_case(Status.PARTICIPATING).participation_id
    assert found
    return found


def remind(settings: Settings, joined: int, days: int = 30, *, rendered: bool = True) -> None:
    """The participation is active and due in so many days, and the reminder of today waits to leave."""
    change(joined, state=ParticipationState.ACTIVE, recredentialing_due_on=TODAY + timedelta(days=days))
    assert sweeps.write_reminders(settings) == {"reminders": 1}
    if rendered:
        render_letters(settings)


def leave(settings: Settings) -> None:
    render_letters(settings)
    hand_over_print(settings)
    mail_leaves()


def change(joined: int, **values: Any) -> None:
    with committed() as session:
        session.execute(update(Participation).where(Participation.id == joined).values(**values))


def open_renewal(joined: int) -> int:
    who = coordinator()
    with committed() as session:
        return open_recredentialing(session.get_one(Participation, joined), who).id


def send_renewal(joined: int) -> None:
    renewal = open_renewal(joined)
    with committed() as session:
        sent = {"status": Status.RECEIVED, "due_on": TODAY + timedelta(days=3)}
        session.execute(update(Application).where(Application.id == renewal).values(**sent))


def move(joined: int) -> None:
    change(joined, recredentialing_due_on=TODAY + timedelta(days=200))


CHANGES: tuple[tuple[str, bool, Callable[[int], None]], ...] = (
    ("participation had ended", True, lambda joined: change(joined, state=ParticipationState.TERMINATED)),
    ("due date moved", True, move),
    ("due date moved", False, move),
    ("renewal had been sent", True, send_renewal),
)


def test_a_reminder_that_is_not_so_any_more_does_not_leave(
    app: Flask, settings: Settings, joined: int
) -> None:
    for later, (says, rendered, happens) in enumerate(CHANGES):
        remind(settings, joined, 30 - later, rendered=rendered)
        happens(joined)
        leave(settings)
        kept = letter(LetterKind.RECREDENTIALING_REMINDER)
        assert kept.state is LetterState.HELD_BACK and says in kept.error
        states = {message.state for message in kept.messages}
        assert states == ({MessageState.HELD_BACK} if rendered else set())
        assert all(says in message.proof for message in kept.messages)


def test_a_draft_of_a_renewal_keeps_no_reminder_back(app: Flask, settings: Settings, joined: int) -> None:
    remind(settings, joined)
    open_renewal(joined)
    leave(settings)
    messages = letter(LetterKind.RECREDENTIALING_REMINDER).messages
    assert {message.state for message in messages} == {MessageState.SENT}


def test_what_came_before_the_letter_left_is_not_asked_for_and_asked_for_anew_once_it_is_rejected(
    app: Flask, settings: Settings
) -> None:
    application = make_case(Status.GATHERING)
    number, who = application.id, specialist()
    authorize(application)
    with on_day(TODAY + timedelta(days=7)):
        assert sweeps.ask_for_documents(settings) == {"letters": 1}
        render_letters(settings)
        upload_all(get_application(number))
        leave(settings)
    assert "everything it asks for had come" in letter(LetterKind.MISSING_DOCUMENTS).error
    with on_day(TODAY + timedelta(days=8)):
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
        with committed() as session:
            waiting = select(Document).where(Document.state == DocumentState.RECEIVED).limit(1)
            document = session.scalars(waiting).one()
            file = get_application(number, for_change=True)
            reject_document(file, document, who, "The page is cut off.")
        assert sweeps.ask_for_documents(settings) == {"letters": 1}
        leave(settings)
    asked = letter(LetterKind.MISSING_DOCUMENTS)
    assert asked.number == 2 and {message.state for message in asked.messages} == {MessageState.SENT}


def test_a_letter_of_an_application_that_ended_does_not_leave(app: Flask, settings: Settings) -> None:
    application = make_case(Status.RETURNED)
    render_letters(settings)
    step(application, Action.WITHDRAW, coordinator(), reason="The practice is closing.")
    leave(settings)
    assert "withdrawn" in letter(LetterKind.RETURNED).error
    assert {message.state for message in letter(LetterKind.STATUS_CHANGED).messages} == {MessageState.SENT}


def test_no_notice_of_deletion_leaves_for_a_form_that_was_worked_on(app: Flask, settings: Settings) -> None:
    draft = make_draft().id
    with on_day(TODAY + timedelta(days=50)):
        assert sweeps.tell_of_deletion(settings)["notices"] == 1
        with committed():
            file = get_application(draft, for_change=True)
            file.changed_at += timedelta(days=50)
        leave(settings)
    assert "worked on" in letter(LetterKind.DRAFT_EXPIRES).error


def test_every_question_of_the_table_has_an_answer() -> None:
    assert set(_ASKS) == set(Holds) == {cause.holds for causes in TABLE.values() for cause in causes}
