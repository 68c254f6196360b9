"""The chain of the history: what was done to it is named, and several writers make one chain."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.errors import Conflict
from onboarding.extensions import committed, db
from onboarding.jobs.audit import FILE, read_heads, write_head
from onboarding.models import AuditEvent, AuditSeal
from onboarding.policy.audit_chain import COLUMNS
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import Status
from onboarding.queries.audit import Head, Tampering, check_chain, find_unkept
from onboarding.services.audit import record_event, seal_history
from tests.support.cases import make_case, on_day
from tests.support.tampering import tamper

EVENTS = 8
_INSERTED = (
    'INSERT INTO audit_event (id, at, "on", actor, role, action, what, why, details) '
    "VALUES (99, '2026-03-02 10:00:00', '2026-03-02', 'Rosa Delgado', 'specialist', 'test', 'Never was', '', '{}')"
)
_SWAPPED = ("UPDATE audit_seal SET id = 900 WHERE id = 3", "UPDATE audit_seal SET id = 3 WHERE id = 4",
            "UPDATE audit_seal SET id = 4 WHERE id = 900")  # fmt: skip


@pytest.fixture
def history(app: Flask) -> None:
    """Eight events, in several transactions."""
    for number in range(0, EVENTS, 2):
        with committed():
            for one in (number + 1, number + 2):
                record_event(
                    actor=CLOCK, action="test", what=f"Event {one} – “noted”", details={"b": 1, "a": [one]}
                )


@pytest.mark.parametrize(
    ("statements", "what", "place", "event_id"),
    [
        (("UPDATE audit_event SET what = 'Other' WHERE id = 3",), Tampering.CHANGED, 3, 3),
        (("UPDATE audit_event SET details = '{}' WHERE id = 8",), Tampering.CHANGED, 8, 8),
        (("UPDATE audit_event SET actor_id = NULL, actor = 'Somebody' WHERE id = 1",), Tampering.CHANGED, 1, 1),
        (("DELETE FROM audit_event WHERE id = 5",), Tampering.REMOVED, 5, 5),
        (("DELETE FROM audit_seal WHERE id = 5", "DELETE FROM audit_event WHERE id = 5"), Tampering.REMOVED, 5, None),
        ((_INSERTED,), Tampering.INSERTED, None, 99),
        (_SWAPPED, Tampering.REORDERED, 3, 4),
        (("DELETE FROM audit_seal WHERE id > 6", "DELETE FROM audit_event WHERE id > 6"), Tampering.CUT_OFF, 7, None),
    ],
)  # fmt: skip
def test_what_was_done_to_the_history_is_named_at_its_row(
    history: None, statements: tuple[str, ...], what: Tampering, place: int | None, event_id: int | None
) -> None:
    assert write_head(_settings()) == {"heads": 1}
    heads = list(read_heads(_settings().audit_heads))
    assert check_chain(heads).broken == ()
    tamper(*statements)
    report = check_chain(heads)
    assert [(found.what, found.place, found.event_id) for found in report.broken] == [(what, place, event_id)]


def test_a_history_cut_off_and_gone_on_from_there_is_told_by_the_head_outside(history: None) -> None:
    write_head(_settings())
    tamper("DELETE FROM audit_seal WHERE id > 6", "DELETE FROM audit_event WHERE id > 6")
    with committed():
        for number in range(4):
            record_event(actor=CLOCK, action="test", what=f"Later {number}")
    assert check_chain().broken == ()  # within the database nothing is amiss
    (broken,) = check_chain(read_heads(_settings().audit_heads)).broken
    assert (broken.what, broken.place) == (Tampering.REWRITTEN, 8)


def test_a_later_head_of_the_same_place_does_not_hide_what_was_rewritten(history: None) -> None:
    write_head(_settings())
    tamper("DELETE FROM audit_seal WHERE id > 6", "DELETE FROM audit_event WHERE id > 6")
    with committed():
        for number in range(2):
            record_event(actor=CLOCK, action="test", what=f"Other {number}")
    with on_day(today() + timedelta(days=1)):
        write_head(_settings())
    first, second = read_heads(_settings().audit_heads)
    assert first.place == second.place == EVENTS
    (broken,) = check_chain([first, second]).broken
    assert (broken.what, broken.place) == (Tampering.REWRITTEN, EVENTS)


def test_a_line_that_a_power_cut_left_unfinished_stops_no_later_head(history: None) -> None:
    write_head(_settings())
    with (_settings().audit_heads / FILE).open("a") as file:
        file.write(f"2026-03-03,{EVENTS},8,ab")
    assert len(list(read_heads(_settings().audit_heads))) == 1
    with on_day(date(2026, 3, 3)):
        assert write_head(_settings()) == {"heads": 1}
    assert [head.on for head in read_heads(_settings().audit_heads)] == [today(), date(2026, 3, 3)]


def test_history_that_no_head_outside_knows_of_is_told_with_its_day(history: None) -> None:
    assert find_unkept([]) == today()
    write_head(_settings())
    with on_day(today() + timedelta(days=3)), committed():
        record_event(actor=CLOCK, action="test", what="Later")
    heads = list(read_heads(_settings().audit_heads))
    assert find_unkept(heads) == today() + timedelta(days=3)
    assert find_unkept([*heads, replace(heads[0], place=EVENTS + 1)]) is None


def test_another_key_seals_otherwise(history: None, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.extensions["vault"], "audit_key", b"another key")
    assert check_chain().broken[0].place == 1


def test_the_head_is_written_once_a_day_at_the_end_of_a_file(history: None) -> None:
    assert [write_head(_settings())["heads"] for _ in range(2)] == [1, 0]
    with on_day(date(2026, 3, 3)):
        write_head(_settings())
    first, second = read_heads(_settings().audit_heads)
    seal = db.session.get_one(AuditSeal, EVENTS)
    assert first == Head(today(), EVENTS, seal.event_id, seal.hash)
    assert second.on == date(2026, 3, 3)


def test_nothing_recorded_leaves_no_head(app: Flask) -> None:
    assert write_head(_settings()) == {"heads": 0}


def test_two_writers_at_once_make_one_chain_without_a_fork_or_a_gap(app: Flask) -> None:
    writers, each = 4, 8

    def write(writer: int) -> None:
        with app.app_context():
            for number in range(each):
                with committed():
                    record_event(actor=CLOCK, action="test", what=f"{writer}.{number}")
                    db.session.flush()
            db.session.remove()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = check_chain()
    assert (report.checked, report.broken) == (writers * each, ())
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == writers * each


def test_what_is_undone_leaves_neither_event_nor_seal(app: Flask) -> None:
    with committed() as session:
        record_event(actor=CLOCK, action="test", what="Kept")
        session.flush()
        savepoint = session.begin_nested()
        record_event(actor=CLOCK, action="test", what="Undone")
        session.flush()
        savepoint.rollback()
    with pytest.raises(RuntimeError), committed() as session:
        record_event(actor=CLOCK, action="test", what="Never kept")
        session.flush()
        raise RuntimeError
    with committed():
        record_event(actor=CLOCK, action="test", what="Kept too")
    assert list(db.session.scalars(select(AuditEvent.what).order_by(AuditEvent.id))) == ["Kept", "Kept too"]
    assert check_chain().broken == ()
    assert db.session.scalar(select(func.max(AuditSeal.id))) == 2


def test_every_event_of_a_case_is_sealed_with_every_column(app: Flask) -> None:
    make_case(Status.GATHERING)
    report = check_chain()
    assert report.broken == () and report.checked >= 4
    assert set(COLUMNS) == set(AuditEvent.__table__.columns.keys())


def test_a_history_is_sealed_as_found_only_before_its_chain_begins(history: None) -> None:
    tamper("DELETE FROM audit_seal")
    with committed() as session:
        assert seal_history(session.connection()) == EVENTS
    assert check_chain().broken == ()
    tamper(_INSERTED)
    with pytest.raises(Conflict), committed() as session:
        seal_history(session.connection())


def _settings() -> Settings:
    return current_app.extensions["settings"]
