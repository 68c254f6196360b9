"""The yearly notice finds participations by the day on which they began

Revision: 0320
Follows: 0240
"""

from alembic import op

revision = '0320'
down_revision = '0240'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_participation_effective', 'participation', ['effective_on', 'id'])


def downgrade() -> None:
    op.drop_index('ix_participation_effective', 'participation')
