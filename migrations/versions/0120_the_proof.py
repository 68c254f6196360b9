"""the chain of the history; samples of decided files

Revision: 0120
Follows: 0100
"""

import sqlalchemy as sa
from alembic import op

from onboarding.services.audit import seal_history

revision = '0120'
down_revision = '0100'
branch_labels = None
depends_on = None

# Appended only, as in 0002.
APPENDED = {
    'audit_seal': 'id = NEW.id OR event_id = NEW.event_id',
    'file_sample': 'id = NEW.id',
    'sampled_file': 'id = NEW.id OR (sample_id = NEW.sample_id AND number = NEW.number)',
}
SQLITE = """CREATE TRIGGER {table}_{verb} BEFORE {verb} ON "{table}" {when}
BEGIN SELECT RAISE(ABORT, '{table}: rows are appended, never changed'); END"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


# One answer instead of two; in a function each statement sees what was committed while it waited for the lock.
END_OF_CHAIN = """
CREATE FUNCTION end_of_chain() RETURNS TABLE (place integer, seal varchar) AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(47122026);
    RETURN QUERY SELECT id, hash FROM audit_seal ORDER BY id DESC LIMIT 1;
END $$ LANGUAGE plpgsql VOLATILE;
"""


def guard(table: str) -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.execute(POSTGRESQL.format(table=table))
        return
    for verb in ('UPDATE', 'DELETE'):
        op.execute(SQLITE.format(table=table, verb=verb, when=''))
    there = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {APPENDED[table]})'
    op.execute(SQLITE.format(table=table, verb='INSERT', when=there))


def upgrade() -> None:
    op.create_index('ix_audit_event_on', 'audit_event', ['on', 'id'])
    op.create_table(
        'audit_seal',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('previous', sa.String(64), nullable=False),
        sa.Column('hash', sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(['event_id'], ['audit_event.id'], name=op.f('fk_audit_seal_event_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
        sa.UniqueConstraint('event_id', name=op.f('uq_audit_seal_event_id')),
    )
    if op.get_bind().dialect.name != 'sqlite':
        op.execute(END_OF_CHAIN)
    op.create_table(
        'file_sample',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('seed', sa.String(40), nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=False),
        sa.Column('initial', sa.Integer(), nullable=False),
        sa.Column('recredentialing', sa.Integer(), nullable=False),
        sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('drawn_by_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['drawn_by_id'], ['staff.id'], name=op.f('fk_file_sample_drawn_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_file_sample')),
    )
    op.create_table(
        'sampled_file',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('sample_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('decision_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['sample_id'], ['file_sample.id'], name=op.f('fk_sampled_file_sample_id')),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_sampled_file_application_id')),
        sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_sampled_file_decision_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sampled_file')),
        sa.UniqueConstraint('sample_id', 'number', name=op.f('uq_sampled_file_sample_id_number')),
    )
    seal_history(op.get_bind())
    for table in APPENDED:
        guard(table)


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION end_of_chain()')
    for table in reversed(APPENDED):
        op.drop_table(table)
    op.drop_index('ix_audit_event_on', 'audit_event')
