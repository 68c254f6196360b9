"""Migrations run up, down and up again on both databases and equal the models."""

import re
from collections.abc import Iterable

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DatabaseError

from onboarding.extensions import committed, db
from onboarding.models import AuditEvent
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.vocabulary import Action, DecisionOutcome, Role, Status
from onboarding.queries.audit import check_chain
from onboarding.queries.committee import list_in_office, list_items
from onboarding.queries.files import find_agenda_item
from onboarding.services.accounts import close_account
from onboarding.services.audit import record_event
from tests.support.cases import OPERATOR, decide, make_case, place, specialist, step
from tests.support.pages import send, without_token


def test_migrations_run_down_to_nothing_and_up_again(app: Flask) -> None:
    flask_migrate.downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    flask_migrate.upgrade()
    assert "application" in inspect(db.engine).get_table_names()


def test_a_filled_database_goes_down_to_0060_and_up_again_with_every_row_and_its_pages(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL no table is made anew")
    cases = [make_case(status) for status in (Status.RETURNED, Status.VERIFYING, Status.PARTICIPATING)]
    wanted = [(case.npi, case.public_id) for case in cases]

    def pages() -> list[str]:
        read = []
        for number, public_id in wanted:
            client = app.test_client()
            moved = send(client, "/status", npi=number, application_id=public_id)
            read.append(without_token(client.get(moved.location).text))
        return read

    def counts(tables: Iterable[str]) -> dict[str, int]:
        found = {name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in tables}
        db.session.rollback()
        return found

    before, filled = pages(), counts(inspect(db.engine).get_table_names())
    flask_migrate.downgrade(revision="0060")
    stayed = set(inspect(db.engine).get_table_names())
    assert counts(stayed) == {name: filled[name] for name in stayed}
    flask_migrate.upgrade()
    assert counts(stayed | {"audit_seal"}) == {name: filled[name] for name in stayed | {"audit_seal"}}
    assert pages() == before
    assert check_chain().broken == ()


def test_the_head_of_each_migration_names_the_one_it_follows(app: Flask) -> None:
    for script in ScriptDirectory.from_config(
        app.extensions["migrate"].migrate.get_config()
    ).walk_revisions():
        said = re.search(r"^(?:Follows|Revises): *(\d*)$", script.doc + "\n" + script.longdoc, re.M)
        assert said and said[1] == (script.down_revision or ""), script.path


def test_migrations_equal_the_models(app: Flask) -> None:
    flask_migrate.check()


def test_history_from_before_the_chain_is_sealed_when_the_chain_is_made(app: Flask) -> None:
    with committed():
        for number in range(3):
            record_event(actor=CLOCK, action="test", what=f"Event {number}", details={"number": number})
    scripts = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    before = scripts.get_revision("0120").down_revision
    assert isinstance(before, str)
    flask_migrate.downgrade(revision=before)
    assert "audit_seal" not in inspect(db.engine).get_table_names()
    flask_migrate.upgrade()
    report = check_chain()
    assert (report.checked, report.broken) == (3, ())


def test_the_record_of_meetings_held_before_says_what_was_decided_on_which_item_and_who_chaired(
    app: Flask,
) -> None:
    application = make_case(Status.IN_COMMITTEE)
    chair = decide(application, DecisionOutcome.PENDED).attendance[0]
    step(application, Action.FINISH_VERIFICATION, specialist())
    place(application)
    with committed():
        close_account(chair, OPERATOR)

    def told() -> list[object]:
        rows = [
            (item.id, decision and decision.number)
            for item, _, decision in list_items(find_agenda_item(application.id).meeting_id)
        ]
        meeting = find_agenda_item(application.id).meeting
        found = [rows, meeting.chair_id, [term.staff_id for term in list_in_office(meeting.held_on)]]
        db.session.rollback()
        return found

    before = told()
    scripts = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    flask_migrate.downgrade(revision=scripts.get_revision("0280").down_revision)
    flask_migrate.upgrade()
    assert told() == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET why = 'other'",
        "DELETE FROM audit_event",
        "UPDATE audit_seal SET hash = 'other'",
        "DELETE FROM audit_seal",
    ],
)
def test_the_database_refuses_to_change_history(app: Flask, change: str) -> None:
    with committed():
        record_event(actor=CLOCK, action="test", what="Something happened")
    with pytest.raises(DatabaseError, match="appended"), committed() as session:
        session.execute(text(change))


def test_what_was_recorded_on_a_file_can_neither_be_changed_nor_deleted(app: Flask) -> None:
    make_case(Status.APPROVED)
    for table in ("verification", '"authorization"', "screening", "decision", "audit_event"):
        for change in (f"UPDATE {table} SET application_id = application_id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="appended"), committed() as session:
                session.execute(text(change))


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_history_cannot_be_replaced_either(app: Flask, pragma: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("REPLACE is a word of SQLite")
    make_case(Status.APPROVED)
    for table in ("verification", '"authorization"', "screening", "decision", "audit_event"):
        with pytest.raises(DatabaseError, match="appended"), committed() as session:
            session.execute(text(f"PRAGMA recursive_triggers={pragma}"))
            session.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))


def test_a_replaced_row_is_a_deleted_row_for_the_database(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a setting of SQLite")
    assert db.session.scalar(text("PRAGMA recursive_triggers")) == 1


def test_history_names_every_role_of_who_acted(app: Flask) -> None:
    everything = Actor(None, "Somebody", frozenset(Role))
    with committed():
        record_event(actor=everything, action="test", what="Something happened")
    (role,) = db.session.scalars(select(AuditEvent.role))
    assert role == everything.role_text


def test_outside_the_transaction_door_the_database_refuses_to_write(app: Flask) -> None:
    with pytest.raises(DatabaseError):
        db.session.execute(
            text("INSERT INTO partner_referral (kind, referred_on) VALUES ('vision', '2026-01-01')")
        )
