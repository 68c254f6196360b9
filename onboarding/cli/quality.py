"""Bringing in quality results of the network."""

from itertools import islice
from pathlib import Path

import click
from flask import Flask

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.start import with_app
from onboarding.extensions import committed
from onboarding.importers.quality import ADVICE, read_rows
from onboarding.importers.source_file import RowError, read_facts
from onboarding.services.monitoring import import_quality_results

BATCH = 1_000
ERRORS_SHOWN = 20


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def quality(_app: Flask, file: Path) -> None:
    """Import quality results (CSV: NPI, Measure, Period, Result, Threshold). Good rows are taken, others told."""
    click.echo(import_quality(file))


def import_quality(file: Path) -> str:
    """Import one file, a batch at a time, and say what was done. Raises BadFile with what to do."""
    recorded, known, errors = 0, 0, list[RowError]()
    rows = read_rows(file, read_facts(file, ADVICE).encoding)
    while batch := list(islice(rows, BATCH)):
        with committed():
            done = import_quality_results(batch, OPERATOR)
        recorded, known = recorded + done.recorded, known + done.known
        errors += done.errors
    lines = [f"Quality results: {recorded:,} recorded, {known:,} were here already."]
    if errors:
        lines.append(f"Left out: {len(errors):,}.")
        lines += [f"  line {error.line}: {error.problem}" for error in errors[:ERRORS_SHOWN]]
    if len(errors) > ERRORS_SHOWN:
        lines.append("  and more")
    return "\n".join(lines)
