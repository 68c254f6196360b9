"""NPPES and the NUCC taxonomy

Revision: 0030
Follows: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0050'
branch_labels = None
depends_on = None

TEXTS = (
    'organization_name', 'other_name', 'last_name', 'first_name', 'middle_name', 'suffix', 'credential', 'address',
    'address_2', 'city', 'state', 'zip_code', 'phone', 'official_last', 'official_first',
)


def upgrade() -> None:
    op.create_table('registry_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('file_name', sa.String(length=160), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('imported_on', sa.Date(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_file'))
    )
    op.create_index('ix_registry_file_one_current', 'registry_file', ['source'], unique=True,
                    sqlite_where=sa.text('current = 1'), postgresql_where=sa.text('current'))
    op.create_table('nppes_provider',
    sa.Column('npi', sa.String(length=10), nullable=False),
    sa.Column('entity_type', sa.String(length=1), nullable=False),
    sa.Column('replaced_by', sa.String(length=10), nullable=False),
    *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
    sa.Column('sole_proprietor', sa.String(length=1), nullable=False),
    sa.Column('updated_on', sa.Date(), nullable=True),
    sa.Column('deactivated_on', sa.Date(), nullable=True),
    sa.Column('reactivated_on', sa.Date(), nullable=True),
    sa.Column('taxonomies', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('npi', name=op.f('pk_nppes_provider'))
    )
    op.create_table('nppes_lookup',
    sa.Column('npi', sa.String(length=10), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('npi', name=op.f('pk_nppes_lookup'))
    )
    op.create_table('nucc_taxonomy',
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('grouping', sa.Text(), nullable=False),
    sa.Column('classification', sa.Text(), nullable=False),
    sa.Column('specialization', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('section', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_nucc_taxonomy'))
    )


def downgrade() -> None:
    op.drop_table('nucc_taxonomy')
    op.drop_table('nppes_lookup')
    op.drop_table('nppes_provider')
    op.drop_index('ix_registry_file_one_current', table_name='registry_file')
    op.drop_table('registry_file')
