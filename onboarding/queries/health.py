"""What is missing or misconfigured, in plain words and with what to type."""

import os
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from onboarding.config import ROOT, Settings
from onboarding.extensions import db


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: which part, what it is, what to type."""

    part: str
    says: str
    do: str


def find_troubles(settings: Settings) -> list[Trouble]:
    """Everything a running server needs: the database at its version, folders that can be written."""
    return [*_database(), *_folders(settings)]


def _database() -> list[Trouble]:
    try:
        with db.engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return [Trouble("database", f"The database does not open: {type(error).__name__}.", "Check ONBOARDING_DATABASE_URL.")]
    script = ScriptDirectory.from_config(_alembic())
    head = script.get_current_head()
    if here == head:
        return []
    if here is not None and here not in {revision.revision for revision in script.walk_revisions()}:
        return [Trouble("database", "The database is newer than this program.", "Install the newer program.")]
    return [Trouble("database", "The database is not at the version of this program.", "onboarding db upgrade")]


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def _folders(settings: Settings) -> list[Trouble]:
    folders = {"instance folder": settings.instance, "print folder": settings.print_folder}
    if "://" not in settings.storage:
        folders["document store"] = Path(settings.storage)
    return [
        Trouble(part, f"{folder} cannot be written.", f"mkdir -p {folder} && chown $(whoami) {folder}")
        for part, folder in folders.items()
        if folder is not None and not _writable(folder)
    ]


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
