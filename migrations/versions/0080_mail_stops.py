"""e-mail addresses whose readers have turned the optional mails off

Revision: 0080
Follows: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = '0080'
down_revision = '0060'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mail_stop",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_mail_stop"),
    )


def downgrade():
    op.drop_table("mail_stop")
