"""who the provider is said to be counts its statements; evidence belongs to one of them

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

STATED = ("application", "authorization", "verification", "screening")


def upgrade():
    for table in STATED:
        op.add_column(table, sa.Column("statement", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("exclusion_list", sa.Column("newest_exclusion_on", sa.Date(), nullable=True))


def downgrade():
    op.drop_column("exclusion_list", "newest_exclusion_on")
    for table in reversed(STATED):
        op.drop_column(table, "statement")
