"""Migrations through Flask-Migrate, on SQLite and PostgreSQL."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

import onboarding.models  # noqa: F401  (makes every table known)
from onboarding.extensions import WRITING, db

config = context.config
config.set_main_option("sqlalchemy.url", str(db.engine.url).replace("%", "%%"))


def _skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _plain_type(kind: str, item: Any, _context: Any) -> Any:
    """Write our own column types as the plain ones they are kept in: words and sealed texts need no code to migrate."""
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.DateTime(timezone=True)" if isinstance(item.impl, sa.DateTime) else "sa.Text()"
    return False


def run() -> None:
    """Apply migrations in a writing transaction."""
    options = {**current_app.extensions["migrate"].configure_args, "process_revision_directives": _skip_empty}
    options["render_item"] = _plain_type
    with db.engine.connect().execution_options(**{WRITING: True, "postgresql_readonly": False}) as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
