"""The applicant is told 15, 5 and 0 days before the CAQH attestation lapses: once each, late rather than never."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import caqh, letters
from onboarding.letters.render import render_text
from onboarding.models import Application, Letter, OutboxMessage, Participation
from onboarding.policy.deadlines import REATTEST_DAYS_BEFORE
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import LetterKind, ParticipationState, ProviderType, Status
from onboarding.queries.files import get_application
from onboarding.services.attestation_reminders import reminder_statement
from onboarding.services.authorizations import record_caqh
from onboarding.services.letter_facts import letter_view
from onboarding.services.recredentialing import open_recredentialing
from tests.conftest import TODAY
from tests.jobs.test_sweeps import plan_of
from tests.support.cases import authorize, make_case, on_day, specialist

LAPSES = TODAY + timedelta(days=100)  # attested 20 days ago, as every case here


def reminders() -> list[Letter]:
    query = select(Letter).where(Letter.kind == LetterKind.CAQH_REATTEST).order_by(Letter.id)
    return list(db.session.scalars(query))


def told(settings: Settings, on: date, times: int = 1) -> int:
    with on_day(on):
        return sum(caqh.write_attestation_reminders(settings)["reminders"] for _ in range(times))


def gathering() -> Application:
    application = make_case(Status.GATHERING)
    authorize(application)
    return application


def test_each_reminder_is_written_once_as_the_lapse_comes_and_goes(app: Flask, settings: Settings) -> None:
    gathering()
    for ahead in range(20, -40, -1):
        told(settings, LAPSES - timedelta(days=ahead), times=2)
    written = reminders()
    assert [(letter.number, (LAPSES - letter.written_on).days) for letter in written] == [
        (1, 15),
        (2, 5),
        (3, -1),
    ]
    assert all(letter.due_on == letter.written_on and letter.respond_by == LAPSES for letter in written)


@pytest.mark.parametrize("stage", range(len(REATTEST_DAYS_BEFORE)))
def test_ten_runs_on_the_day_write_one_reminder(app: Flask, settings: Settings, stage: int) -> None:
    gathering()
    assert told(settings, LAPSES - timedelta(days=REATTEST_DAYS_BEFORE[stage]), times=10) == 1
    assert [letter.number for letter in reminders()] == [stage + 1]


@pytest.mark.parametrize(("first_day", "number"), [(16, None), (14, 1), (4, 2), (-30, 3), (-31, None)])
def test_after_days_off_only_the_latest_that_fell_due_goes(
    app: Flask, settings: Settings, first_day: int, number: int | None
) -> None:
    gathering()
    told(settings, LAPSES - timedelta(days=first_day), times=2)
    assert [letter.number for letter in reminders()] == ([number] if number else [])


def test_a_new_attestation_starts_a_new_cycle_and_ends_the_old_one(app: Flask, settings: Settings) -> None:
    application, who = gathering(), specialist()
    told(settings, LAPSES - timedelta(days=15))
    with on_day(LAPSES - timedelta(days=10)), committed():
        file = get_application(application.id, for_change=True)
        record_caqh(
            file, who, plan_listed=True, attested_on=LAPSES - timedelta(days=12), evidence="CAQH page"
        )
    told(settings, LAPSES - timedelta(days=5))
    told(settings, LAPSES)
    assert [letter.number for letter in reminders()] == [1]
    again = LAPSES - timedelta(days=12) + timedelta(days=120)
    told(settings, again - timedelta(days=15), times=10)
    assert [(letter.number, letter.respond_by) for letter in reminders()] == [(1, LAPSES), (1, again)]


def test_a_provider_in_the_network_is_told_and_one_whose_participation_ended_is_not(
    app: Flask, settings: Settings
) -> None:
    stays, leaves = make_case(Status.PARTICIPATING), make_case(Status.PARTICIPATING)
    with committed() as session:
        session.get_one(Participation, leaves.participation_id).state = ParticipationState.TERMINATED
    told(settings, LAPSES - timedelta(days=15), times=2)
    (letter,) = reminders()
    assert (letter.application_id, letter.participation_id) == (stays.id, stays.participation_id)


def test_a_provider_whose_renewal_is_sent_counts_by_the_renewal(app: Flask, settings: Settings) -> None:
    application = make_case(Status.PARTICIPATING)
    with committed() as session:
        renewal = open_recredentialing(session.get_one(Participation, application.participation_id), CLOCK)
        renewal.due_on = TODAY
    assert told(settings, LAPSES - timedelta(days=15)) == 0


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DENIED])
def test_who_has_left_is_told_nothing(app: Flask, settings: Settings, status: Status) -> None:
    make_case(status)
    assert told(settings, LAPSES) == 0


def test_a_plan_not_listed_and_a_physician_get_no_reminder(app: Flask, settings: Settings) -> None:
    authorize(make_case(Status.GATHERING), plan_listed=False)
    authorize(make_case(Status.GATHERING, ProviderType.MD))
    assert told(settings, LAPSES) == 0


def test_the_reminder_leaves_by_mail_with_the_day_and_the_plans_name(app: Flask, settings: Settings) -> None:
    gathering()
    with on_day(LAPSES - timedelta(days=5)):
        caqh.write_attestation_reminders(settings)
        letters.render_letters(settings)
        letters.hand_over_mail(settings)
    (letter,) = reminders()
    text = render_text(letter_view(letter, settings.public_url))
    assert "lapses on June 10, 2026, in 5 days" in " ".join(text.split())
    assert "CareSource Management Group" in text
    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.letter_id == letter.id)).all()
    assert [message.channel.value for message in sent] == ["mail"]


def test_the_sweep_uses_its_indexes(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    plan = plan_of(reminder_statement(TODAY, "sqlite"))
    assert "ix_authorization_attested" in plan
    assert "SCAN" not in plan
