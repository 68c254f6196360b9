"""Bringing in quality results of the network."""

from pathlib import Path

import click
from flask import Flask

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.start import with_app
from onboarding.extensions import committed
from onboarding.importers.quality import ADVICE, read_rows
from onboarding.importers.source_file import read_facts
from onboarding.services.monitoring import import_quality_results

ERRORS_SHOWN = 20


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def quality(_app: Flask, file: Path) -> None:
    """Import quality results (CSV: NPI, Measure, Period, Result, Threshold). Good rows are taken, others told."""
    click.echo(import_quality(file))


def import_quality(file: Path) -> str:
    """Import one file in one transaction and say what was done. Raises BadFile with what to do."""
    rows = list(read_rows(file, read_facts(file, ADVICE).encoding))
    with committed():
        done = import_quality_results(rows, OPERATOR)
    lines = [f"Quality results: {done.recorded:,} recorded, {done.known:,} were here already."]
    if done.errors:
        lines.append(f"Left out: {len(done.errors):,}.")
        lines += [f"  line {error.line}: {error.problem}" for error in done.errors[:ERRORS_SHOWN]]
    if len(done.errors) > ERRORS_SHOWN:
        lines.append("  and more")
    return "\n".join(lines)
