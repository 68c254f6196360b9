"""The demonstration: invented data, the web server and the scheduler, by one command."""

import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import flask_migrate
import structlog
from flask import Flask
from sqlalchemy.exc import DatabaseError

from onboarding import filecheck
from onboarding.cli.checks import check_letter_library
from onboarding.cli.children import Child, ChildEnded, run_together
from onboarding.cli.demo_network import (
    ACCOUNTS,
    PASSWORD,
    HalfLoaded,
    find_group,
    is_empty,
    is_loaded,
    list_showpieces,
    load_network,
)
from onboarding.cli.findings import Mark
from onboarding.cli.run import server_command
from onboarding.cli.start import read_settings, start_app
from onboarding.config import MailTransport, Settings, make_key_file
from onboarding.errors import OnboardingError
from onboarding.extensions import db
from onboarding.jobs.runner import SchedulerRunning, leadership
from onboarding.policy.stages import STAGES
from onboarding.queries.health import UPGRADE, find_database_troubles

HOST = "127.0.0.1"


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where the pages are."
)
def demo(port: int) -> None:
    """Start the whole program with invented data; Ctrl-C ends it."""
    settings = read_settings()
    if settings.production:
        raise click.ClickException(
            "The demonstration never runs in production. Unset ONBOARDING_ENVIRONMENT."
        )
    _must_be_free(port)
    if "public_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"public_url": f"http://{HOST}:{port}"})
    _make_keys(settings)
    app = start_app(settings)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with app.app_context():
        with _alone(settings):
            _migrate()
            _load(app, settings)
        welcome = _welcome(settings, port)
        db.session.remove()
        db.engine.dispose()
    filecheck.children.close()  # from here on the web server's own checks what is sent
    _run(settings, port, welcome)
    click.echo("Ended.")


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            says = f"Port {port} is for the system's own programs. Choose another: {_me()} demo --port 8001"
            raise click.ClickException(says) from error
        except OSError as error:
            other = port + 1 if port < 65535 else 8000
            says = (
                f"Port {port} is in use, perhaps by another demonstration. End that program, or choose another port: "
                f"{_me()} demo --port {other}"
            )
            raise click.ClickException(says) from error


def _me() -> str:
    """How this command is called here."""
    name = Path(sys.executable).with_name("onboarding")
    return os.path.relpath(name) if name.is_relative_to(Path.cwd()) else str(name)


