"""What is missing or misconfigured, in plain words and with what to type."""

import os
import pwd
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from onboarding.config import ROOT, MailTransport, Settings
from onboarding.extensions import db
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import LetterState, MessageState

UPGRADE = "onboarding db upgrade"


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: which part, what it is, what to type."""

    part: str
    says: str
    do: str


@dataclass(frozen=True)
class LetterCounts:
    """Letters that wait for the clock, could not be rendered, and hand-overs that wait for a person."""

    waiting: int
    not_rendered: int
    for_a_person: int


def find_troubles(settings: Settings) -> list[Trouble]:
    """Everything a running server needs: the database at its version, folders that can be written."""
    return [*find_database_troubles(), *find_folder_troubles(settings)]


def find_database_troubles() -> list[Trouble]:
    """Does the database open, and is it at the version of this program?"""
    try:
        with db.engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return [
            Trouble(
                "database", f"The database does not open: {_cause(error)}.", "Check ONBOARDING_DATABASE_URL."
            )
        ]
    head, known = _versions()
    if here == head:
        return []
    if here is not None and here not in known:
        return [Trouble("database", "The database is newer than this program.", "Install the newer program.")]
    return [Trouble("database", "The database is not at the version of this program.", UPGRADE)]


def _cause(error: SQLAlchemyError) -> str:
    """The first line of what the driver says, which names no password."""
    said = str(getattr(error, "orig", "") or "").strip().splitlines()
    return said[0].rstrip(".")[:200] if said else type(error).__name__


@cache
def _versions() -> tuple[str | None, frozenset[str]]:
    """The version of this program, and all that led to it; they do not change while it runs."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    return script.get_current_head(), frozenset(revision.revision for revision in script.walk_revisions())


def list_folders(settings: Settings) -> dict[str, Path]:
    """The folders the program writes to, by what they are for."""
    folders = {"instance folder": settings.instance, "print folder": settings.print_folder,
               "journal of the sender": settings.sender_journal}  # fmt: skip
    if "://" not in settings.storage:
        folders["document store"] = Path(settings.storage)
    if settings.mail is MailTransport.FILE:
        folders["mail folder"] = settings.mail_folder
    return {part: folder for part, folder in folders.items() if folder is not None}


def find_folder_troubles(settings: Settings) -> list[Trouble]:
    """Can every folder be written, or be made?"""
    return [
        Trouble(part, *_unwritable(folder))
        for part, folder in list_folders(settings).items()
        if not _writable(folder)
    ]


def _writable(folder: Path) -> bool:
    there = _nearest(folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _unwritable(folder: Path) -> tuple[str, str]:
    """Why, and what to do: make the folder, or let its owner run the program or give it away."""
    there, me = _nearest(folder), os.geteuid()
    if not there.is_dir():
        return (
            f"{folder} cannot be written: {there} is not a folder.",
            f"Move {there} away, then mkdir -p {folder}",
        )
    owner = _user_name(there.stat().st_uid)
    says = f"{folder} cannot be written: {there} belongs to {owner} and you are {_user_name(me)}."
    return says, f"Run this as {owner}, or as root: chown {_user_name(me)} {there}"


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def count_letters() -> LetterCounts:
    """Where letters stand that have not left. The index on the state answers."""
    return LetterCounts(
        waiting=_count(Letter.state, LetterState.QUEUED) + _count(OutboxMessage.state, MessageState.QUEUED),
        not_rendered=_count(Letter.state, LetterState.FAILED),
        for_a_person=_count(OutboxMessage.state, MessageState.FAILED, MessageState.IN_DOUBT),
    )


def _count(column: InstrumentedAttribute[Any], *states: StrEnum) -> int:
    return db.session.scalar(select(func.count()).where(column.in_(states))) or 0
