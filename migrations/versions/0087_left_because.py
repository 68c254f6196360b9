"""why the applicant left an answer as it was that was asked back

Revision: 0087
Follows: 0130
"""

import sqlalchemy as sa
from alembic import op

revision = '0087'
down_revision = '0130'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('returned_question') as batch_op:
        batch_op.add_column(sa.Column('left_because', sa.String(length=400), nullable=False, server_default=''))
    with op.batch_alter_table('returned_question') as batch_op:
        batch_op.alter_column('left_because', existing_type=sa.String(length=400), existing_nullable=False, server_default=None)


def downgrade():
    with op.batch_alter_table('returned_question') as batch_op:
        batch_op.drop_column('left_because')
