"""Held letters: no storm leaves, nothing is lost; a person holds, releases and drops, with a reason."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.config import Settings
from onboarding.errors import Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.jobs.letters import hand_over_print, render_letters
from onboarding.models import AuditEvent, Letter, LetterHold, OutboxMessage
from onboarding.policy.letter_limits import limit_of
from onboarding.policy.notices import NOTICES
from onboarding.policy.vocabulary import HoldCause, LetterKind, LetterState, MessageState, Status
from onboarding.queries.holds import count_held, list_held, list_held_groups
from onboarding.services.holds import (
    admit_letters,
    drop_held,
    drop_letter,
    hold_letter,
    release_held,
    release_letter,
)
from tests.conftest import TODAY
from tests.support.cases import coordinator, letters_leave, make_case, on_day
from tests.support.mails import mail_leaves


def states() -> Counter[MessageState]:
    return Counter(db.session.scalars(select(OutboxMessage.state)))


def of_kind(kind: LetterKind) -> Letter:
    query = select(Letter).where(Letter.kind == kind).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def leave_by_mail(settings: Settings, most: int | None = None) -> int:
    render_letters(settings)
    with committed():
        admit_letters(most)
    return len(mail_leaves().mails)


@pytest.fixture
def five(app: Flask, settings: Settings) -> None:
    """Five confirmations that wait to leave by mail."""
    for _ in range(5):
        make_case(Status.RECEIVED)


def test_what_is_beyond_the_number_of_a_day_waits_for_a_person_and_is_not_lost(
    five: None, settings: Settings
) -> None:
    assert leave_by_mail(settings, most=3) == 3
    assert states() == {MessageState.SENT: 3, MessageState.HELD: 2}
    assert leave_by_mail(settings, most=3) == 0
    assert [(row.kind, row.cause, row.count) for row in list_held_groups()] == [
        (LetterKind.CONFIRMATION, HoldCause.RATE, 2)
    ]
    assert {row.because for row in list_held()} == {
        "More than 3 letters of this kind would have left on one day."
    }
    who = coordinator()
    with committed():
        assert release_held(LetterKind.CONFIRMATION, HoldCause.RATE, 1, who, "The office is ready") == 1
    assert leave_by_mail(settings, most=3) == 1 and count_held() == 1
    with committed():
        assert drop_held(LetterKind.CONFIRMATION, HoldCause.RATE, 9, who, "They were told by phone") == 1
    assert count_held() == 0
    assert states() == {MessageState.SENT: 4, MessageState.HELD_BACK: 1}
    with on_day(TODAY + timedelta(days=1)):
        assert leave_by_mail(settings, most=3) == 0


def test_the_next_day_has_its_own_number(five: None, settings: Settings) -> None:
    assert leave_by_mail(settings, most=5) == 5
    with on_day(TODAY + timedelta(days=1)):
        make_case(Status.RECEIVED)
        assert leave_by_mail(settings, most=1) == 1


def test_what_is_older_than_its_kind_may_be_waits_for_a_person(five: None, settings: Settings) -> None:
    oldest = limit_of(LetterKind.CONFIRMATION).oldest
    with on_day(TODAY + timedelta(days=oldest + 1)):
        make_case(Status.RECEIVED)
        assert leave_by_mail(settings) == 1
    assert Counter(row.cause for row in db.session.scalars(select(LetterHold))) == {HoldCause.AGE: 5}


def test_a_letter_is_held_and_released_by_a_person(app: Flask, settings: Settings) -> None:
    make_case(Status.RETURNED)
    who, letter = coordinator(), of_kind(LetterKind.RETURNED)
    with committed():
        hold_letter(letter, who, "The address is asked for")
    assert of_kind(LetterKind.RETURNED).state is LetterState.HELD
    leave_by_mail(settings)
    assert of_kind(LetterKind.RETURNED).messages == []
    with pytest.raises(Conflict), committed():
        hold_letter(letter, who, "The address is asked for")
    with committed():
        release_letter(letter, who, "The address is right")
    with pytest.raises(Conflict), committed():
        release_letter(letter, who, "The address is right")
    leave_by_mail(settings)
    hand_over_print(settings)
    assert {message.state for message in of_kind(LetterKind.RETURNED).messages} == {MessageState.SENT}
    with pytest.raises(Conflict), committed():
        hold_letter(letter, who, "Too late now")
    told = [event.action for event in db.session.scalars(select(AuditEvent)) if "letter" in event.action]
    assert told == ["hold_letter", "release_letter"]


def test_a_letter_that_was_made_is_held_as_far_as_it_has_not_left_and_dropped(
    app: Flask, settings: Settings
) -> None:
    make_case(Status.RECEIVED)
    who, letter = coordinator(), of_kind(LetterKind.CONFIRMATION)
    render_letters(settings)
    with committed():
        hold_letter(letter, who, "Is the mailbox right?")
    with pytest.raises(NotReady), committed():
        drop_letter(letter, who, "no")
    with committed():
        drop_letter(letter, who, "They were told by phone")
    db.session.refresh(letter)
    assert letter.state is LetterState.HELD_BACK
    assert [message.proof for message in letter.messages] == [
        "Dropped by Curtis Bell: They were told by phone"
    ]
    assert mail_leaves().mails == []


def test_what_tells_a_decision_is_not_dropped(app: Flask, settings: Settings) -> None:
    assert not any(limit_of(kind).droppable for kind in (*NOTICES, LetterKind.PROVISIONAL_ENDED))
    make_case(Status.APPROVED)
    who, letter = coordinator(), of_kind(LetterKind.WELCOME)
    with committed():
        hold_letter(letter, who, "A word with the director")
    with pytest.raises(Conflict), committed():
        drop_letter(letter, who, "Not needed after all")
    with pytest.raises(Conflict), committed():
        drop_held(LetterKind.WELCOME, HoldCause.PERSON, 9, who, "Not needed after all")
    assert count_held() == 1


def test_a_letter_of_a_person_leaves_on_a_full_day(five: None, settings: Settings) -> None:
    letters_leave()
    assert count_held() == 0 and states() == {MessageState.SENT: 5}
