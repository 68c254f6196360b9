"""A person asks for a job of the clock now

Revision: 0300
Follows: 0200
"""

import sqlalchemy as sa
from alembic import op

revision = '0300'
down_revision = '0200'
branch_labels = None
depends_on = None

WAITING, FAILED = sa.text('finished_at IS NULL'), sa.text("error <> ''")


def upgrade():
    op.create_table(
        'job_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('job', sa.String(length=60), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done', sa.JSON(), nullable=False),
        sa.Column('failed', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['asked_by_id'], ['staff.id'], name='fk_job_request_asked_by_id'),
        sa.PrimaryKeyConstraint('id', name='pk_job_request'),
    )
    op.create_index('ix_job_run_failed', 'job_run', ['job', 'started_at'], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_index('ix_job_request_waiting', 'job_request', ['job'], unique=True,
                    sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade():
    op.drop_index('ix_job_run_failed', 'job_run')
    op.drop_table('job_request')
