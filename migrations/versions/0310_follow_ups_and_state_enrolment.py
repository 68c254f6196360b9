"""enrollment with the State that is pending after joining; conditions that were looked at again

Revision: 0310
Follows: 0280
"""

import sqlalchemy as sa
from alembic import op

revision = '0310'
down_revision = '0280'
branch_labels = None
depends_on = None

APPENDED = "follow_up: rows are appended, never changed"
PENDING = sa.text('state_pending_since IS NOT NULL')
TO_FOLLOW = sa.text('follow_up_on IS NOT NULL')


def upgrade():
    # ADD COLUMN and not a batch: a table built anew on SQLite would lose its triggers
    op.add_column('participation', sa.Column('state_pending_since', sa.Date(), nullable=True))
    op.create_index('ix_participation_state_pending', 'participation', ['state_pending_since', 'id'],
                    sqlite_where=PENDING, postgresql_where=PENDING)
    op.execute(f"UPDATE participation SET state_pending_since = ({since()}) WHERE state = 'active'")
    op.create_table(
        'follow_up',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('decision_id', sa.Integer(), nullable=False),
        sa.Column('done_on', sa.Date(), nullable=False),
        sa.Column('done_by_id', sa.Integer(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name='fk_follow_up_decision_id'),
        sa.ForeignKeyConstraint(['done_by_id'], ['staff.id'], name='fk_follow_up_done_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_follow_up'),
        sa.UniqueConstraint('decision_id', name='uq_follow_up_decision_id'),
    )
    op.create_index('ix_decision_follow_up', 'decision', ['follow_up_on', 'id'],
                    sqlite_where=TO_FOLLOW, postgresql_where=TO_FOLLOW)
    guard_follow_up()


def since():
    """The first check of the State after the last one that confirmed the enrollment, in the file that last credentialed;
    none where the last check confirmed it."""
    asked = "v.kind = 'medicaid_enrolment' AND v.application_id = participation.application_id"
    confirmed = ("SELECT max(c.id) FROM verification c WHERE c.kind = 'medicaid_enrolment' "
                 "AND c.application_id = participation.application_id AND c.result = 'verified'")
    return f"SELECT min(v.checked_on) FROM verification v WHERE {asked} AND v.id > coalesce(({confirmed}), 0)"


def guard_follow_up():
    """What was written of conditions stays: each is looked at again once."""
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('CREATE TRIGGER follow_up_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON follow_up '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        return
    there = 'WHEN EXISTS (SELECT 1 FROM follow_up WHERE id = NEW.id OR decision_id = NEW.decision_id)'
    for verb, when in (('UPDATE', ''), ('DELETE', ''), ('INSERT', there)):
        op.execute(f"CREATE TRIGGER follow_up_{verb} BEFORE {verb} ON follow_up {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{APPENDED}'); END")


def downgrade():
    op.drop_index('ix_decision_follow_up', 'decision')
    op.drop_table('follow_up')
    op.drop_index('ix_participation_state_pending', 'participation')
    op.drop_column('participation', 'state_pending_since')
