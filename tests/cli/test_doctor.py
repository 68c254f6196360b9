"""`onboarding doctor` names each thing that is wrong, once, with what to type, and never ends in a traceback."""

import builtins
import json
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, text, update

from onboarding.cli import check_database, checks, main
from onboarding.cli.checks import package_for
from onboarding.config import Settings, make_key_file
from onboarding.extensions import committed, db
from onboarding.jobs.runner import leadership
from onboarding.models import ExclusionList, Letter, Staff
from onboarding.models.staff import RoleRecord
from onboarding.policy.vocabulary import Channel, LetterState, Role
from onboarding.queries.append_only import GUARDS, find_missing_guards, list_guards
from onboarding.services.holds import admit_letters
from onboarding.services.letters import claim_letters, complete_rendering
from onboarding.services.outbox import claim_message, settle_in_doubt
from tests.conftest import KEYS, TODAY
from tests.support.cases import import_list, letters_leave, make_case, make_draft, make_staff

Doctor = Callable[..., Result]


pytestmark = pytest.mark.usefixtures("waits_for_the_disk")


@pytest.fixture
def doctor(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """The command on this test's database, with keys from the settings; other variables as given."""
    values = {
        "ENVIRONMENT": "test",
        "TODAY": TODAY.isoformat(),
        "INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": KEYS.secret_key,
        "FIELD_KEYS": ",".join(KEYS.field_keys),
        "INDEX_KEY": KEYS.index_key,
    }

    def run(**other: str | None) -> Result:
        for name, value in {**values, **other}.items():
            if value is None:
                monkeypatch.delenv(f"ONBOARDING_{name}", raising=False)
            else:
                monkeypatch.setenv(f"ONBOARDING_{name}", value)
        done = CliRunner().invoke(main, ["doctor"])
        assert "Traceback" not in done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done

    return run


def lines(done: Result, mark: str) -> str:
    return "\n".join(line for line in done.output.splitlines() if line.startswith(f"{mark} "))


def problems(done: Result) -> str:
    assert done.exit_code == 1, done.output
    return lines(done, "problem")


NO_KEYS: dict[str, Any] = {"SECRET_KEY": None, "FIELD_KEYS": None, "INDEX_KEY": None}
PRODUCTION: dict[str, Any] = {
    "ENVIRONMENT": "production",
    "TODAY": None,
    "TRUSTED_HOSTS": "network.plan.example",
    "PUBLIC_URL": "https://network.plan.example",
}


def test_a_record_that_could_be_changed_again_is_named(app: Flask, doctor: Doctor) -> None:
    assert find_missing_guards() == []
    gone = {"sqlite": "audit_event_UPDATE", "postgresql": "audit_event_append_only ON audit_event"}
    with committed() as session:
        session.execute(text(f"DROP TRIGGER {gone[db.engine.dialect.name]}"))
    assert find_missing_guards() == ["audit_event"]
    assert "triggers are gone or switched off on audit_event" in problems(doctor())


def test_every_guard_that_the_migrations_make_is_looked_for(app: Flask) -> None:
    assert list_guards() == GUARDS[db.engine.dialect.name]


def test_a_machine_with_everything_in_place_is_well(app: Flask, doctor: Doctor, settings: Settings) -> None:
    import_list()
    done = doctor()
    assert done.exit_code == 0, done.output
    assert "Nothing is wrong." in done.output
    kind = "SQLite 3" if settings.sqlite else "PostgreSQL 1"
    for part in ("Python", "WeasyPrint", "Source Sans", kind, "at the version", "good for 35 days", "mail"):
        assert part in lines(done, "ok")


def test_without_a_database_the_doctor_says_how_to_make_one_and_makes_none(
    doctor: Doctor, tmp_path: Path
) -> None:
    done = doctor(INSTANCE=str(tmp_path / "new"), DATABASE_URL="")
    assert "no database yet" in problems(done)
    assert "onboarding db upgrade, or make demo" in done.output
    assert not (tmp_path / "new").exists()


def test_an_empty_database_wants_its_migrations(
    doctor: Doctor, settings: Settings, app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "empty.db").touch()
    done = doctor(DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}")
    assert "not at the version of this program" in problems(done)
    assert "onboarding db upgrade" in problems(done)


def test_a_database_of_a_newer_program_is_recognized(app: Flask, doctor: Doctor) -> None:
    with committed() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "newer than this program" in problems(doctor())


def test_a_database_that_does_not_open_is_said_without_its_password(doctor: Doctor) -> None:
    done = doctor(DATABASE_URL="postgresql+psycopg://clerk:hush-hush@127.0.0.1:1/none")
    assert "does not open" in problems(done)
    assert "hush-hush" not in done.output


def test_a_file_that_is_no_database_is_named(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100)
    assert "does not open" in problems(doctor(DATABASE_URL=f"sqlite:///{tmp_path / 'letter.db'}"))


def test_an_old_python_is_named(app: Flask, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_PYTHON", (4, 0))
    assert "is too old" in problems(doctor())


def test_an_old_database_server_is_named(
    app: Flask, doctor: Doctor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_database, "OLDEST_SQLITE", (9, 0))
    monkeypatch.setattr(check_database, "OLDEST_POSTGRESQL", 99)
    assert "is too old" in problems(doctor())


def test_sqlite_settings_that_are_not_in_force_are_named() -> None:
    found = check_database._sqlite_settings(
        {"journal_mode": "delete", "synchronous": "1", "foreign_keys": "1"}
    )
    assert found.mark == "problem"
    assert "journal_mode is delete, synchronous is 1" in found.says


def test_a_missing_library_is_named_with_its_package(
    app: Flask, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_pango(name: str, *rest: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise OSError(
                "cannot load library 'libpangoft2-1.0-0': libpangoft2-1.0.so.0: cannot open shared object file"
            )
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    assert "apt-get install -y --no-install-recommends libpangoft2-1.0-0 " in problems(doctor())


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libpango-1.0-0", "libpango-1.0-0"),
        ("libharfbuzz-subset-0", "libharfbuzz-subset0"),
        ("libgobject-2.0-0", "libpango-1.0-0"),
        ("libfontconfig-1", "libpangoft2-1.0-0"),
        ("something else", "libpangoft2-1.0-0 libharfbuzz-subset0 libpango-1.0-0"),
    ],
)
def test_each_library_has_its_package(library: str, package: str) -> None:
    assert package_for(f"cannot load library '{library}'") == package


def test_missing_fonts_are_named(app: Flask, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "FACES", ("400-normal", "900-normal"))
    assert "source-sans-3-latin-900-normal.woff2" in problems(doctor())


def test_a_folder_that_cannot_be_written_is_named(app: Flask, doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    done = doctor(PRINT_FOLDER=str(tmp_path / "taken"), MAIL_FOLDER=str(tmp_path / "taken" / "mail"))
    assert "print folder" in problems(done)
    assert "mail folder" in problems(done)
    assert "mkdir -p" in problems(done)


def test_missing_keys_are_said_with_what_to_type(app: Flask, doctor: Doctor, tmp_path: Path) -> None:
    done = doctor(**NO_KEYS, KEY_FILE=str(tmp_path / "none.json"))
    assert "There are no keys" in problems(done)
    assert "onboarding keys" in problems(done)


def test_keys_lost_beside_a_database_are_to_be_restored_first(
    app: Flask, doctor: Doctor, tmp_path: Path
) -> None:
    done = problems(doctor(**NO_KEYS, KEY_FILE=str(tmp_path / "none.json")))
    assert done.index("Restore the key file") < done.index("onboarding keys")
    nowhere = doctor(
        **NO_KEYS, KEY_FILE=str(tmp_path / "none.json"), DATABASE_URL=f"sqlite:///{tmp_path}/none.db"
    )
    assert "Restore the key file" not in problems(nowhere)


def test_a_misspelled_setting_is_named_with_the_one_meant(app: Flask, doctor: Doctor) -> None:
    assert "ONBOARDING_MIAL is no setting: did you mean ONBOARDING_MAIL?" in problems(doctor(MIAL="smtp"))


def test_a_broken_key_file_is_said(app: Flask, doctor: Doctor, tmp_path: Path) -> None:
    for content in ("not json", "[]", '{"secret_key": 1'):
        (tmp_path / "keys.json").write_text(content)
        assert "keys" in problems(doctor(**NO_KEYS, KEY_FILE=str(tmp_path / "keys.json")))


def test_a_field_key_of_another_form_is_said(app: Flask, doctor: Doctor) -> None:
    assert "form of a Fernet key" in problems(doctor(FIELD_KEYS="too-short"))


def test_a_key_file_that_others_can_read_is_said(app: Flask, doctor: Doctor, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"secret_key": "s", "field_keys": KEYS.field_keys, "index_key": "i"}))
    path.chmod(0o644)
    assert f"chmod 600 {path}" in problems(doctor(**NO_KEYS, KEY_FILE=str(path)))


def test_a_fresh_key_file_is_well(app: Flask, doctor: Doctor, tmp_path: Path) -> None:
    import_list()
    make_key_file(tmp_path / "fresh.json")
    assert doctor(**NO_KEYS, KEY_FILE=str(tmp_path / "fresh.json")).exit_code == 0


def test_keys_that_do_not_open_the_data_are_noticed(app: Flask, doctor: Doctor) -> None:
    make_draft()
    assert "the keys open what is encrypted" in doctor().output
    assert "do not open what is encrypted" in problems(doctor(FIELD_KEYS=Fernet.generate_key().decode()))


def test_a_missing_and_a_stale_list_are_said(app: Flask, doctor: Doctor) -> None:
    assert "No OIG LEIE list" in problems(doctor())
    import_list()
    with committed() as session:
        session.execute(update(ExclusionList).values(imported_on=TODAY - timedelta(days=36)))
    done = doctor()
    assert "it is stale" in problems(done)
    assert "onboarding import leie FILE" in problems(done)


def test_letters_that_failed_or_are_in_doubt_are_counted(app: Flask, doctor: Doctor) -> None:
    import_list()
    make_case()
    letters_leave()
    make_case()
    assert "1 waiting, none failed" in doctor().output
    with committed() as session:
        session.execute(
            update(Letter).where(Letter.state == LetterState.QUEUED).values(state=LetterState.FAILED)
        )
    assert "1 letter(s) could not be made into a PDF" in problems(doctor())


def test_a_hand_over_in_doubt_is_work_for_the_desk_not_a_fault_of_the_machine(
    app: Flask, doctor: Doctor
) -> None:
    import_list()
    public_id = _leave_one_in_doubt()
    done = doctor()
    assert done.exit_code == 0
    assert "1 hand-over(s) failed or are in doubt" in lines(done, "note")
    assert f"Application ID: {public_id}" in lines(done, "note")


def _leave_one_in_doubt() -> str:
    public_id = make_case().public_id
    with committed():
        (claim,) = claim_letters(1)
        complete_rendering(
            claim, facts={}, storage_key="letters/none", sha256="0", size=1, mail_domain="plan.example"
        )
    with committed():
        admit_letters()
        message = claim_message(Channel.MAIL)
        assert message
        settle_in_doubt(message, "the line broke")
    return public_id


def test_an_account_whose_roles_do_not_go_together_is_named(app: Flask, doctor: Doctor) -> None:
    staff = make_staff(Role.AUDITOR, name="Both Hats")
    make_staff(Role.SPECIALIST)
    with committed() as work:
        other = work.scalars(select(RoleRecord).where(RoleRecord.name == Role.SPECIALIST.value)).one()
        work.get_one(Staff, staff.id).roles.append(other)
    said = problems(doctor())
    assert "both.hats@plan.example holds the roles auditor, specialist" in said
    assert "only auditor counts" in said and "account close both.hats@plan.example" in said


def test_a_running_scheduler_is_seen(app: Flask, doctor: Doctor, settings: Settings) -> None:
    import_list()
    assert "No scheduler is running" in lines(doctor(), "note")
    with leadership(settings):
        assert "scheduler        running" in lines(doctor(), "ok")


def test_a_wrong_setting_is_named(doctor: Doctor) -> None:
    assert "ONBOARDING_SMTP_PORT" in problems(doctor(SMTP_PORT="twenty-five"))


def test_a_mail_server_that_is_not_there_is_said(app: Flask, doctor: Doctor) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        done = doctor(MAIL="smtp", SMTP_PORT=str(probe.getsockname()[1]))
    assert "ONBOARDING_SMTP_HOST" in problems(done)


def test_a_silent_mail_server_does_not_hold_the_doctor_up(app: Flask, doctor: Doctor) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        done = doctor(MAIL="smtp", SMTP_PORT=str(silent.getsockname()[1]), SMTP_TIMEOUT="0.5")
    assert "timed out" in problems(done)


class Nothing:
    """A mail server's rules: takes whatever comes."""


@pytest.fixture
def mail_port() -> Any:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    controller = Controller(Nothing(), hostname="127.0.0.1", port=free)
    controller.start()
    yield str(free)
    controller.stop()


def test_a_mail_server_that_answers_is_well(app: Flask, doctor: Doctor, mail_port: str) -> None:
    import_list()
    done = doctor(MAIL="smtp", SMTP_PORT=mail_port)
    assert f"127.0.0.1:{mail_port} answers" in lines(done, "ok")
    assert done.exit_code == 0


def test_a_mail_server_without_the_encryption_or_the_user_asked_for_is_said(
    app: Flask, doctor: Doctor, mail_port: str
) -> None:
    assert "STARTTLS" in problems(doctor(MAIL="smtp", SMTP_PORT=mail_port, SMTP_STARTTLS="true"))
    assert "cannot be used" in problems(
        doctor(MAIL="smtp", SMTP_PORT=mail_port, SMTP_STARTTLS="false", SMTP_USER="u")
    )


def test_production_with_everything_set_has_only_the_scheduler_to_start(
    app: Flask, doctor: Doctor, mail_port: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.cli.check_database.today", lambda: TODAY)
    import_list()
    done = doctor(**PRODUCTION, MAIL="smtp", SMTP_PORT=mail_port)
    assert problems(done).count("\n") == 0
    assert "No scheduler is running" in problems(done)
    with leadership(settings):
        assert doctor(**PRODUCTION, MAIL="smtp", SMTP_PORT=mail_port).exit_code == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"MAIL": "file"}, "reaches nobody"),
        ({"MAIL": "console"}, "reaches nobody"),
        ({"PUBLIC_URL": "http://network.plan.example"}, "ONBOARDING_PUBLIC_URL"),
        ({"TODAY": "2026-03-02"}, "ONBOARDING_TODAY"),
    ],
)
def test_production_is_asked_for_more(
    app: Flask, doctor: Doctor, tmp_path: Path, change: dict[str, str | None], says: str
) -> None:
    make_key_file(tmp_path / "keys.json")
    assert says in problems(doctor(**{**PRODUCTION, "KEY_FILE": str(tmp_path / "keys.json"), **change}))


