"""Running: the web server, the scheduler, one tick."""

import sys

import click
from flask import Flask

from onboarding.cli.children import Child, run_until_asked
from onboarding.cli.start import read_settings, start_app, with_app
from onboarding.config import ROOT
from onboarding.jobs.runner import SchedulerRunning, run_scheduler
from onboarding.jobs.runner import tick as run_tick
from onboarding.jobs.schedule import Job

# In each process. More wait for the interpreter and for a database connection (there are 15); granian's 256 cost a
# sixth of the requests a second.
THREADS = 8


def server_command(host: str, port: int, workers: int) -> list[str]:
    """The command line of the web server."""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
               "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning", "--working-dir", str(ROOT)]  # fmt: skip
    return [sys.executable, "-m", "granian", *options, "wsgi:app"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes; one for each core is right.")
def serve(host: str, port: int, workers: int) -> None:
    """Start the web server."""
    start_app(read_settings())
    command = server_command(host, port, workers)
    sys.exit(run_until_asked(Child("web server", command, None)))


@click.command()
@click.option(
    "--stand-by/--no-stand-by", default=True, show_default=True, help="Wait while another scheduler leads."
)
@with_app
def scheduler(app: Flask, stand_by: bool) -> None:
    """Start the scheduler; one leads at a time, others stand by and take over when it ends."""
    try:
        run_scheduler(app, app.extensions["settings"], stand_by=stand_by)
    except SchedulerRunning as running:
        raise click.ClickException(str(running)) from running


@click.command()
@with_app
def tick(app: Flask) -> None:
    """Run every job that is due, once. Safe anywhere, any number of times."""

    def tell(job: Job, done: dict[str, int]) -> None:
        counts = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in done.items())
        click.echo(f"{job.does}: {counts}")

    failed = run_tick(app.extensions["settings"], tell)
    if failed:
        raise click.ClickException(f"{failed} job(s) failed: see the log.")
