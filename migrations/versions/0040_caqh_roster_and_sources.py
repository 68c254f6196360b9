"""the CAQH roster, and authorizations that CAQH itself answered

Revision: 0040
Follows: 0020
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0020'
branch_labels = None
depends_on = None


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """Work on a table that may only be appended to: its triggers are set aside, and are there again afterwards."""
    bind = op.get_bind()
    if bind.dialect.name != 'sqlite':
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


def upgrade() -> None:
    op.create_table('caqh_roster_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('caqh_number', sa.String(length=10), nullable=False),
    sa.Column('batch_id', sa.String(length=80), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('exceptions', sa.JSON(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('trouble', sa.String(length=300), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_caqh_roster_entry_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_caqh_roster_entry')),
    sa.UniqueConstraint('application_id', name=op.f('uq_caqh_roster_entry_application_id'))
    )
    with op.batch_alter_table('caqh_roster_entry', schema=None) as batch_op:
        batch_op.create_index('ix_caqh_roster_entry_next', ['state', 'next_at', 'id'], unique=False)
        batch_op.create_index('ix_caqh_roster_entry_batch', ['batch_id'], unique=False)

    with unguarded('authorization'), op.batch_alter_table('authorization', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=40), server_default='staff', nullable=False))
        batch_op.add_column(sa.Column('evidence', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('provider_status', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('answer', sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column('recorded_by_id', existing_type=sa.Integer(), nullable=True)
        batch_op.create_index('ix_authorization_attested', ['attested_on', 'application_id'], unique=False)
        batch_op.create_check_constraint(
            op.f('ck_authorization_somebody_recorded'), "recorded_by_id IS NOT NULL OR source = 'caqh'"
        )


def downgrade() -> None:
    # What nobody recorded has no place in the older table; the history still tells of it.
    with unguarded('authorization'):
        op.execute(sa.text('DELETE FROM "authorization" WHERE recorded_by_id IS NULL'))
        with op.batch_alter_table('authorization', schema=None) as batch_op:
            batch_op.drop_constraint(op.f('ck_authorization_somebody_recorded'), type_='check')
            batch_op.drop_index('ix_authorization_attested')
            batch_op.alter_column('recorded_by_id', existing_type=sa.Integer(), nullable=False)
            batch_op.drop_column('answer')
            batch_op.drop_column('provider_status')
            batch_op.drop_column('evidence')
            batch_op.drop_column('source')
    op.drop_table('caqh_roster_entry')
