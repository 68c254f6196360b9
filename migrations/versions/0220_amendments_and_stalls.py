"""a report to the data bank is amended after an appeal; the desk is told by mail of files that stand still

Revision: 0220
Follows: 0260
"""

import sqlalchemy as sa
from alembic import op

revision = '0220'
down_revision = '0260'
branch_labels = None
depends_on = None

DUE = sa.text('due_on IS NOT NULL')
COLUMNS = (
    ('due_on', sa.Date()),
    ('overturned', sa.String(40)),
    ('amended_on', sa.Date()),
    ('amended_by_id', sa.Integer()),
    ('amended_reference', sa.Text()),
    ('amended_why', sa.Text()),
)


def upgrade():
    op.drop_index('ix_adverse_action_due', 'adverse_action')
    with op.batch_alter_table('adverse_action') as batch:
        for name, kind in COLUMNS:
            batch.add_column(sa.Column(name, kind, nullable=True))
        batch.create_foreign_key('fk_adverse_action_amended_by_id', 'staff', ['amended_by_id'], ['id'])
    op.execute(
        'UPDATE adverse_action SET due_on = report_by WHERE reported_on IS NULL AND (reportable IS NULL OR reportable)'
    )
    op.create_index(
        'ix_adverse_action_due', 'adverse_action', ['due_on', 'id'], sqlite_where=DUE, postgresql_where=DUE
    )
    op.create_table(
        'stall_mail',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('written_on', sa.Date(), nullable=False),
        sa.Column('state', sa.String(40), nullable=False),
        sa.Column('message_id', sa.String(255), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('not_before', sa.Float(), nullable=False),
        sa.Column('claimed_until', sa.Float(), nullable=False),
        sa.Column('fence', sa.Integer(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('proof', sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_stall_mail_staff_id'),
        sa.PrimaryKeyConstraint('id', name='pk_stall_mail'),
    )
    op.create_index('ix_stall_mail_state', 'stall_mail', ['state', 'not_before'])
    op.create_table(
        'stall_notice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('mail_id', sa.Integer(), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('untouched_since', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['mail_id'], ['stall_mail.id'], name='fk_stall_notice_mail_id'),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name='fk_stall_notice_application_id'),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_stall_notice_staff_id'),
        sa.PrimaryKeyConstraint('id', name='pk_stall_notice'),
        sa.UniqueConstraint('application_id', 'untouched_since', 'staff_id',
                            name='uq_stall_notice_application_id_untouched_since_staff_id'),
    )
    op.create_index('ix_stall_notice_mail_id', 'stall_notice', ['mail_id'])


def downgrade():
    op.drop_table('stall_notice')
    op.drop_table('stall_mail')
    op.drop_index('ix_adverse_action_due', 'adverse_action')
    with op.batch_alter_table('adverse_action') as batch:
        batch.drop_constraint('fk_adverse_action_amended_by_id', type_='foreignkey')
        for name, _ in reversed(COLUMNS):
            batch.drop_column(name)
    op.create_index('ix_adverse_action_due', 'adverse_action', ['reported_on', 'report_by'])
