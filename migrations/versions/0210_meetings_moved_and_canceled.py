"""A meeting can be moved and canceled: its UID and sequence, why it changed, and the mails that tell its members; the summary
of an audit packet as a PDF

Revision: 0210
Follows: 0220
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0210'
down_revision = '0220'
branch_labels = None
depends_on = None

def added():
    return (
        sa.Column('uid', sa.String(36), nullable=False, server_default=''),
        sa.Column('sequence', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('changed_because', sa.String(300), nullable=False, server_default=''),
    )


def upgrade():
    # ADD COLUMN and not a batch: other tables point to this one
    for column in added():
        op.add_column('meeting', column)
    meeting = sa.table('meeting', sa.column('id', sa.Integer), sa.column('uid', sa.String))
    there = op.get_bind()
    for number in there.scalars(sa.select(meeting.c.id)).all():
        there.execute(meeting.update().where(meeting.c.id == number).values(uid=str(uuid4())))
    op.create_table(
        'meeting_call',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('meeting_id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('method', sa.String(40), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('message_id', sa.String(255), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('not_before', sa.Float(), nullable=False),
        sa.Column('claimed_until', sa.Float(), nullable=False),
        sa.Column('fence', sa.Integer(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('proof', sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name='fk_meeting_call_meeting_id'),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_meeting_call_staff_id'),
        sa.PrimaryKeyConstraint('id', name='pk_meeting_call'),
        sa.UniqueConstraint('meeting_id', 'staff_id', 'sequence', name='uq_meeting_call_meeting_id_staff_id_sequence'),
    )
    op.create_index('ix_meeting_call_state', 'meeting_call', ['state', 'not_before'])


    op.create_table(
        'file_summary',
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('page_key', sa.String(200), nullable=False),
        sa.Column('page_sha256', sa.String(64), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('error', sa.String(300), nullable=False),
        sa.Column('claimed_until', sa.Float(), nullable=False),
        sa.Column('fence', sa.Integer(), nullable=False),
        sa.Column('storage_key', sa.String(200), nullable=False),
        sa.Column('sha256', sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name='fk_file_summary_application_id'),
        sa.ForeignKeyConstraint(['asked_by_id'], ['staff.id'], name='fk_file_summary_asked_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_file_summary'),
    )
    op.create_index('ix_file_summary_application', 'file_summary', ['application_id', 'id'])
    op.create_index('ix_file_summary_state', 'file_summary', ['state', 'id'])


def downgrade():
    op.drop_table('file_summary')
    op.drop_table('meeting_call')
    for column in added():
        op.drop_column('meeting', column.name)
