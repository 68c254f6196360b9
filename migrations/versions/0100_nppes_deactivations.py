"""NPIs that CMS has deactivated, by its monthly report

Revision: 0100
Follows: 0090
"""

import sqlalchemy as sa
from alembic import op

revision = '0100'
down_revision = '0090'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "nppes_deactivation",
        sa.Column("npi", sa.String(10), nullable=False),
        sa.Column("deactivated_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("npi", name="pk_nppes_deactivation"),
    )


def downgrade():
    op.drop_table("nppes_deactivation")
