"""what is recorded stays

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


# Appended only: the database itself refuses to change, delete or replace a row. A table that a later migration builds
# anew on SQLite (batch_alter_table) loses its triggers there: guard it again.
APPENDED = {
    'audit_event': 'id = NEW.id',
    'authorization': 'id = NEW.id',
    'verification': 'id = NEW.id',
    'screening': 'id = NEW.id',
    'decision': 'id = NEW.id OR (application_id = NEW.application_id AND number = NEW.number)',
}
SQLITE = """CREATE TRIGGER {table}_{verb} BEFORE {verb} ON "{table}" {when}
BEGIN SELECT RAISE(ABORT, '{table}: rows are appended, never changed'); END"""
POSTGRESQL_REFUSAL = """
CREATE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '%: rows are appended, never changed', TG_TABLE_NAME; END $$ LANGUAGE plpgsql;
"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION {refusal}();
"""


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def guard(table: str, refusal: str = 'refuse_change', *, replaced: bool = True) -> None:
    if not on_sqlite():
        op.execute(POSTGRESQL.format(table=table, refusal=refusal))
        return
    for verb in ('UPDATE', 'DELETE'):
        op.execute(SQLITE.format(table=table, verb=verb, when=''))
    if replaced:  # INSERT OR REPLACE deletes without asking the trigger, unless recursive_triggers is on
        there = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {APPENDED[table]})'
        op.execute(SQLITE.format(table=table, verb='INSERT', when=there))


def unguard(table: str, *, replaced: bool = True) -> None:
    if not on_sqlite():
        op.execute(f'DROP TRIGGER {table}_append_only ON "{table}"')
        return
    for verb in ('UPDATE', 'DELETE', *(('INSERT',) if replaced else ())):
        op.execute(f'DROP TRIGGER {table}_{verb}')


def resize_role(before: int, after: int) -> None:
    with op.batch_alter_table('audit_event') as table:
        table.alter_column('role', existing_type=sa.String(length=before), type_=sa.String(length=after),
                           existing_nullable=False)


def upgrade() -> None:
    unguard('audit_event', replaced=False)
    resize_role(40, 120)
    if not on_sqlite():
        op.execute('DROP FUNCTION audit_event_append_only()')
        op.execute(POSTGRESQL_REFUSAL)
    for table in APPENDED:
        guard(table)
    op.drop_index('ix_letter_participation', table_name='letter')


def downgrade() -> None:
    op.create_index('ix_letter_participation', 'letter', ['participation_id', 'kind', 'cycle', 'number'])
    for table in APPENDED:
        unguard(table)
    resize_role(120, 40)
    if not on_sqlite():
        op.execute('ALTER FUNCTION refuse_change() RENAME TO audit_event_append_only')
    guard('audit_event', 'audit_event_append_only', replaced=False)
