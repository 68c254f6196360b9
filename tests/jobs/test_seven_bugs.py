"""Seven bugs that other systems have: each here as the sentence that must hold instead."""

from collections import Counter
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select, update

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import sweeps
from onboarding.jobs.letters import hand_over_mail, render_letters
from onboarding.jobs.runner import tick
from onboarding.models import Letter, LetterHold, OutboxMessage, Participation
from onboarding.policy.deadlines import REMINDER_DAYS_BEFORE, recredentialing_due
from onboarding.policy.vocabulary import HoldCause, LetterKind, MessageState, Status
from onboarding.queries.holds import count_held
from onboarding.services.holds import release_held
from onboarding.services.reminders import write_due_reminders
from tests.conftest import TODAY
from tests.support.cases import coordinator, letters_leave, make_case, on_day, participating
from tests.support.mails import Refusing

ALL = list(range(1, len(REMINDER_DAYS_BEFORE) + 1))


def reminders() -> list[Letter]:
    query = select(Letter).where(Letter.kind == LetterKind.RECREDENTIALING_REMINDER).order_by(Letter.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def told(due_on: date, days: tuple[int, ...] = REMINDER_DAYS_BEFORE) -> list[int]:
    """The numbers written on these days before a due date, each of which leaves at once."""
    before = len(reminders())
    for ahead in days:
        with on_day(due_on - timedelta(days=ahead)):
            if write_due_reminders_now():
                letters_leave()
    return [letter.number for letter in reminders()[before:]]


def write_due_reminders_now() -> int:
    with committed():
        return write_due_reminders()


def move(participation_id: int, due_on: date) -> None:
    with committed() as session:
        moved = update(Participation).where(Participation.id == participation_id)
        session.execute(moved.values(recredentialing_due_on=due_on))


def test_1_a_renewal_begins_a_new_cycle_that_gets_all_its_reminders(app: Flask) -> None:
    joined = participating(TODAY + timedelta(days=400))
    number, due_on = joined.id, joined.recredentialing_due_on
    assert told(due_on) == ALL
    move(number, recredentialing_due(due_on))
    assert told(recredentialing_due(due_on)) == ALL


def test_2_a_mail_that_was_refused_is_not_sent_and_is_tried_again_later(
    app: Flask, settings: Settings
) -> None:
    make_case(Status.RECEIVED)
    render_letters(settings)
    assert hand_over_mail(settings, Refusing(permanent=False))["refused"] == 1
    assert not any(hand_over_mail(settings).values())
    (message,) = db.session.scalars(select(OutboxMessage))
    assert (message.state, message.sent_at, message.proof) == (MessageState.QUEUED, None, "")


def test_3_a_sweep_that_runs_each_hour_writes_each_reminder_once(app: Flask, settings: Settings) -> None:
    due_on = participating(TODAY + timedelta(days=400)).recredentialing_due_on
    for ahead in range(140, -20, -1):
        with on_day(due_on - timedelta(days=ahead)):
            sweeps.write_reminders(settings)
            sweeps.write_reminders(settings)
    written = reminders()
    assert [letter.number for letter in written] == ALL
    assert [(due_on - letter.due_on).days for letter in written] == list(REMINDER_DAYS_BEFORE)
    assert all(letter.written_on == letter.due_on for letter in written)


def test_4_after_days_off_a_reminder_goes_once_and_late(app: Flask, settings: Settings) -> None:
    due_on = participating(TODAY + timedelta(days=400)).recredentialing_due_on
    with on_day(due_on - timedelta(days=110)):
        for _ in range(3):
            sweeps.write_reminders(settings)
    (letter,) = reminders()
    assert letter.number == 1
    assert letter.due_on == due_on - timedelta(days=120)
    assert (letter.written_on - letter.due_on).days == 10


def test_5_a_job_that_is_mended_after_weeks_releases_no_storm_and_loses_nothing(
    app: Flask, settings: Settings
) -> None:
    for _ in range(3):
        make_case(Status.RECEIVED)
    render_letters(settings)
    with on_day(TODAY + timedelta(days=40)):
        for _ in range(3):
            make_case(Status.RECEIVED)
        render_letters(settings)
        careful = settings.model_copy(update={"letters_a_day": 2})
        assert [hand_over_mail(careful)["mailed"] for _ in range(3)] == [2, 0, 0]
        held = Counter(db.session.scalars(select(LetterHold.cause)))
        assert held == {HoldCause.AGE: 3, HoldCause.RATE: 1} and count_held() == 4
        who = coordinator()
        with committed():
            release_held(LetterKind.CONFIRMATION, HoldCause.AGE, 9, who, "They still want to know")
        assert hand_over_mail(careful)["mailed"] == 3


def test_6_a_due_date_that_moves_takes_the_reminders_with_it(app: Flask, settings: Settings) -> None:
    joined = participating(TODAY + timedelta(days=400))
    number, due_on = joined.id, joined.recredentialing_due_on
    assert told(due_on, REMINDER_DAYS_BEFORE[:4]) == [1, 2, 3, 4]
    later = due_on + timedelta(days=1)
    move(number, later)  # by a day: it goes on where it was
    assert told(later, (30 + 1, *REMINDER_DAYS_BEFORE[3:5])) == [4, 5]
    later += timedelta(days=365)
    move(number, later)  # by a year: it begins again
    assert told(later, REMINDER_DAYS_BEFORE[:1]) == [1]
    with on_day(later - timedelta(days=119)):
        move(number, later - timedelta(days=60))  # earlier: the reader hears of it at once
        assert write_due_reminders_now() == 1
    assert reminders()[-1].number == 3


def test_7_ten_ticks_send_each_letter_once(app: Flask, settings: Settings) -> None:
    make_case(Status.APPROVED)
    application = make_case(Status.GATHERING)
    began = application.status_on
    with on_day(began + timedelta(days=8)):
        for _ in range(10):
            assert tick(settings) == 0
    per_letter = db.session.execute(
        select(Letter.application_id, Letter.kind, func.count())
        .where(Letter.kind != LetterKind.STATUS_CHANGED)  # one for each step
        .group_by(Letter.application_id, Letter.kind)
    )
    assert all(row[2] == 1 for row in per_letter)
    assert settings.mail_folder is not None and settings.print_folder is not None
    mails = len(list(settings.mail_folder.iterdir()))
    assert mails == db.session.scalar(select(func.count()).where(OutboxMessage.channel == "mail"))
    assert db.session.scalar(select(func.count()).where(OutboxMessage.state != MessageState.SENT)) == 0
