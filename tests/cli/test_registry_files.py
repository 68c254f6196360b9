"""`onboarding import nppes FILE` and `import nucc FILE`: what they bring in, say and refuse; stopped and run again."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from rich.console import Console
from sqlalchemy import func, select

from onboarding.cli import main, registry
from onboarding.cli.registry import import_nppes
from onboarding.config import Settings
from onboarding.errors import BadFile
from onboarding.extensions import db
from onboarding.models import AuditEvent, NppesProvider, NuccTaxonomy, RegistryFile
from tests.conftest import KEYS
from tests.support.nppes import BODY, NUCC, columns, many, row, write_file
from tests.support.people import npi


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """Runs `onboarding import ...` on the test's database."""
    values = {
        "ENVIRONMENT": "test", "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url,
        "SECRET_KEY": KEYS.secret_key, "FIELD_KEYS": ",".join(KEYS.field_keys), "INDEX_KEY": KEYS.index_key,
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"ONBOARDING_{name}", value)

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["import", *arguments])

    return run_command


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_imported_and_written_down(app: Flask, tmp_path: Path) -> None:
    says = import_nppes(write_file(tmp_path / "npidata.csv", [*many(7), row(npi(90), BODY)]))
    assert says == "NPPES: 8 rows imported."
    file = db.session.scalars(select(RegistryFile)).one()
    assert (file.source, file.file_name, file.rows, file.current) == ("nppes", "npidata.csv", 8, True)
    assert count(NppesProvider) == 8
    assert db.session.scalars(select(AuditEvent.what)).one() == "NPPES imported: 8 rows from npidata.csv"


def test_the_same_file_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.zip", many(3))
    import_nppes(path)
    assert import_nppes(path) == "NPPES: this file was imported before. 3 rows, nothing changed."
    assert (count(RegistryFile), count(AuditEvent)) == (1, 1)


def test_the_latest_file_wins_row_by_row_and_an_earlier_one_does_not_come_back(
    app: Flask, tmp_path: Path
) -> None:
    first = write_file(tmp_path / "a.csv", [row(npi(1)), row(npi(2))], columns(1))
    import_nppes(first)
    import_nppes(write_file(tmp_path / "b.csv", [row(npi(1), city="CONWAY")]))
    cities = db.session.execute(
        select(NppesProvider.npi, NppesProvider.city).order_by(NppesProvider.npi)
    ).all()
    assert [tuple(found) for found in cities] == [(npi(1), "CONWAY"), (npi(2), "LITTLE ROCK")]
    with pytest.raises(BadFile, match="replaced by a newer one"):
        import_nppes(first)
    assert db.session.scalars(select(RegistryFile.file_name).where(RegistryFile.current)).one() == "b.csv"


def test_an_import_that_was_stopped_is_run_again_without_harm(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(tmp_path / "a.csv", many(9))
    monkeypatch.setattr(registry, "BATCH", 4)
    save, batches = registry.registry.save_providers, []

    def stop_at_the_third(rows: list) -> None:
        batches.append(rows)
        if len(batches) == 3:
            raise KeyboardInterrupt
        save(rows)

    monkeypatch.setattr(registry.registry, "save_providers", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        import_nppes(path)
    assert (count(NppesProvider), count(RegistryFile)) == (8, 0)
    monkeypatch.setattr(registry.registry, "save_providers", save)
    assert import_nppes(path) == "NPPES: 9 rows imported."
    assert count(NppesProvider) == 9


def test_bad_rows_are_left_out_and_named_and_too_many_stop_it(app: Flask, tmp_path: Path) -> None:
    says = import_nppes(write_file(tmp_path / "a.csv", [row("1"), *many(2)]))
    assert says == "NPPES: 2 rows imported. Left out: 1 (line 2: NPI is not ten digits)."
    with pytest.raises(BadFile, match="More than 100 rows cannot be read"):
        import_nppes(write_file(tmp_path / "b.csv", [row("1")] * 101))
    assert count(RegistryFile) == 1


@pytest.mark.parametrize("header", [columns()[1:], ["A", "B"]])
def test_another_header_changes_nothing(app: Flask, tmp_path: Path, header: list[str]) -> None:
    with pytest.raises(BadFile, match="Nothing was changed"):
        import_nppes(write_file(tmp_path / "a.csv", many(2), header))
    with pytest.raises(BadFile, match="a header and no rows"):
        import_nppes(write_file(tmp_path / "b.csv", []))
    assert (count(NppesProvider), count(RegistryFile)) == (0, 0)


def test_a_long_import_says_how_far_it_is(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "SECONDS_BETWEEN_LINES", 0.0)
    import_nppes(write_file(tmp_path / "a.csv", many(600)))
    said = capsys.readouterr().err
    assert "Importing: 0 of 0 MB, 600 rows, " in said and "/s, 0 s left" in said


def test_on_a_terminal_a_bar_shows_how_much_how_fast_and_how_long(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(
        registry, "Console", lambda stderr: Console(file=screen, force_terminal=True, width=120)
    )
    import_nppes(write_file(tmp_path / "a.csv", many(600)))
    assert (
        "Importing" in screen.getvalue() and "600 rows, " in screen.getvalue() and "/s" in screen.getvalue()
    )


def test_the_command_says_what_it_did_and_why_it_refuses(run, settings, tmp_path: Path) -> None:
    done = run("nppes", str(write_file(tmp_path / "a.csv", many(2))))
    assert (done.exit_code, "NPPES: 2 rows imported." in done.output) == (0, True), done.output
    (tmp_path / "b.csv").write_text("")
    refused = run("nppes", str(tmp_path / "b.csv"))
    assert (
        refused.exit_code == 1
        and "The file is empty." in refused.output
        and "Traceback" not in refused.output
    )


def test_the_taxonomy_is_imported_replaced_and_not_changed_by_the_same_file(run, app, tmp_path: Path) -> None:
    path = tmp_path / "nucc_taxonomy_260.csv"
    path.write_text(NUCC)
    assert "NUCC taxonomy: 2 codes imported." in run("nucc", str(path)).output
    assert "2 codes, nothing changed" in run("nucc", str(path)).output
    path.write_text(NUCC.rsplit("\n", 2)[0] + "\n")
    assert "1 codes imported" in run("nucc", str(path)).output
    assert db.session.scalars(select(NuccTaxonomy.display_name)).all() == ["Family Nurse Practitioner"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("Code,Grouping\n", "does not name the columns"),
        (NUCC.replace("Display Name", "Title"), "missing: Display Name"),
        (NUCC.replace("251B00000X", "251B"), "line 3: A taxonomy code has ten characters"),
        (NUCC.splitlines()[0] + "\n", "a header and no rows"),
    ],
)
def test_another_taxonomy_file_is_refused_in_words(run, app, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    refused = run("nucc", str(tmp_path / "a.csv"))
    assert refused.exit_code == 1 and says in refused.output
    assert count(NuccTaxonomy) == 0
