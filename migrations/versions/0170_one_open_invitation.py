"""An NPI has one invitation that is followed: of several the newest stays open.

Revision ID: 0170
Revises: 0150
"""

import sqlalchemy as sa
from alembic import op

revision = "0170"
down_revision = '0150'
branch_labels = None
depends_on = None

_FOLLOWED = sa.text("npi <> '' AND state <> 'closed'")
_OTHERS = """
UPDATE invitation SET state = 'closed', closed_on = referred_on,
    closed_because = 'The same NPI has a newer invitation, which is followed.'
WHERE npi <> '' AND state <> 'closed' AND EXISTS (
    SELECT 1 FROM invitation AS newer
    WHERE newer.npi = invitation.npi AND newer.state <> 'closed' AND newer.id > invitation.id
)
"""


def upgrade() -> None:
    op.execute(_OTHERS)
    op.create_index(
        "ix_invitation_one_open", "invitation", ["npi"], unique=True,
        sqlite_where=_FOLLOWED, postgresql_where=_FOLLOWED,
    )


def downgrade() -> None:
    op.drop_index("ix_invitation_one_open", "invitation")
