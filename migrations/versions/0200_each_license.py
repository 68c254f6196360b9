"""each license is verified on its own: the further ones of a practitioner, and which one a record is about

Revision: 0200
Follows: 0230
"""

import sqlalchemy as sa
from alembic import op

from onboarding.models import ContractForm
from onboarding.policy.licences import further_licences, kept
from onboarding.policy.provider_types import provider_type

revision = '0200'
down_revision = '0230'
branch_labels = None
depends_on = None

OF_ANOTHER = """NEW.replaces_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM verification corrected WHERE corrected.id = NEW.replaces_id
    AND corrected.application_id = NEW.application_id AND corrected.kind = NEW.kind{about}
    AND corrected.statement = NEW.statement AND corrected.checked_on = NEW.checked_on)"""
REFUSED = 'a correction is of the same fact, of the same application and of the same day'
SENT = """
SELECT practitioner.id, application.provider_type, contract_form.answers FROM practitioner
JOIN application ON application.id = practitioner.application_id
JOIN contract_form ON contract_form.id = application.form_id
WHERE application.status IN ('received', 'returned', 'gathering', 'verifying', 'ready', 'in_committee')
AND practitioner.id > :behind ORDER BY practitioner.id LIMIT 500
"""


def upgrade() -> None:
    op.add_column('practitioner', sa.Column('further_licences', sa.JSON(), nullable=True))
    op.add_column('verification', sa.Column('about', sa.String(length=60), nullable=True))
    guard_corrections(about=True)
    state_licenses()


def downgrade() -> None:
    guard_corrections(about=False)
    op.drop_column('verification', 'about')
    op.drop_column('practitioner', 'further_licences')


def guard_corrections(*, about: bool) -> None:
    """A correction is of the same fact; with this migration, about the same license too."""
    if op.get_bind().dialect.name == 'sqlite':
        when = OF_ANOTHER.format(about=' AND corrected.about IS NEW.about' if about else '')
        op.execute('DROP TRIGGER verification_correction')
        op.execute(f"CREATE TRIGGER verification_correction BEFORE INSERT ON verification WHEN {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    when = OF_ANOTHER.format(about=' AND corrected.about IS NOT DISTINCT FROM NEW.about' if about else '')
    op.execute(f"CREATE OR REPLACE FUNCTION refuse_correction() RETURNS trigger AS $$ BEGIN IF {when} THEN "
               f"RAISE EXCEPTION '{REFUSED}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql")


def state_licenses() -> None:
    """Of files that wait for a decision, the further licenses their forms state; what is decided stays as it was decided."""
    bind, column = op.get_bind(), sa.table('practitioner', sa.column('id'), sa.column('further_licences', sa.JSON()))
    rows = bind.execute(sa.text(SENT), {'behind': 0}).all()
    while rows:
        for number, code, sealed in rows:
            answers = ContractForm.__table__.c.answers.type.process_result_value(sealed, bind.dialect)
            stated = kept(further_licences(provider_type(code), answers))
            if stated:
                bind.execute(column.update().where(column.c.id == number).values(further_licences=stated))
        rows = bind.execute(sa.text(SENT), {'behind': rows[-1].id}).all()
