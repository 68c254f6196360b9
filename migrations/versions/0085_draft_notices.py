"""Drafts of whose end the letter to their group has told.

Revision ID: 0085
Revises: 0110
"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("respond_by", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_draft_notice_application_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_draft_notice_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_notice")),
        sa.UniqueConstraint("application_id", "letter_id", name=op.f("uq_draft_notice_application_id_letter_id")),
    )
    op.create_index(op.f("ix_draft_notice_letter_id"), "draft_notice", ["letter_id"])


def downgrade() -> None:
    op.drop_table("draft_notice")
