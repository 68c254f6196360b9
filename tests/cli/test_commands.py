"""The commands beside demo and doctor: what they print, what they refuse, in plain sentences."""

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from onboarding.cli import GROUPS, main
from onboarding.config import Settings
from onboarding.extensions import db
from onboarding.models import AuditEvent, Staff
from onboarding.policy.vocabulary import Role
from onboarding.policy.workflow import TABLE, as_markdown, as_mermaid
from tests.conftest import KEYS, TODAY
from tests.support.cases import make_case, make_staff
from tests.support.leie import many, write_list
from tests.support.tampering import tamper

Command = Callable[..., Result]
PASSPHRASE = "a long enough passphrase"


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`onboarding ...` on this test's database."""
    values = {
        "ENVIRONMENT": "test",
        "TODAY": TODAY.isoformat(),
        "INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": KEYS.secret_key,
        "FIELD_KEYS": ",".join(KEYS.field_keys),
        "INDEX_KEY": KEYS.index_key,
    }

    def command(*arguments: str, given: str | None = None, **other: str) -> Result:
        for name, value in {**values, **other}.items():
            monkeypatch.setenv(f"ONBOARDING_{name}", value)
        done = CliRunner().invoke(main, arguments, input=given)
        assert "Traceback" not in done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return command


def test_help_lists_every_command_in_its_group_with_a_sentence(run: Command) -> None:
    said = run("--help").output
    assert [said.index(f"{title}:") for title in GROUPS] == sorted(
        said.index(f"{title}:") for title in GROUPS
    )
    for commands in GROUPS.values():
        for command in commands:
            assert f"  {command.name} " in said
            assert command.get_short_help_str(), command.name


def test_every_command_explains_itself(run: Command) -> None:
    for commands in GROUPS.values():
        for command in commands:
            assert run(str(command.name), "--help").exit_code == 0


def test_the_workflow_is_printed_as_a_table_and_as_a_diagram(run: Command) -> None:
    table = run("workflow").output
    assert table == as_markdown()
    assert table.count("\n") == len(TABLE) + 2
    assert run("workflow", "--diagram").output == as_mermaid()


def test_settings_are_printed_with_secrets_masked(run: Command) -> None:
    said = run(
        "settings",
        SMTP_PASSWORD="hush-hush",
        DATABASE_URL="postgresql+psycopg://clerk:whisper@db.example/network",
    ).output
    assert "ONBOARDING_SMTP_PASSWORD" in said
    assert "(set)" in said
    assert "db.example/network" in said
    for secret in ("hush-hush", "whisper", KEYS.secret_key, KEYS.index_key, *KEYS.field_keys):
        assert secret not in said


def test_an_account_is_created_listed_and_closed(app: Flask, run: Command) -> None:
    created = run("account", "create", "--name", "Ada Finch", "--email", "Ada@plan.example", "--role", "specialist",
                  given=f"{PASSPHRASE}\n{PASSPHRASE}\n")  # fmt: skip
    assert created.exit_code == 0, created.output
    assert PASSPHRASE not in created.output
    listed = run("account", "list").output
    assert "ada@plan.example" in listed
    assert "specialist" in listed
    assert run("account", "close", "ada@plan.example").exit_code == 0
    assert "(closed)" in run("account", "list").output
    db.session.expire_all()
    staff = db.session.scalars(select(Staff)).one()
    assert not staff.active
    assert staff.password.startswith("$argon2")
    events = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert events == ["create_account", "close_account"]


def test_a_short_password_an_unknown_role_and_a_taken_address_are_refused(app: Flask, run: Command) -> None:
    who = ("account", "create", "--name", "Ada Finch", "--email", "ada@plan.example")
    short = run(*who, "--role", "auditor", "--password", "short")
    assert short.exit_code == 1
    assert "at least 15 characters" in short.output
    assert run(*who, "--role", "clock", "--password", PASSPHRASE).exit_code == 2
    assert run(*who, "--role", "auditor", "--password", PASSPHRASE).exit_code == 0
    assert (
        "an account for ada@plan.example already"
        in run(*who, "--role", "auditor", "--password", PASSPHRASE).output
    )


def test_an_account_gains_the_npi_of_its_person_and_no_number_that_is_none(app: Flask, run: Command) -> None:
    who = make_staff(Role.MEDICAL_DIRECTOR)
    assert "own NPI 1558598797" in run("account", "npi", who.email, "1558598797").output
    assert run("account", "npi", who.email, "1558598798").exit_code == 1
    db.session.rollback()
    assert db.session.scalar(select(Staff.npi)) == "1558598797"
    assert "own NPI none" in run("account", "npi", who.email).output


def test_closing_an_account_that_is_not_there_is_a_plain_refusal(app: Flask, run: Command) -> None:
    done = run("account", "close", "nobody@plan.example")
    assert done.exit_code == 1
    assert "There is no account for nobody@plan.example." in done.output


def test_keys_are_made_once_for_the_owner_alone(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.json"
    assert "Made" in run("keys", KEY_FILE=str(path)).output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_bytes()
    assert "kept" in run("keys", KEY_FILE=str(path)).output
    assert path.read_bytes() == kept


def test_without_keys_a_command_says_how_to_make_them(run: Command, tmp_path: Path) -> None:
    done = run("tick", SECRET_KEY="", FIELD_KEYS="", INDEX_KEY="", KEY_FILE=str(tmp_path / "none.json"))
    assert done.exit_code == 1
    assert "onboarding keys" in done.output


@pytest.mark.parametrize("command", ["tick", "serve", "scheduler", "settings", "demo"])
def test_a_moved_business_date_is_refused_in_production(run: Command, command: str) -> None:
    done = run(command, ENVIRONMENT="production")
    assert done.exit_code == 1
    assert "ONBOARDING_TODAY moves the business date and is refused in production: unset it." in done.output


def test_a_wrong_setting_is_named_in_one_sentence(run: Command) -> None:
    done = run("tick", SMTP_PORT="twenty-five")
    assert done.exit_code == 1
    assert done.output.startswith("Error: ONBOARDING_SMTP_PORT: ")


def test_the_exclusion_list_is_imported_from_the_command_line(
    app: Flask, run: Command, tmp_path: Path
) -> None:
    done = run("import", "leie", str(write_list(tmp_path / "UPDATED.csv", many(3))))
    assert done.exit_code == 0, done.output
    assert "3 rows imported" in done.output


def test_a_tick_says_what_each_job_did(app: Flask, run: Command) -> None:
    done = run("tick")
    assert done.exit_code == 0, done.output
    assert "letters to render: 0 rendered, 0 failed" in done.output


def test_a_tick_says_what_a_job_did_once(app: Flask, run: Command) -> None:
    make_case()
    assert run("tick").output.count("rendered") == 1


def test_the_history_is_verified_and_its_first_bad_row_named(run: Command, app: Flask) -> None:
    make_case()
    done = run("audit", "verify")
    assert done.exit_code == 0 and "The chain holds. No head is kept" in done.output
    done = run("audit", "verify", TODAY=(TODAY + timedelta(days=3)).isoformat())
    assert (
        done.exit_code == 1 and "no head outside knows of what was recorded from March 2, 2026" in done.output
    )
    tamper("UPDATE audit_event SET what = 'Other' WHERE id = 2")
    done = run("audit", "verify")
    assert done.exit_code == 1 and "Event 2 (place 2) was changed" in done.output
