"""links and codes to come back by; questions sent back to the applicant; decisions by day

Revision: 0060
Follows: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0070'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "access_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_access_code_application_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_access_code_letter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access_code"),
    )
    op.create_index("ix_access_code_application", "access_code", ["application_id", "purpose"])
    op.create_index("ix_access_code_digest", "access_code", ["digest"])
    op.create_index("ix_access_code_letter", "access_code", ["letter_id"])
    op.create_table(
        "returned_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("comment", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_returned_question_application_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_returned_question"),
        sa.UniqueConstraint("application_id", "round", "field", name="uq_returned_question_application_id_round_field"),
    )
    op.create_index("ix_decision_decided_on", "decision", ["decided_on"])


def downgrade():
    op.drop_index("ix_decision_decided_on", "decision")
    op.drop_table("returned_question")
    op.drop_table("access_code")
