"""Somebody with the database in their hands and without the key: triggers and foreign keys switched off."""

from sqlalchemy import text

from onboarding.extensions import committed, db


def tamper(*statements: str) -> None:
    """Send these statements as nobody could through the program."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        with committed() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                session.execute(text(statement))
        return
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    triggers = list(cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    for pragma in ("query_only=OFF", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    for name, _ in triggers:
        cursor.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        cursor.execute(statement)
    for _, made_by in triggers:
        cursor.execute(made_by)
    cursor.execute("PRAGMA foreign_keys=ON")
    connection.close()
