"""Files that stand still are told to who they are with and to the coordinator: once each time, by ID alone."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.jobs.journal import open_journal
from onboarding.jobs.schedule import TABLE
from onboarding.jobs.stalls import tell_of_stalls
from onboarding.models import Application, Staff, StallMail
from onboarding.policy.vocabulary import Action, MessageState, Role, Status
from onboarding.services.sender import pause_sender
from onboarding.services.stalls import write_stall_mails
from tests.support.cases import make_case, make_staff, specialist, step
from tests.support.mails import Mailbox, text_of


def stand_still(application: Application, days: int, with_whom: Staff | None = None) -> None:
    with committed() as work:
        found = work.get_one(Application, application.id)
        found.assignee_id = with_whom.id if with_whom else found.assignee_id
        found.changed_at = now() - timedelta(days=days)


def desk() -> tuple[Staff, Staff]:
    return make_staff(Role.SPECIALIST, name="Otto Grahn"), make_staff(Role.COORDINATOR, name="Ola Renner")


def ten_ticks(app: Flask) -> Mailbox:
    box = Mailbox()
    for _ in range(10):
        tell_of_stalls(app.extensions["settings"], box)
    return box


def test_while_the_sender_is_paused_nothing_is_mailed_to_the_desk_either(app: Flask) -> None:
    worker, _ = desk()
    stand_still(make_case(Status.RECEIVED), 31, worker)
    open_journal(app.extensions["settings"])
    with committed():
        pause_sender("A backup is put back")
    assert ten_ticks(app).mails == []
    assert set(db.session.scalars(select(StallMail.state))) == {MessageState.QUEUED}


def test_a_file_that_stands_still_is_told_once_to_who_it_is_with_and_to_the_coordinator(app: Flask) -> None:
    worker, lead = desk()
    application, fresh = make_case(Status.RECEIVED), make_case(Status.RECEIVED)
    stand_still(application, 31, worker)
    stand_still(fresh, 29, worker)
    mails = ten_ticks(app).mails
    assert sorted(mail["To"] for mail in mails) == sorted([worker.email, lead.email])
    for mail in mails:
        text = text_of(mail)
        assert application.public_id in text and fresh.public_id not in text
        assert application.npi not in text and application.name.split()[-1] not in text
    assert any(job.run is tell_of_stalls for job in TABLE)


def test_a_file_that_moved_and_stands_still_again_is_told_again(app: Flask) -> None:
    worker, _ = desk()
    application = make_case(Status.RECEIVED)
    stand_still(application, 31, worker)
    assert len(ten_ticks(app).mails) == 2
    step(application, Action.ACCEPT, specialist())
    assert ten_ticks(app).mails == []
    stand_still(application, 32)
    assert len(ten_ticks(app).mails) == 2


def test_several_files_of_one_person_come_in_one_mail(app: Flask) -> None:
    desk()
    for _ in range(3):
        stand_still(make_case(Status.RECEIVED), 40)
    (mail,) = ten_ticks(app).mails
    assert text_of(mail).count(f"untouched since {today() - timedelta(days=40):%B}") == 3


def test_a_file_that_moves_before_the_mail_leaves_is_told_to_nobody(app: Flask) -> None:
    worker, _ = desk()
    application = make_case(Status.RECEIVED)
    stand_still(application, 31, worker)
    with committed():
        assert write_stall_mails() == 2
    step(application, Action.ACCEPT, specialist())
    assert ten_ticks(app).mails == []
    assert set(db.session.scalars(select(StallMail.state))) == {MessageState.HELD_BACK}
