"""What the calendar writes to providers in the network: documents that expire, the payment choice, the yearly notice."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs import network
from onboarding.jobs.letters import render_letters
from onboarding.models import Application, Document, Letter, Participation
from onboarding.policy.deadlines import (
    DOCUMENT_EXPIRING_DAYS_BEFORE,
    PAYMENT_REMINDER_DAYS_AFTER,
    add_months,
)
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import (
    DocumentKind,
    DocumentState,
    LetterKind,
    LetterState,
    ParticipationState,
    PaymentChoice,
    ProviderType,
    Status,
)
from onboarding.services.annual_notices import anniversaries, notice_statement
from onboarding.services.expiry_letters import expiry_statement
from onboarding.services.letter_facts import stated
from onboarding.services.payment_reminders import reminder_statement
from onboarding.services.recredentialing import open_recredentialing
from tests.conftest import TODAY
from tests.jobs.test_sweeps import plan_of
from tests.services.test_payments import choose
from tests.support.cases import make_case, on_day

EXPIRES = TODAY + timedelta(days=300)  # as every document here
Run = Callable[[Settings], dict[str, int]]


def letters(kind: LetterKind) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def run(job: Run, settings: Settings, on: date, times: int = 1) -> int:
    with on_day(on):
        return sum(sum(job(settings).values()) for _ in range(times))


def joined(code: ProviderType = ProviderType.LCSW) -> Participation:
    return db.session.get_one(Participation, make_case(Status.PARTICIPATING, code).participation_id)


def change(participation: Participation, **values: object) -> None:
    with committed() as session:
        session.execute(update(Participation).where(Participation.id == participation.id).values(**values))


def file_again(participation: Participation, expires_on: date) -> None:
    """The renewal is open, and a newer face sheet was accepted with it."""
    with committed() as session:
        renewal = open_recredentialing(session.get_one(Participation, participation.id), CLOCK)
        sheet = select(Document).where(Document.kind == DocumentKind.MALPRACTICE_FACE_SHEET)
        last = session.scalars(sheet.order_by(Document.id.desc()).limit(1)).one()
        kept = {c.key: getattr(last, c.key) for c in Document.__mapper__.column_attrs}
        newer = {"application_id": renewal.id, "public_id": "newer", "expires_on": expires_on}
        session.add(Document(**{**kept, "id": None, **newer}))


# --- documents that expire ----------------------------------------------------------------------------------------


def test_each_letter_before_a_document_expires_is_written_once_and_lists_all_of_the_day(
    app: Flask, settings: Settings
) -> None:
    joined(ProviderType.PA)
    for days in DOCUMENT_EXPIRING_DAYS_BEFORE:
        for ahead in (days + 1, days, days - 1):
            run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=ahead), times=2)
    written = letters(LetterKind.DOCUMENT_EXPIRING)
    assert [(x.number, (EXPIRES - x.due_on).days) for x in written] == list(
        enumerate(DOCUMENT_EXPIRING_DAYS_BEFORE, start=1)
    )
    assert all(x.due_on == x.written_on and x.respond_by == EXPIRES for x in written)
    dated = select(func.count()).select_from(Document).where(Document.expires_on == EXPIRES)
    assert 1 < len(stated(written[0])["items"]) == db.session.scalar(dated)


@pytest.mark.parametrize(("first_day", "number"), [(91, None), (45, 2), (7, 5), (0, 5), (-1, None)])
def test_after_days_off_only_the_latest_letter_that_fell_due_goes(
    app: Flask, settings: Settings, first_day: int, number: int | None
) -> None:
    joined()
    run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=first_day), times=2)
    assert [x.number for x in letters(LetterKind.DOCUMENT_EXPIRING)] == ([number] if number else [])


def test_what_comes_with_few_days_left_is_told_at_once_and_is_not_late(
    app: Flask, settings: Settings
) -> None:
    participation = joined()
    with committed() as session:
        session.execute(update(Document).values(expires_on=TODAY + timedelta(days=40)))
    run(network.tell_of_expiry, settings, TODAY)
    (letter,) = letters(LetterKind.DOCUMENT_EXPIRING)
    assert (letter.number, letter.due_on, letter.participation_id) == (2, TODAY, participation.id)


def test_a_newer_document_silences_the_letters_and_holds_back_the_one_that_waits(
    app: Flask, settings: Settings
) -> None:
    participation = joined()
    assert run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=90)) == 1
    file_again(participation, EXPIRES + timedelta(days=365))
    with on_day(EXPIRES - timedelta(days=89)):
        render_letters(settings)
    assert run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=60)) == 0
    (letter,) = letters(LetterKind.DOCUMENT_EXPIRING)
    assert letter.state is LetterState.HELD_BACK and "newer document" in letter.error


@pytest.mark.parametrize("state", [DocumentState.RECEIVED, DocumentState.REJECTED])
def test_a_newer_document_that_is_not_accepted_silences_nothing(
    app: Flask, settings: Settings, state: DocumentState
) -> None:
    file_again(joined(), EXPIRES + timedelta(days=365))
    with committed() as session:
        session.execute(update(Document).where(Document.public_id == "newer").values(state=state))
    assert run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=90)) == 1


def test_a_renewal_that_took_over_is_not_told_of_the_same_day_again(app: Flask, settings: Settings) -> None:
    participation = joined()
    assert run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=30)) == 1
    renewed(participation)
    assert run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=29), times=2) == 0
    assert run(network.tell_of_expiry, settings, EXPIRES - timedelta(days=14)) == 1
    assert letters(LetterKind.DOCUMENT_EXPIRING)[-1].application_id == participation.application_id


def renewed(participation: Participation) -> None:
    """The next cycle has taken the participation over."""
    with committed() as session:
        renewal = open_recredentialing(session.get_one(Participation, participation.id), CLOCK)
        first = session.get_one(Application, participation.application_id)
        renewal.status, renewal.tax_id_digest = Status.PARTICIPATING, first.tax_id_digest
    change(participation, application_id=renewal.id, cycle=2)
    db.session.expire_all()


@pytest.mark.parametrize("status", [Status.VERIFYING, Status.TERMINATED])
def test_who_is_not_in_the_network_gets_none_of_these_letters(
    app: Flask, settings: Settings, status: Status
) -> None:
    make_case(status)
    for job, on in (
        (network.tell_of_expiry, EXPIRES - timedelta(days=30)),
        (network.remind_of_payment, TODAY + timedelta(days=14)),
        (network.write_annual_notices, add_months(TODAY, 12)),
    ):
        assert run(job, settings, on) == 0


# --- the payment choice -------------------------------------------------------------------------------------------


def test_who_has_not_chosen_how_to_be_paid_is_reminded_twice(app: Flask, settings: Settings) -> None:
    joined()
    for day in (13, 14, 15, 29, 30, 31, 60):
        run(network.remind_of_payment, settings, TODAY + timedelta(days=day), times=2)
    written = letters(LetterKind.PAYMENT_REMINDER)
    assert [(x.number, (x.due_on - TODAY).days) for x in written] == list(
        enumerate(PAYMENT_REMINDER_DAYS_AFTER, start=1)
    )
    assert all(x.due_on == x.written_on for x in written)


@pytest.mark.parametrize(("day", "number", "late"), [(20, 1, 6), (45, 2, 15), (61, None, 0)])
def test_a_missed_payment_reminder_is_made_up_once_and_marked_late(
    app: Flask, settings: Settings, day: int, number: int | None, late: int
) -> None:
    joined()
    run(network.remind_of_payment, settings, TODAY + timedelta(days=day), times=2)
    written = letters(LetterKind.PAYMENT_REMINDER)
    assert [(x.number, (x.written_on - x.due_on).days) for x in written] == (
        [(number, late)] if number else []
    )


def test_a_choice_ends_the_payment_reminders_and_holds_back_the_one_that_waits(
    app: Flask, settings: Settings
) -> None:
    participation = joined()
    run(network.remind_of_payment, settings, TODAY + timedelta(days=14))
    choose(participation.id, PaymentChoice.PAPER_CHECK)
    render_letters(settings)
    (letter,) = letters(LetterKind.PAYMENT_REMINDER)
    assert letter.state is LetterState.HELD_BACK and "chosen" in letter.error
    assert run(network.remind_of_payment, settings, TODAY + timedelta(days=30)) == 0


# --- the yearly notice --------------------------------------------------------------------------------------------


def test_the_notice_comes_each_year_once_and_a_missed_one_is_made_up_within_the_grace(
    app: Flask, settings: Settings
) -> None:
    participation = joined()
    change(participation, effective_on=date(2024, 2, 29))
    for on, number in (
        (date(2026, 2, 27), 0),
        (date(2026, 2, 28), 1),
        (date(2026, 4, 10), 0),
        (date(2027, 4, 29), 1),  # two months late
        (date(2028, 2, 28), 0),
        (date(2028, 2, 29), 1),
        (date(2029, 4, 30), 0),  # too late: the next year
        (date(2030, 2, 28), 1),
    ):
        assert run(network.write_annual_notices, settings, on, times=2) == number, on
    written = letters(LetterKind.ANNUAL_NOTICE)
    assert [(x.cycle, x.due_on) for x in written] == [
        (2026, date(2026, 2, 28)),
        (2027, date(2027, 2, 28)),
        (2028, date(2028, 2, 29)),
        (2030, date(2030, 2, 28)),
    ]


def test_a_renewal_brings_no_second_notice_in_the_same_year(app: Flask, settings: Settings) -> None:
    participation = joined()
    year = add_months(TODAY, 12)
    assert run(network.write_annual_notices, settings, year) == 1
    renewed(participation)
    assert run(network.write_annual_notices, settings, year + timedelta(days=10)) == 0


def test_an_ended_participation_holds_the_notice_back(app: Flask, settings: Settings) -> None:
    participation = joined()
    run(network.write_annual_notices, settings, add_months(TODAY, 12))
    change(participation, state=ParticipationState.TERMINATED)
    render_letters(settings)
    (letter,) = letters(LetterKind.ANNUAL_NOTICE)
    assert letter.state is LetterState.HELD_BACK


# --- by index -----------------------------------------------------------------------------------------------------


def test_the_sweeps_of_the_network_use_their_indexes(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    days = list(anniversaries(date(2024, 5, 1), TODAY))
    for statement, index in (
        (expiry_statement(TODAY, "sqlite"), "ix_document_runs_out"),
        (reminder_statement(TODAY, "sqlite"), "ix_application_status_since"),
        (notice_statement(days, TODAY, "sqlite"), "ix_participation_effective"),
    ):
        plan = plan_of(statement)
        assert index in plan
        assert "SCAN" not in plan.replace(f"SCAN {len(days)} CONSTANT ROWS", "").replace("SCAN days", "")