def _make_keys(settings: Settings) -> None:
    if settings.secret_key and settings.field_keys and settings.index_key:
        return
    assert settings.key_file is not None
    if make_key_file(settings.key_file):
        click.echo(f"Made the keys: {settings.key_file}")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Keep every other demonstration and scheduler away meanwhile."""
    try:
        with leadership(settings):
            yield
    except SchedulerRunning as running:
        says = "A scheduler works on this database already: is the demonstration open in another window?"
        if _is_being_loaded():
            says = (
                "Another demonstration is loading here. Wait until it says what to open, in its own window."
            )
        raise click.ClickException(says) from running


def _is_being_loaded() -> bool:
    """Has the program that works on this database still to load it, or half of it?"""
    try:
        return not is_loaded() and is_empty()
    except (HalfLoaded, DatabaseError):
        return True


def _migrate() -> None:
    """Bring the database to the version of this program, which a newer one cannot be."""
    wrong = [trouble for trouble in find_database_troubles() if trouble.do != UPGRADE]
    if wrong:
        raise click.ClickException(f"{wrong[0].says} {wrong[0].do}")
    flask_migrate.upgrade()


def _load(app: Flask, settings: Settings) -> None:
    """Load the network once; what is there is kept."""
    try:
        if is_loaded():
            click.echo("The demonstration data is here from an earlier run and is kept.")
            return
        if not is_empty():
            click.echo("This database has data of its own: it is kept, and no demonstration data is added.")
            return
    except HalfLoaded as half:
        raise click.ClickException(_half_loaded(settings)) from half
    _must_draw_letters()
    click.echo("Loading the demonstration network (once; a minute, on a small machine a few)")
    try:
        load_network(
            app,
            settings.model_copy(update={"mail": MailTransport.FILE}),
            lambda line: click.echo(f"  {line}"),
        )
    except KeyboardInterrupt as stopped:
        raise click.ClickException(f"Stopped while loading. {_half_loaded(settings)}") from stopped
    except OnboardingError as refusal:
        says = f"Loading stopped: {refusal.message} {_half_loaded(settings)}"
        raise click.ClickException(says) from refusal


def _must_draw_letters() -> None:
    for finding in check_letter_library():
        if finding.mark is Mark.PROBLEM:
            raise click.ClickException(f"{finding.says} Type: {finding.do}")


def _half_loaded(settings: Settings) -> str:
    again = f"mv {settings.instance} {settings.instance}.old"
    if not settings.sqlite:
        again += " and name an empty database in ONBOARDING_DATABASE_URL"
    return f"The demonstration data is not whole. To load it afresh, type: {again}"


def _run(settings: Settings, port: int, welcome: str) -> None:
    logs = settings.instance / "log"
    start = "from onboarding.cli import main; main()"
    children = [
        Child("web server", server_command(HOST, port, 2), logs / "web.log"),
        Child("scheduler", [sys.executable, "-c", start, "scheduler"], logs / "scheduler.log"),
    ]
    environment = {**os.environ, "ONBOARDING_PUBLIC_URL": settings.public_url}
    try:
        run_together(children, environment, f"http://{HOST}:{port}/readyz", lambda: click.echo(welcome))
    except ChildEnded as ended:
        raise click.ClickException(str(ended)) from ended


def _addresses_before(settings: Settings) -> list[str]:
    """Under which other addresses the demonstration has run here; the one of now is noted for the next time."""
    noted = settings.instance / "demo-addresses"
    known = noted.read_text().split() if noted.exists() else []
    if settings.public_url not in known:
        settings.instance.mkdir(parents=True, exist_ok=True)
        noted.write_text("\n".join([*known, settings.public_url]))
    return [address for address in known if address != settings.public_url]


def _welcome(settings: Settings, port: int) -> str:
    """What to open, and with what."""
    home = f"http://{HOST}:{port}"
    lines = ["", "The demonstration is running. Nobody in it is real.", "", f"  Applicants   {home}/"]
    if is_loaded():
        lines += ["", f"  Status       {home}/status   with the NPI and Application ID of one of these:"]
        lines += [
            f"                 {one.npi}   {one.public_id}   {one.name}: {STAGES[one.status].title}"
            for one in list_showpieces()
        ]
        if group := find_group():
            lines += [
                "",
                f"  Rosters      {home}/roster   of a group, opened with its NPI and Application ID and the code we mail:",
                f"                 {group.npi}   {group.public_id}   {group.name}: its practitioners open from there",
            ]
        lines += [
            "",
            f"  Staff        {home}/staff/today   password of all, for demonstration only: {PASSWORD}",
        ]
        lines += [
            f"                 {email:28} {name}, {role.value.replace('_', ' ')}"
            for role, name, email in ACCOUNTS
        ]
    else:
        lines += [f"  Status       {home}/status", f"  Staff        {home}/staff/today"]
    mail = f"{settings.mail_folder}   (one .eml file each)"
    lines += ["", f"  Mail         {mail if settings.mail is MailTransport.FILE else settings.mail.value}"]
    lines += [
        f"  Letters      {settings.print_folder}   (for print, PDF)",
        f"  Logs         {settings.instance}/log",
    ]
    if earlier := _addresses_before(settings):
        lines += [
            "",
            f"  Links in earlier mails lead to {', '.join(earlier)}: they open while it runs there.",
        ]
    return "\n".join([*lines, "", "Ctrl-C ends both, the web server and the scheduler."])
