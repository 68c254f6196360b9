"""who the provider is said to be counts its statements; evidence belongs to one of them

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0001'
branch_labels = None
depends_on = None

STATED = ("application", "authorization", "verification", "screening")


def upgrade():
    for table in STATED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("statement", sa.Integer(), nullable=False, server_default="1"))
            batch.alter_column("statement", server_default=None)
    with op.batch_alter_table("exclusion_list") as batch:
        batch.add_column(sa.Column("newest_exclusion_on", sa.Date(), nullable=True))


def downgrade():
    with op.batch_alter_table("exclusion_list") as batch:
        batch.drop_column("newest_exclusion_on")
    for table in reversed(STATED):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("statement")
