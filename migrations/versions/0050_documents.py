"""documents: scan, look, previews, the request ledger

Revision: 0050
Follows: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('document') as batch_op:
        batch_op.add_column(sa.Column('scan_state', sa.String(length=40), nullable=False, server_default='not_configured'))
        batch_op.add_column(sa.Column('scan_note', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('document') as batch_op:
        batch_op.alter_column('scan_state', existing_type=sa.String(length=40), existing_nullable=False, server_default=None)
        batch_op.alter_column('scan_note', existing_type=sa.String(length=200), existing_nullable=False, server_default=None)
        batch_op.create_index(
            'ix_document_to_look_into', ['id'],
            sqlite_where=sa.text('looked_at IS NULL'), postgresql_where=sa.text('looked_at IS NULL'),
        )
    op.create_table('document_look',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('view_key', sa.String(length=200), nullable=False),
    sa.Column('view_sha256', sa.String(length=64), nullable=False),
    sa.Column('view_media_type', sa.String(length=40), nullable=False),
    sa.Column('read_by', sa.String(length=40), nullable=False),
    sa.Column('read_expires_on', sa.Date(), nullable=True),
    sa.Column('read_name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_look_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_look')),
    sa.UniqueConstraint('document_id', name=op.f('uq_document_look_document_id'))
    )
    op.create_table('document_preview',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('look_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('storage_key', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['look_id'], ['document_look.id'], name=op.f('fk_document_preview_look_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_preview')),
    sa.UniqueConstraint('look_id', 'page', name=op.f('uq_document_preview_look_id_page'))
    )
    op.create_table('document_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=600), nullable=False),
    sa.Column('through', sa.String(length=40), nullable=False),
    sa.Column('letter_id', sa.Integer(), nullable=True),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=120), nullable=False),
    sa.Column('answered_by_document_id', sa.Integer(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_document_request_application_id')),
    sa.ForeignKeyConstraint(['letter_id'], ['letter.id'], name=op.f('fk_document_request_letter_id')),
    sa.ForeignKeyConstraint(['answered_by_document_id'], ['document.id'], name=op.f('fk_document_request_answered_by_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_request'))
    )
    with op.batch_alter_table('document_request') as batch_op:
        batch_op.create_index('ix_document_request_application', ['application_id', 'id'])
        batch_op.create_index('ix_document_request_letter_id', ['letter_id'])
        batch_op.create_index(
            'ix_document_request_one_open', ['application_id', 'kind'], unique=True,
            sqlite_where=sa.text('answered_on IS NULL'), postgresql_where=sa.text('answered_on IS NULL'),
        )


def downgrade() -> None:
    op.drop_table('document_request')
    op.drop_table('document_preview')
    op.drop_table('document_look')
    with op.batch_alter_table('document') as batch_op:
        batch_op.drop_index('ix_document_to_look_into')
        batch_op.drop_column('looked_at')
        batch_op.drop_column('scanned_at')
        batch_op.drop_column('scan_note')
        batch_op.drop_column('scan_state')
