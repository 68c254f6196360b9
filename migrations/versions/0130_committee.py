"""the committee: members, meetings with time and place, recusals, votes, statements, ties, minutes, papers

Revision: 0130
Follows: 0085
"""

import sqlalchemy as sa
from alembic import op

revision = '0130'
down_revision = '0085'
branch_labels = None
depends_on = None

# Appended only; replaced as little as changed (see 0002).
APPENDED = {
    'member_statement': 'id = NEW.id',
    'tie': 'id = NEW.id',
    'recusal': 'id = NEW.id OR (item_id = NEW.item_id AND staff_id = NEW.staff_id)',
}
SQLITE = """CREATE TRIGGER {table}_{verb} BEFORE {verb} ON "{table}" {when}
BEGIN SELECT RAISE(ABORT, '{table}: rows are appended, never changed'); END"""
POSTGRESQL = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""
# Minutes that the chair has attested are locked; none are ever deleted.
LOCK_SQLITE = (
    """CREATE TRIGGER minutes_update BEFORE UPDATE ON minutes WHEN OLD.attested_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'minutes: attested minutes are locked'); END""",
    """CREATE TRIGGER minutes_delete BEFORE DELETE ON minutes
BEGIN SELECT RAISE(ABORT, 'minutes: rows are never deleted'); END""",
)
LOCK_POSTGRESQL = (
    """CREATE FUNCTION refuse_attested() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'minutes: attested minutes are locked'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER minutes_locked BEFORE UPDATE ON minutes FOR EACH ROW
WHEN (OLD.attested_at IS NOT NULL) EXECUTE FUNCTION refuse_attested()""",
    """CREATE TRIGGER minutes_kept BEFORE DELETE OR TRUNCATE ON minutes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
def on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def new_columns():
    return {
        'meeting': (
            sa.Column('starts_at', sa.String(5), nullable=False, server_default='12:00'),
            sa.Column('place', sa.String(200), nullable=False, server_default=''),
            sa.Column('quorum_rule', sa.String(40), nullable=False, server_default='fixed'),
            sa.Column('state', sa.String(40), nullable=False, server_default='planned'),
        ),
        'agenda_item': (
            sa.Column('place', sa.Integer(), nullable=False, server_default='0'),
            sa.Column('why', sa.JSON(), nullable=False, server_default='[]'),
        ),
        'decision': (
            sa.Column('reason_codes', sa.JSON(), nullable=False, server_default='[]'),
            sa.Column('follow_up_on', sa.Date(), nullable=True),
        ),
        'staff': (sa.Column('npi', sa.String(10), nullable=False, server_default=''),),
    }


def staff_key(table, column='staff_id'):
    return sa.ForeignKeyConstraint([column], ['staff.id'], name=f'fk_{table}_{column}')


def key_of(table, column, other):
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=f'fk_{table}_{column}')


def number(name, nullable=False):
    return sa.Column(name, sa.Integer(), nullable=nullable)


def moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def make(table, *columns):
    op.create_table(table, number('id'), *columns, sa.PrimaryKeyConstraint('id', name=f'pk_{table}'))


def upgrade():
    # ADD COLUMN and not a batch: a table built anew on SQLite would lose its triggers
    for table, columns in new_columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index('ix_staff_npi', 'staff', ['npi'])
    op.execute("UPDATE meeting SET state = 'held' WHERE held_on <= CURRENT_DATE")
    make(
        'committee_member', number('staff_id'), sa.Column('specialty', sa.String(120), nullable=False),
        sa.Column('chair', sa.Boolean(), nullable=False), sa.Column('term_from', sa.Date(), nullable=False),
        sa.Column('term_to', sa.Date(), nullable=True), staff_key('committee_member'),
    )
    op.create_index('ix_committee_member_staff', 'committee_member', ['staff_id', 'term_from'])
    make(
        'member_statement', number('staff_id'), sa.Column('signed_on', sa.Date(), nullable=False), moment('signed_at'),
        sa.Column('text', sa.Text(), nullable=False), staff_key('member_statement'),
    )
    op.create_index('ix_member_statement_staff', 'member_statement', ['staff_id', 'signed_on'])
    make(
        'tie', number('staff_id'), sa.Column('npi', sa.String(10), nullable=False),
        sa.Column('why', sa.String(200), nullable=False), moment('declared_at'), staff_key('tie'),
    )
    op.create_index('ix_tie_npi', 'tie', ['npi'])
    op.create_index('ix_tie_staff_id', 'tie', ['staff_id'])
    make(
        'meeting_seat', number('meeting_id'), number('staff_id'), key_of('meeting_seat', 'meeting_id', 'meeting'),
        staff_key('meeting_seat'),
        sa.UniqueConstraint('meeting_id', 'staff_id', name='uq_meeting_seat_meeting_id_staff_id'),
    )
    make(
        'recusal', number('item_id'), number('staff_id'), sa.Column('reason', sa.String(200), nullable=False),
        moment('recorded_at'), key_of('recusal', 'item_id', 'agenda_item'), staff_key('recusal'),
        sa.UniqueConstraint('item_id', 'staff_id', name='uq_recusal_item_id_staff_id'),
    )
    make(
        'vote', number('item_id'), number('staff_id'), sa.Column('choice', sa.String(40), nullable=False),
        moment('recorded_at'), number('recorded_by_id'), key_of('vote', 'item_id', 'agenda_item'), staff_key('vote'),
        staff_key('vote', 'recorded_by_id'), sa.UniqueConstraint('item_id', 'staff_id', name='uq_vote_item_id_staff_id'),
    )
    make(
        'minutes', number('meeting_id'), sa.Column('text', sa.Text(), nullable=False), moment('changed_at'),
        number('changed_by_id'), number('attested_by_id', True), moment('attested_at', True), number('version'),
        key_of('minutes', 'meeting_id', 'meeting'), staff_key('minutes', 'changed_by_id'),
        staff_key('minutes', 'attested_by_id'), sa.UniqueConstraint('meeting_id', name='uq_minutes_meeting_id'),
    )
    make(
        'meeting_paper', number('meeting_id'), sa.Column('kind', sa.String(40), nullable=False),
        sa.Column('state', sa.String(40), nullable=False), moment('asked_at'), number('asked_by_id'),
        moment('made_at', True), number('attempts'), sa.Column('error', sa.String(300), nullable=False),
        sa.Column('claimed_until', sa.Float(), nullable=False), number('fence'),
        sa.Column('storage_key', sa.String(200), nullable=False), sa.Column('sha256', sa.String(64), nullable=False),
        key_of('meeting_paper', 'meeting_id', 'meeting'), staff_key('meeting_paper', 'asked_by_id'),
    )
    op.create_index('ix_meeting_paper_meeting', 'meeting_paper', ['meeting_id', 'kind', 'id'])
    op.create_index('ix_meeting_paper_state', 'meeting_paper', ['state', 'id'])
    for table, same in APPENDED.items():
        if not on_sqlite():
            op.execute(POSTGRESQL.format(table=table))
            continue
        for verb in ('UPDATE', 'DELETE'):
            op.execute(SQLITE.format(table=table, verb=verb, when=''))
        there = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same})'
        op.execute(SQLITE.format(table=table, verb='INSERT', when=there))
    for trigger in LOCK_SQLITE if on_sqlite() else LOCK_POSTGRESQL:
        op.execute(trigger)


def downgrade():
    for table in ('meeting_paper', 'minutes', 'vote', 'recusal', 'meeting_seat', 'tie', 'member_statement',
                  'committee_member'):
        op.drop_table(table)
    if not on_sqlite():
        op.execute('DROP FUNCTION refuse_attested()')
    op.drop_index('ix_staff_npi', 'staff')
    for table, columns in new_columns().items():
        for column in columns:
            op.drop_column(table, column.name)
