"""Starting the program for a command: settings read, keys loaded, plain words when either is missing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask
from pydantic import ValidationError

from onboarding import create_app
from onboarding.config import MissingKeys, Settings, make_key_file
from onboarding.errors import OnboardingError


def read_settings() -> Settings:
    """The settings; a bad one ends the command with a sentence that names the variable."""
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [_sentence(error) for error in wrong.errors()]
        raise click.ClickException("\n".join(lines)) from wrong


def _sentence(error: Any) -> str:
    name = "_".join(str(part) for part in error["loc"]).upper()
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"ONBOARDING_{name}: {message}" if name else message


def start_app(settings: Settings | None = None) -> Flask:
    """The app for a command."""
    try:
        return create_app(settings or read_settings())
    except MissingKeys as missing:
        raise click.ClickException(str(missing)) from missing


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the app; a refusal of the program becomes one plain line and exit code 1."""

    @wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        app = start_app()
        with app.app_context():
            try:
                return command(app, *args, **values)
            except OnboardingError as refusal:
                raise click.ClickException(refusal.message) from refusal

    return run


@click.command()
def keys() -> None:
    """Make the key file, once."""
    path = read_settings().key_file
    assert path is not None
    made = make_key_file(path)
    click.echo(
        f"Made {path}. Back it up apart from the database." if made else f"{path} is there already: kept."
    )
