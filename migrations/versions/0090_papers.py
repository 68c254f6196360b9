"""what a document says of its provider, to be compared with the form

Revision: 0090
Follows: 0080
"""

import sqlalchemy as sa
from alembic import op

revision = '0090'
down_revision = '0080'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document_look", sa.Column("seen_name", sa.String(200), nullable=True))
    op.add_column("document_look", sa.Column("seen_tax_id", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("document_look", "seen_tax_id")
    op.drop_column("document_look", "seen_name")
