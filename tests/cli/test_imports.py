"""`onboarding import leie FILE` says what it did, and what to do when it refuses."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from onboarding.cli import imports, main
from onboarding.config import Settings
from tests.conftest import KEYS
from tests.support.leie import many, person, write_list


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    values = {
        "ENVIRONMENT": "test",
        "TODAY": "2026-03-02",
        "INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": KEYS.secret_key,
        "FIELD_KEYS": ",".join(KEYS.field_keys),
        "INDEX_KEY": KEYS.index_key,
    }

    def run_command(*arguments: str, **other: str) -> Result:
        for name, value in {**values, **other}.items():
            monkeypatch.setenv(f"ONBOARDING_{name}", value)
        return CliRunner().invoke(main, ["import", "leie", *arguments])

    return run_command


def test_an_import_says_how_many_rows_and_that_a_sample_is_a_sample(run, tmp_path: Path) -> None:
    done = run(str(write_list(tmp_path / "list.csv", many(3))))
    assert done.exit_code == 0, done.output
    assert "OIG LEIE: 3 rows imported. The newest exclusion in it is dated March 19, 2020." in done.output
    assert "far less than the full list" in done.output


def test_the_same_file_again_says_that_nothing_changed(run, tmp_path: Path) -> None:
    path = str(write_list(tmp_path / "list.csv", many(3)))
    run(path)
    assert "imported before. 3 rows, nothing changed." in run(path).output


def test_a_refused_file_ends_with_its_reason_and_what_to_do(run, tmp_path: Path) -> None:
    done = run(str(write_list(tmp_path / "list.csv", [person("REED", "ADA", NPI="1")])))
    assert done.exit_code == 1
    assert "line 2: NPI is not ten digits" in done.output
    assert "Download UPDATED.csv" in done.output
    assert "Traceback" not in done.output


def test_a_smaller_list_needs_somebody_to_insist(run, tmp_path: Path) -> None:
    run(str(write_list(tmp_path / "a.csv", many(1000))))
    smaller = str(write_list(tmp_path / "b.csv", many(500)))
    assert "probably cut off" in run(smaller).output
    assert "500 rows imported (before: 1,000)" in run(smaller, "--anyway").output


def test_a_long_import_says_how_far_it_is(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PLAIN_STEP", 2000)
    done = run(str(write_list(tmp_path / "list.csv", many(4500))))
    assert "Checking: 2,000 rows" in done.output
    assert "Importing: 4,000 rows" in done.output


def test_on_a_terminal_a_bar_moves(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(imports, "Console", lambda stderr: Console(file=screen, force_terminal=True))
    assert run(str(write_list(tmp_path / "list.csv", many(30)))).exit_code == 0
    assert "Importing" in screen.getvalue()
    assert "30/30" in screen.getvalue()
