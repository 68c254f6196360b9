"""Bringing in public lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.quality import quality
from onboarding.cli.registry import nppes, nppes_deactivated, nucc
from onboarding.cli.start import with_app
from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.policy.days import say
from onboarding.services import exclusions

PLAIN_STEP = 20_000


@click.group("import")
def import_group() -> None:
    """Import public lists."""


@import_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--anyway", is_flag=True, help="Take a list much smaller than the current one, or one replaced before."
)
@with_app
def leie(app: Flask, file: Path, anyway: bool) -> None:
    """Import the federal exclusion list (OIG LEIE): the full file UPDATED.csv, all of it or nothing."""
    import_list(app.extensions["settings"], "leie", file, anyway=anyway)


for _command in (nppes, nppes_deactivated, nucc, quality):
    import_group.add_command(_command)


def import_list(settings: Settings, source: str, file: Path, *, anyway: bool) -> None:
    """Check the file, import it in one transaction, say what was done. Raises BadFile with what to do."""
    with _progress("Checking") as progress:
        checked = exclusions.check_exclusion_file(source, file, progress=progress)
    with _progress("Importing", checked.rows) as progress, committed():
        result = exclusions.import_exclusion_list(
            checked, actor=OPERATOR, full_only=settings.production, anyway=anyway, progress=progress
        )
    click.echo(_say_result(checked, result))
    if checked.rows < checked.importer.full_rows:
        click.echo(
            "Note: this is far less than the full list. Good for a trial; it does not screen a network."
        )


def _say_result(checked: exclusions.CheckedFile, result: exclusions.ImportResult) -> str:
    label = checked.importer.label
    if not result.changed:
        return f"{label}: this file was imported before. {result.rows:,} rows, nothing changed."
    before = f" (before: {result.rows_before:,})" if result.rows_before is not None else ""
    newest = checked.newest_exclusion_on
    until = f" The newest exclusion in it is dated {say(newest)}." if newest else ""
    return f"{label}: {result.rows:,} rows imported{before}.{until}"


@contextmanager
def _progress(what: str, total: int | None = None) -> Iterator[exclusions.Progress]:
    """A moving bar on a terminal, a plain line now and then elsewhere. Yields what is told the rows done so far."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines(what)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(what, total=total)

        def moved(rows: int) -> None:
            bar.update(task, completed=rows)

        yield moved
        bar.update(task, total=total or bar.tasks[0].completed)


def _plain_lines(what: str) -> exclusions.Progress:
    said = 0

    def moved(rows: int) -> None:
        nonlocal said
        if rows - said >= PLAIN_STEP:
            said = rows
            click.echo(f"{what}: {rows:,} rows", err=True)

    return moved
