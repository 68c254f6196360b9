"""What today asks for is found by index; views of the queue are saved

Revision: 0140
Follows: 0087
"""

import sqlalchemy as sa
from alembic import op

revision = '0140'
down_revision = '0087'
branch_labels = None
depends_on = None

# Table, index, columns, which rows.
PARTIAL = (
    ('application', 'ix_application_open_moved', ['changed_at', 'id'], 'due_on IS NOT NULL'),
    ('application', 'ix_application_answered', ['due_on', 'id'], "status = 'received' AND round > 0"),
    ('document', 'ix_document_new', ['uploaded_on', 'application_id'], "state = 'received'"),
    ('document', 'ix_document_runs_out', ['expires_on', 'id'], "state = 'accepted' AND expires_on IS NOT NULL"),
    ('verification', 'ix_verification_runs_out', ['good_until', 'id'], 'good_until IS NOT NULL'),
    ('exclusion_match', 'ix_exclusion_match_unresolved', ['screening_id'], 'resolution IS NULL'),
)


def upgrade():
    for table, name, columns, rows in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
    op.create_table(
        'saved_view',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('staff_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('query', sa.String(length=500), nullable=False),
        sa.Column('shared', sa.Boolean(), nullable=False),
        sa.Column('saved_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_saved_view_staff_id'),
        sa.PrimaryKeyConstraint('id', name='pk_saved_view'),
        sa.UniqueConstraint('staff_id', 'name', name='uq_saved_view_staff_id_name'),
    )
    op.create_index('ix_saved_view_shared', 'saved_view', ['name'],
                    sqlite_where=sa.text('shared'), postgresql_where=sa.text('shared'))


def downgrade():
    op.drop_table('saved_view')
    for table, name, *_ in reversed(PARTIAL):
        op.drop_index(name, table)
