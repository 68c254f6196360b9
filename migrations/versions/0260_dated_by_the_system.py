"""a check is dated by the system; an answer on a report that was changed stays; what was sent in before is found again

Revision: 0260
Follows: 0300
"""

import sqlalchemy as sa
from alembic import op

revision = '0260'
down_revision = '0300'
branch_labels = None
depends_on = None

UNDATED = 'a check is dated by the system on the day it is recorded'
# The moment is in UTC, the day in the zone of the plan: they differ by a day at most.
SQLITE_APART = "abs(julianday({day}) - julianday(date(NEW.recorded_at))) > 1"
POSTGRESQL_APART = "abs({day} - (NEW.recorded_at AT TIME ZONE 'UTC')::date) > 1"
SYSTEM_DAY = 'coalesce(NEW.corrected_on, NEW.checked_on)'
APPENDED = 'earlier_mark: rows are appended, never changed'


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def guard_days() -> None:
    if on_sqlite():
        op.execute(f"CREATE TRIGGER verification_dated BEFORE INSERT ON verification "
                   f"WHEN {SQLITE_APART.format(day=SYSTEM_DAY)} BEGIN SELECT RAISE(ABORT, '{UNDATED}'); END")
        return
    op.execute(f"CREATE FUNCTION refuse_undated() RETURNS trigger AS $$ BEGIN IF {POSTGRESQL_APART.format(day=SYSTEM_DAY)} "
               f"THEN RAISE EXCEPTION '{UNDATED}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql")
    op.execute('CREATE TRIGGER verification_dated BEFORE INSERT ON verification '
               'FOR EACH ROW EXECUTE FUNCTION refuse_undated()')


def guard_marks() -> None:
    if not on_sqlite():
        op.execute('CREATE TRIGGER earlier_mark_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON earlier_mark '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        return
    there = 'WHEN EXISTS (SELECT 1 FROM earlier_mark WHERE id = NEW.id)'
    for verb, when in (('UPDATE', ''), ('DELETE', ''), ('INSERT', there)):
        op.execute(f"CREATE TRIGGER earlier_mark_{verb} BEFORE {verb} ON earlier_mark {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{APPENDED}'); END")


def upgrade() -> None:
    op.create_table(
        'earlier_mark',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('adverse_action_id', sa.Integer(), nullable=False),
        sa.Column('reportable', sa.Boolean(), nullable=False),
        sa.Column('why', sa.Text(), nullable=True),
        sa.Column('marked_on', sa.Date(), nullable=True),
        sa.Column('marked_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['adverse_action_id'], ['adverse_action.id'], name='fk_earlier_mark_adverse_action_id'),
        sa.ForeignKeyConstraint(['marked_by_id'], ['staff.id'], name='fk_earlier_mark_marked_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_earlier_mark'),
    )
    op.create_index('ix_earlier_mark_adverse_action_id', 'earlier_mark', ['adverse_action_id'])
    guard_marks()
    guard_days()
    op.create_index('ix_document_sha256', 'document', ['sha256'])
    op.create_index('ix_verification_reference', 'verification', ['reference', 'source'])


def downgrade() -> None:
    op.drop_index('ix_verification_reference', 'verification')
    op.drop_index('ix_document_sha256', 'document')
    if on_sqlite():
        op.execute('DROP TRIGGER verification_dated')
    else:
        op.execute('DROP TRIGGER verification_dated ON verification')
        op.execute('DROP FUNCTION refuse_undated()')
    op.drop_table('earlier_mark')
