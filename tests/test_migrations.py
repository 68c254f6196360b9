"""Migrations run up, down and up again on both databases and equal the models."""

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from onboarding.extensions import committed, db
from onboarding.policy.people import CLOCK
from onboarding.services.audit import record_event


def test_migrations_run_down_to_nothing_and_up_again(app: Flask) -> None:
    flask_migrate.downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    flask_migrate.upgrade()
    assert "application" in inspect(db.engine).get_table_names()


def test_migrations_equal_the_models(app: Flask) -> None:
    flask_migrate.check()


@pytest.mark.parametrize("change", ["UPDATE audit_event SET why = 'other'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_history(app: Flask, change: str) -> None:
    with committed():
        record_event(actor=CLOCK, action="test", what="Something happened")
    with pytest.raises(DatabaseError, match="appended"), committed() as session:
        session.execute(text(change))


def test_outside_the_transaction_door_the_database_refuses_to_write(app: Flask) -> None:
    with pytest.raises(DatabaseError):
        db.session.execute(
            text("INSERT INTO partner_referral (kind, referred_on) VALUES ('vision', '2026-01-01')")
        )
