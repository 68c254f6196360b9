"""The database: its version."""

import click
import flask_migrate
from flask import Flask

from onboarding.cli.start import with_app
from onboarding.jobs.sweeps import restate_forecasts


@click.group("db")
def database() -> None:
    """Upgrade the database, or see its version."""


@database.command()
@with_app
def upgrade(app: Flask) -> None:
    """Bring the database to the version of this program."""
    flask_migrate.upgrade()


@database.command()
@click.argument("revision", default="-1")
@with_app
def downgrade(app: Flask, revision: str) -> None:
    """Take the database one version back, or to REVISION."""
    flask_migrate.downgrade(revision=revision)


@database.command()
@with_app
def current(app: Flask) -> None:
    """Say which version the database is at."""
    flask_migrate.current()


@database.command()
@with_app
def check(app: Flask) -> None:
    """Say whether the migrations equal the models."""
    flask_migrate.check()


@database.command()
@with_app
def forecast(app: Flask) -> None:
    """State anew on which day each open file goes stale."""
    done = restate_forecasts(app.extensions["settings"])
    click.echo(f"Changed: {done['restated']}")


@database.command()
@click.argument("message")
@with_app
def revision(app: Flask, message: str) -> None:
    """Write a new migration from what changed in the models."""
    flask_migrate.revision(message=message, autogenerate=True)