@pytest.mark.parametrize(("mode", "mark"), [(0o600, "note"), (0o640, "problem"), (0o604, "problem")])
def test_in_production_a_key_file_only_its_owner_can_read_is_worth_a_note_and_any_other_is_wrong(
    app: Flask, doctor: Doctor, tmp_path: Path, mode: int, mark: str
) -> None:
    path = tmp_path / "keys.json"
    make_key_file(path)
    path.chmod(mode)
    done = doctor(**{**PRODUCTION, "KEY_FILE": str(path), "SECRET_KEY": None})
    assert "ONBOARDING_SECRET_KEY" in lines(done, mark)
    assert ("ONBOARDING_SECRET_KEY" in lines(done, "problem")) == (mark == "problem")


def test_what_a_check_did_not_expect_is_said_and_the_others_go_on(
    app: Flask, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(check_database, "count_letters", broken)
    done = doctor()
    assert "could not be checked: RuntimeError: the disk is on fire." in problems(done)
    assert "mail" in lines(done, "ok")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_leave_to_write_is_named(app: Flask, doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    assert "print folder" in problems(doctor(PRINT_FOLDER=str(tmp_path / "shut" / "print")))


def test_without_a_contract_with_caqh_staff_enter_what_they_see(
    app: Flask, doctor: Doctor, settings: Settings
) -> None:
    assert "no contract: staff enter what they see in CAQH" in lines(doctor(), "ok")
    half = problems(doctor(CAQH_URL="https://proview.caqh.org", CAQH_USER="plan"))
    assert "without ONBOARDING_CAQH_ORGANIZATION_ID, ONBOARDING_CAQH_PASSWORD" in half
    whole = doctor(CAQH_ORGANIZATION_ID="1234", CAQH_PASSWORD="a secret of the plan", CAQH_USER="plan",
                   CAQH_URL="https://proview.caqh.org")  # fmt: skip
    assert "https://proview.caqh.org, organization 1234" in lines(whole, "ok")
    assert "a secret of the plan" not in whole.output
