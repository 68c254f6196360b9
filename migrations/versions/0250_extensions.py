"""recredentialing let wait for a cause of the policy; by when a renewal was due, beside its decision

Revision: 0250
Follows: 0310
"""

import sqlalchemy as sa
from alembic import op

revision = '0250'
down_revision = '0310'
branch_labels = None
depends_on = None

TABLE = 'recredentialing_extension'
SAME = 'id = NEW.id OR (participation_id = NEW.participation_id AND due_before = NEW.due_before)'


def on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def day(name):
    return sa.Column(name, sa.Date(), nullable=False)


def number(name):
    return sa.Column(name, sa.Integer(), nullable=False)


def key_of(column, other):
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=f'fk_{TABLE}_{column}')


def upgrade():
    op.create_table(
        TABLE, number('id'), number('participation_id'), sa.Column('cause', sa.String(40), nullable=False),
        day('returns_on'), day('due_before'), day('due_on'), sa.Column('why', sa.String(500), nullable=False),
        number('evidence_file_id'), day('granted_on'), sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
        number('granted_by_id'), sa.PrimaryKeyConstraint('id', name=f'pk_{TABLE}'),
        key_of('participation_id', 'participation'), key_of('evidence_file_id', 'evidence_file'),
        key_of('granted_by_id', 'staff'),
        sa.UniqueConstraint('participation_id', 'due_before', name=f'uq_{TABLE}_participation_id_due_before'),
        sa.CheckConstraint('due_on > due_before', name=op.f(f'ck_{TABLE}_later')),
    )
    op.add_column('decision', sa.Column('renewal_due_on', sa.Date(), nullable=True))
    guard()


def guard():
    """Who let a recredentialing wait, and why, stays so recorded."""
    if not on_sqlite():
        op.execute(f'CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        return
    there = f'WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE {SAME})'
    for verb, when in (('UPDATE', ''), ('DELETE', ''), ('INSERT', there)):
        op.execute(f"CREATE TRIGGER {TABLE}_{verb} BEFORE {verb} ON {TABLE} {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{TABLE}: rows are appended, never changed'); END")


def downgrade():
    op.drop_column('decision', 'renewal_due_on')
    op.drop_table(TABLE)
