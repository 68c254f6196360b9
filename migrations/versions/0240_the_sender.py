"""holds of letters, the sender and its epoch, what a restored database does not know; reminders by their due date

Revision: 0240
Follows: 0250
"""

import sqlalchemy as sa
from alembic import op

revision = '0240'
down_revision = '0250'
branch_labels = None
depends_on = None

OPEN = sa.text('ended_at IS NULL')
# Days before the due date at which each reminder fell due when this was written.
REMINDERS = (120, 90, 60, 30, 15, 0)
KIND = 'recredentialing_reminder'


def upgrade() -> None:
    op.create_table(
        'letter_hold',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('letter_id', sa.Integer(), nullable=False),
        sa.Column('cause', sa.String(length=40), nullable=False),
        sa.Column('because', sa.String(length=500), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('held_by', sa.String(length=120), nullable=False),
        sa.Column('outcome', sa.String(length=40), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_on', sa.Date(), nullable=True),
        sa.Column('ended_by', sa.String(length=120), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name='fk_letter_hold_letter_id'),
        sa.PrimaryKeyConstraint('id', name='pk_letter_hold'),
    )
    op.create_index('ix_letter_hold_letter_id', 'letter_hold', ['letter_id'])
    op.create_index('ix_letter_hold_open', 'letter_hold', ['letter_id'], unique=True,
                    sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        'sender',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('epoch', sa.String(length=16), nullable=False),
        sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('paused_because', sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_sender'),
    )
    op.create_table(
        'lost_hand_over',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('letter_key', sa.String(length=200), nullable=False),
        sa.Column('channel', sa.String(length=40), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('at', sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_lost_hand_over'),
        sa.UniqueConstraint('letter_key', 'channel', name='uq_lost_hand_over_letter_key_channel'),
    )
    # ADD COLUMN and not a batch: many tables point at letter
    op.add_column('letter', sa.Column('admitted_on', sa.Date(), nullable=True))
    op.add_column('letter', sa.Column('epoch', sa.String(length=16), nullable=True))
    op.create_index('ix_letter_admitted', 'letter', ['admitted_on', 'kind'])
    for number, days in enumerate(REMINDERS, 1):
        op.execute(f"UPDATE letter SET cycle = {planned_for(days)} WHERE kind = '{KIND}' AND number = {number}")


def planned_for(days: int) -> str:
    """The due date of a reminder as a number."""
    if op.get_bind().dialect.name == 'sqlite':
        return f"CAST(strftime('%Y%m%d', due_on, '+{days} days') AS INTEGER)"
    return f"CAST(to_char(due_on + {days}, 'YYYYMMDD') AS INTEGER)"


def downgrade() -> None:
    # the last of each number takes the cycle of its participation again; an older series stays as it is
    op.execute(f"""
        UPDATE letter SET cycle = (SELECT cycle FROM participation WHERE participation.id = letter.participation_id)
        WHERE kind = '{KIND}' AND participation_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM letter AS later WHERE later.application_id = letter.application_id
            AND later.kind = letter.kind AND later.number = letter.number AND later.cycle > letter.cycle)""")
    op.drop_index('ix_letter_admitted', 'letter')
    op.drop_column('letter', 'epoch')
    op.drop_column('letter', 'admitted_on')
    for table in ('lost_hand_over', 'sender', 'letter_hold'):
        op.drop_table(table)
