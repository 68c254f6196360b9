"""Bringing in registry files: NPPES, a batch at a time, and the NUCC taxonomy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic

import click
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.start import with_app
from onboarding.errors import BadFile
from onboarding.extensions import committed
from onboarding.importers.nppes import ADVICE, open_nppes
from onboarding.importers.source_file import RowError
from onboarding.queries.registry import NPPES, NPPES_DEACTIVATED, NUCC
from onboarding.services import registry

BATCH = 20_000
MOST_BAD_ROWS = 100
SECONDS_BETWEEN_LINES = 5.0

Moved = Callable[[int, int], None]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def nppes(_app: Flask, file: Path) -> None:
    """Import an NPPES file of CMS: the monthly or weekly zip, or its npidata_pfile CSV. May be stopped and run again."""
    click.echo(import_nppes(file))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def nucc(_app: Flask, file: Path) -> None:
    """Import the NUCC taxonomy (nucc_taxonomy_*.csv): the list that taxonomy codes are checked against."""
    checked = registry.check_registry_file(NUCC, file)
    if checked.current:
        click.echo(f"NUCC taxonomy: this file was imported before. {checked.rows:,} codes, nothing changed.")
        return
    rows = registry.read_taxonomies(file)
    with committed():
        registry.replace_taxonomies(rows)
        registry.finish_import(checked, len(rows), OPERATOR)
    click.echo(f"NUCC taxonomy: {len(rows):,} codes imported.")


@click.command("nppes-deactivated")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def nppes_deactivated(_app: Flask, file: Path) -> None:
    """Import the monthly deactivation report of NPPES: its zip, or the XLSX in it. All of it or nothing."""
    click.echo(import_deactivations(file))


def import_deactivations(file: Path) -> str:
    """Import one deactivation report and say what was done. Raises BadFile with what to do."""
    checked = registry.check_registry_file(NPPES_DEACTIVATED, file)
    if checked.current:
        return f"NPPES deactivation report: this file was imported before. {checked.rows:,} NPIs, nothing changed."
    rows = registry.read_deactivations(file)
    with committed():
        registry.replace_deactivations(rows)
        registry.finish_import(checked, len(rows), OPERATOR)
    return f"NPPES deactivation report: {len(rows):,} NPIs imported."


def import_nppes(file: Path) -> str:
    """Import one NPPES file and say what was done. Raises BadFile with what to do."""
    with _progress("Reading", file.stat().st_size) as moved:
        checked = registry.check_registry_file(NPPES, file, progress=lambda done: moved(done, 0))
    if checked.current:
        return f"NPPES: this file was imported before. {checked.rows:,} rows, nothing changed."
    done, bad = 0, []
    with open_nppes(file) as reader, _progress("Importing", reader.size) as moved:
        rows = reader.rows()
        while batch := list(islice(rows, BATCH)):
            good = [row for row in batch if not isinstance(row, RowError)]
            bad += [row for row in batch if isinstance(row, RowError)]
            _must_be_few(bad)
            if good:
                with committed():
                    registry.save_providers(good)
            done += len(good)
            moved(reader.place, done)
    if not done:
        raise BadFile(f"The file has a header and no rows. {ADVICE} Nothing was changed.")
    with committed():
        registry.finish_import(checked, done, OPERATOR)
    return f"NPPES: {done:,} rows imported.{_say_bad(bad)}"


def _must_be_few(bad: list[RowError]) -> None:
    if len(bad) > MOST_BAD_ROWS:
        raise BadFile(
            f"More than {MOST_BAD_ROWS} rows cannot be read.{_say_bad(bad)} Others may be in already, which does no harm. {ADVICE}"
        )


def _say_bad(bad: list[RowError]) -> str:
    if not bad:
        return ""
    shown = "; ".join(f"line {row.line}: {row.problem}" for row in bad[:5])
    return f" Left out: {len(bad)} ({shown}{'; and more' if len(bad) > 5 else ''})."


@contextmanager
def _progress(what: str, total: int) -> Iterator[Moved]:
    """How far it is in bytes, the rows a second and the time left: a bar on a terminal, a line now and then elsewhere."""
    console, began = Console(stderr=True), monotonic()

    def rate(rows: int) -> str:
        return f"{rows:,} rows, {rows / max(monotonic() - began, 1e-6):,.0f}/s" if rows else ""

    if not console.is_terminal:
        yield _plain_lines(what, total, began, rate)
        return
    columns = (
        TextColumn(what),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(what, total=total, rate="")
        yield lambda place, rows: bar.update(task, completed=place, rate=rate(rows))


def _plain_lines(what: str, total: int, began: float, rate: Callable[[int], str]) -> Moved:
    said = began

    def moved(place: int, rows: int) -> None:
        nonlocal said
        spent = monotonic() - began
        if monotonic() - said < SECONDS_BETWEEN_LINES or not place:
            return
        said = monotonic()
        left = spent * (total - place) / place
        about = f", {rate(rows)}" if rows else ""
        click.echo(f"{what}: {place >> 20:,} of {total >> 20:,} MB{about}, {left:,.0f} s left", err=True)

    return moved
