"""evidence of a verification: the file behind it, corrections by a new record; the day a file goes stale

Revision: 0110
Follows: 0120
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = '0110'
down_revision = '0120'
branch_labels = None
depends_on = None

REFUSED = 'a correction is of the same fact, of the same application and of the same day'
OF_ANOTHER = """NEW.replaces_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM verification corrected WHERE corrected.id = NEW.replaces_id
    AND corrected.application_id = NEW.application_id AND corrected.kind = NEW.kind
    AND corrected.statement = NEW.statement AND corrected.checked_on = NEW.checked_on)"""
APPENDED = "evidence_file: rows are appended, never changed"


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """Work on a table that may only be appended to: its triggers are set aside, and are there again afterwards."""
    bind = op.get_bind()
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        yield
        op.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        return
    found = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = bind.execute(found, {'table': table}).all()
    for name, _ in triggers:
        bind.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, statement in triggers:
        bind.exec_driver_sql(statement)


def guard_files() -> None:
    """A file that a source gave us is neither changed nor deleted nor replaced."""
    if not on_sqlite():
        op.execute(
            'CREATE TRIGGER evidence_file_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "evidence_file" '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()'
        )
        return
    there = ('WHEN EXISTS (SELECT 1 FROM evidence_file WHERE id = NEW.id OR sha256 = NEW.sha256 '
             'OR public_id = NEW.public_id)')
    for verb, when in (('UPDATE', ''), ('DELETE', ''), ('INSERT', there)):
        op.execute(f"CREATE TRIGGER evidence_file_{verb} BEFORE {verb} ON evidence_file {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{APPENDED}'); END")


def guard_corrections() -> None:
    if on_sqlite():
        op.execute(f"CREATE TRIGGER verification_correction BEFORE INSERT ON verification WHEN {OF_ANOTHER} "
                   f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(f"CREATE FUNCTION refuse_correction() RETURNS trigger AS $$ BEGIN IF {OF_ANOTHER} THEN "
               f"RAISE EXCEPTION '{REFUSED}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql")
    op.execute('CREATE TRIGGER verification_correction BEFORE INSERT ON verification '
               'FOR EACH ROW EXECUTE FUNCTION refuse_correction()')


def upgrade() -> None:
    op.create_table(
        'evidence_file',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('public_id', sa.String(length=32), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('storage_key', sa.String(length=200), nullable=False),
        sa.Column('file_name', sa.String(length=160), nullable=False),
        sa.Column('media_type', sa.String(length=40), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('received_on', sa.Date(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_by_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name='fk_evidence_file_application_id'),
        sa.ForeignKeyConstraint(['received_by_id'], ['staff.id'], name='fk_evidence_file_received_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_evidence_file'),
        sa.UniqueConstraint('public_id', name='uq_evidence_file_public_id'),
        sa.UniqueConstraint('sha256', name='uq_evidence_file_sha256'),
    )
    op.create_index('ix_evidence_file_application_id', 'evidence_file', ['application_id'])
    guard_files()
    with unguarded('verification'), op.batch_alter_table('verification') as table:
        table.add_column(sa.Column('found', sa.String(length=200), server_default='', nullable=False))
        table.add_column(sa.Column('as_of', sa.Date(), nullable=True))
        table.add_column(sa.Column('good_until', sa.Date(), nullable=True))
        table.add_column(sa.Column('evidence_file_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        table.add_column(sa.Column('replaces_why', sa.String(length=500), server_default='', nullable=False))
        table.add_column(sa.Column('corrected_on', sa.Date(), nullable=True))
        table.create_foreign_key('fk_verification_evidence_file_id', 'evidence_file', ['evidence_file_id'], ['id'])
        table.create_foreign_key('fk_verification_replaces_id', 'verification', ['replaces_id'], ['id'])
        table.create_unique_constraint('uq_verification_replaces_id', ['replaces_id'])
        table.create_check_constraint(op.f('ck_verification_correction_dated'), '(replaces_id IS NULL) = (corrected_on IS NULL)')
        table.create_check_constraint(op.f('ck_verification_correction_has_reason'), "replaces_id IS NULL OR replaces_why <> ''")
        table.create_check_constraint(op.f('ck_verification_checked_before_recorded'), 'as_of IS NULL OR as_of <= checked_on')
        table.create_index('ix_verification_evidence_file', ['evidence_file_id'])
    guard_corrections()
    op.add_column('application', sa.Column('stale_on', sa.Date(), nullable=True))
    dated = sa.text('due_on IS NOT NULL AND stale_on IS NOT NULL')
    op.create_index('ix_application_open_stale', 'application', ['stale_on', 'id'],
                    sqlite_where=dated, postgresql_where=dated)
    op.create_index('ix_application_status_stale', 'application', ['status', 'stale_on', 'id'])


def downgrade() -> None:
    op.drop_index('ix_application_status_stale', 'application')
    op.drop_index('ix_application_open_stale', 'application')
    op.drop_column('application', 'stale_on')
    if on_sqlite():
        op.execute('DROP TRIGGER verification_correction')
    else:
        op.execute('DROP TRIGGER verification_correction ON verification')
        op.execute('DROP FUNCTION refuse_correction()')
    with unguarded('verification'), op.batch_alter_table('verification') as table:
        table.drop_index('ix_verification_evidence_file')
        for name in ('checked_before_recorded', 'correction_has_reason', 'correction_dated'):
            table.drop_constraint(op.f(f'ck_verification_{name}'), type_='check')
        table.drop_constraint('uq_verification_replaces_id', type_='unique')
        table.drop_constraint('fk_verification_replaces_id', type_='foreignkey')
        table.drop_constraint('fk_verification_evidence_file_id', type_='foreignkey')
        for name in ('corrected_on', 'replaces_why', 'replaces_id', 'evidence_file_id', 'good_until', 'as_of', 'found'):
            table.drop_column(name)
    op.drop_table('evidence_file')
