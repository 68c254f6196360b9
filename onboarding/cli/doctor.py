"""The doctor: what is missing or misconfigured, in plain words, one line a check, with what to type."""

import logging
import secrets
from collections.abc import Iterator
from functools import partial

import click
from cryptography.fernet import Fernet
from flask import Flask

from onboarding import create_app
from onboarding.cli.check_accounts import check_accounts
from onboarding.cli.check_database import check_database
from onboarding.cli.check_uploads import check_uploads
from onboarding.cli.checks import (
    carefully,
    check_caqh,
    check_folders,
    check_fonts,
    check_keys,
    check_letter_library,
    check_mail,
    check_names,
    check_production,
    check_python,
)
from onboarding.cli.findings import Finding, Mark, ok, problem
from onboarding.cli.start import read_settings
from onboarding.config import Keys, Settings


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what is missing or misconfigured, and what to type."""
    logging.disable(logging.CRITICAL)
    try:
        problems = 0
        for finding in examine():
            click.echo(line_of(finding))
            problems += finding.mark is Mark.PROBLEM
    finally:
        logging.disable(logging.NOTSET)
    click.echo()
    click.echo(
        "Nothing is wrong." if not problems else f"{problems} problem{'s' if problems > 1 else ''} found."
    )
    context.exit(1 if problems else 0)


def line_of(finding: Finding) -> str:
    """One finding on one line."""
    says = f"{finding.says} Type or do: {finding.do}" if finding.do else finding.says
    return f"{finding.mark.value:8} {finding.part:16} {says}"


def examine() -> Iterator[Finding]:
    """Every check, in the order in which things are set up. What a missing part hides is not looked at."""
    yield from carefully("Python", check_python)
    yield from carefully("letter library", check_letter_library)
    yield from carefully("fonts", check_fonts)
    try:
        settings = read_settings()
    except click.ClickException as wrong:
        for line in wrong.message.splitlines():
            yield problem("settings", line, "Set it right, or unset it.")
        return
    yield ok("settings", f"environment {settings.environment.value}")
    yield from carefully("settings", check_names)
    yield from carefully("folders", partial(check_folders, settings))
    yield from carefully("keys", partial(check_keys, settings))
    yield from carefully("database", partial(_check_database, settings))
    yield from carefully("mail", partial(check_mail, settings))
    yield from carefully("CAQH", partial(check_caqh, settings))
    yield from carefully("uploads", partial(check_uploads, settings))
    yield from carefully("production", partial(check_production, settings))


def _check_database(settings: Settings) -> Iterator[Finding]:
    app = _app(settings)
    with app.app_context():
        found = list(check_database(settings))
        yield from found
        if not any(finding.part == "database" and finding.mark is Mark.PROBLEM for finding in found):
            yield from check_accounts()


def _app(settings: Settings) -> Flask:
    """The app with keys of its own, thrown away after: the database is looked at even where the keys are missing."""
    return create_app(
        settings, Keys(secrets.token_hex(), [Fernet.generate_key().decode()], secrets.token_hex())
    )
