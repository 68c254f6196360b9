"""appeals, adverse actions, provisional credentialing

Revision: 0150
Follows: 0140
"""

import sqlalchemy as sa
from alembic import op

revision = '0150'
down_revision = '0140'
branch_labels = None
depends_on = None

APPENDED = "provisional_credentialing: rows are appended, never changed"


def on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def number(name, nullable=False):
    return sa.Column(name, sa.Integer(), nullable=nullable)


def day(name, nullable=False):
    return sa.Column(name, sa.Date(), nullable=nullable)


def key_of(table, column, other):
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=f'fk_{table}_{column}')


def make(table, *columns):
    op.create_table(table, number('id'), *columns, sa.PrimaryKeyConstraint('id', name=f'pk_{table}'))


def upgrade():
    make(
        'appeal', number('application_id'), number('letter_id'), day('asked_on'),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by', sa.String(120), nullable=False), sa.Column('grounds', sa.Text(), nullable=False),
        day('last_day'), day('due_on'), sa.Column('panel', sa.JSON(), nullable=False), day('accepted_on', True),
        sa.Column('accepted_because', sa.String(500), nullable=False), day('hearing_on', True),
        sa.Column('outcome', sa.String(40), nullable=True), sa.Column('outcome_reason', sa.Text(), nullable=False),
        day('decided_on', True), key_of('appeal', 'application_id', 'application'),
        key_of('appeal', 'letter_id', 'letter'), sa.UniqueConstraint('letter_id', name='uq_appeal_letter_id'),
    )
    op.create_index('ix_appeal_application_id', 'appeal', ['application_id'])
    op.create_index('ix_appeal_outcome', 'appeal', ['outcome', 'due_on'])
    make(
        'adverse_action', number('application_id'), sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('codes', sa.JSON(), nullable=False), day('acted_on'), day('report_by'),
        sa.Column('reportable', sa.Boolean(), nullable=True), sa.Column('why', sa.Text(), nullable=True),
        day('marked_on', True), number('marked_by_id', True), day('reported_on', True),
        sa.Column('reference', sa.Text(), nullable=True), key_of('adverse_action', 'application_id', 'application'),
        key_of('adverse_action', 'marked_by_id', 'staff'),
    )
    op.create_index('ix_adverse_action_application_id', 'adverse_action', ['application_id'])
    op.create_index('ix_adverse_action_due', 'adverse_action', ['reported_on', 'report_by'])
    make(
        'provisional_credentialing', sa.Column('npi', sa.String(10), nullable=False), number('application_id'),
        day('approved_on'), day('until'), number('approved_by_id'),
        key_of('provisional_credentialing', 'application_id', 'application'),
        key_of('provisional_credentialing', 'approved_by_id', 'staff'),
        sa.UniqueConstraint('npi', name='uq_provisional_credentialing_npi'),
    )
    guard_provisional()
    # ADD COLUMN and not a batch: a table built anew on SQLite would lose its triggers
    op.add_column('participation', day('provisional_until', True))
    op.create_index('ix_participation_provisional_until', 'participation', ['provisional_until'])


def guard_provisional():
    """Who was credentialed provisionally stays so recorded: nobody is twice."""
    table = 'provisional_credentialing'
    if not on_sqlite():
        op.execute(f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        return
    there = f'WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR npi = NEW.npi)'
    for verb, when in (('UPDATE', ''), ('DELETE', ''), ('INSERT', there)):
        op.execute(f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{APPENDED}'); END")


def downgrade():
    op.drop_index('ix_participation_provisional_until', 'participation')
    op.drop_column('participation', 'provisional_until')
    for table in ('provisional_credentialing', 'adverse_action', 'appeal'):
        op.drop_table(table)
