"""The sender: how it stands, what the journal knows and the database does not, and going on after a restore."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.start import with_app
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.journal import FILE, find_unknown, new_epoch, open_journal, read_lines, write_epoch
from onboarding.queries.holds import count_held
from onboarding.queries.sender import JournalLine, find_pause
from onboarding.services.sender import pause_sender, resume_sender

_reason = click.option("--because", required=True, help="Why; kept in the history.")


@click.group()
def sender() -> None:
    """What leaves: whether it does, and going on after a restore."""


@sender.command()
@with_app
def status(app: Flask) -> None:
    """Does anything leave? A sender that does not belong to its journal is paused here."""
    journal = open_journal(_settings(app))
    pause = find_pause()
    if pause and pause.paused_at:
        click.echo(
            f"Paused since {pause.paused_at:%Y-%m-%d %H:%M} UTC: nothing leaves. {pause.paused_because}"
        )
        click.echo("See what left meanwhile: onboarding sender compare")
    elif journal:
        click.echo(f"Running, in epoch {journal.epoch}; the journal is {journal.folder / FILE}.")
    click.echo(f"{count_held():,} letter(s) held for a person's release.")


@sender.command()
@with_app
def compare(app: Flask) -> None:
    """List what the journal tells to have left, or perhaps, and this database does not know."""
    lost = list(_lost(app))
    for line in lost:
        step = line.step.replace("_", " ")
        click.echo(f"{line.at}  {step}  {line.channel}  {line.name}  {line.letter_key}")
    if lost:
        click.echo(
            f"{len(lost):,} hand-over(s) that this database does not know. `onboarding sender resume` puts them in doubt: "
            "nothing of them is sent again by the program; a coordinator settles them on the files."
        )
    else:
        click.echo("This database knows every hand-over that the journal tells of.")


@sender.command()
@_reason
@with_app
def pause(app: Flask, because: str) -> None:
    """Let nothing leave from now on."""
    open_journal(_settings(app))  # there is a sender to pause
    with committed():
        pause_sender(because)
    click.echo("Paused: nothing leaves. `onboarding sender resume` has it go on.")


@sender.command()
@_reason
@with_app
def resume(app: Flask, because: str) -> None:
    """Go on, in a new epoch; what the database does not know is in doubt."""
    lost, epoch = list(_lost(app)), new_epoch()
    db.session.rollback()
    with committed():
        count = resume_sender(epoch, lost, OPERATOR, because)
    write_epoch(_folder(app), epoch)  # stopped in between, the sender pauses again: the epochs differ
    click.echo(f"The sender goes on in epoch {epoch}. {count:,} hand-over(s) are in doubt.")


def _lost(app: Flask) -> Iterator[JournalLine]:
    try:
        yield from find_unknown(read_lines(_folder(app)))
    except ValueError as unread:
        raise click.ClickException(str(unread)) from unread


def _settings(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


def _folder(app: Flask) -> Path:
    folder = _settings(app).sender_journal
    assert folder is not None
    return folder
