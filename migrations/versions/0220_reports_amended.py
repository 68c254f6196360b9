"""a report to the data bank is amended after an appeal; until when something is to be done of an action

Revision: 0220
Follows: 0170
"""

import sqlalchemy as sa
from alembic import op

revision = '0220'
down_revision = '0170'
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


def downgrade():
    op.drop_index('ix_adverse_action_due', 'adverse_action')
    with op.batch_alter_table('adverse_action') as batch:
        batch.drop_constraint('fk_adverse_action_amended_by_id', type_='foreignkey')
        for name, _ in reversed(COLUMNS):
            batch.drop_column(name)
    op.create_index('ix_adverse_action_due', 'adverse_action', ['reported_on', 'report_by'])
