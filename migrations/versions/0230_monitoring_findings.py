"""what monitoring finds about a provider in the network, and what was done about it

Revision: 0230
Follows: 0170
"""

import sqlalchemy as sa
from alembic import op

revision = '0230'
down_revision = '0170'
branch_labels = None
depends_on = None

TABLES = ('finding_step', 'monitoring_finding')
SAME = {
    'monitoring_finding': 'id = NEW.id OR replaces_id = NEW.replaces_id',
    'finding_step': "id = NEW.id OR (finding_id = NEW.finding_id AND state = 'closed' AND NEW.state = 'closed')",
}
REFUSED = 'a correction is of a finding of the same participation, and bound to its first record'
OF_ANOTHER = """NEW.replaces_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM monitoring_finding corrected WHERE corrected.id = NEW.replaces_id
    AND corrected.participation_id = NEW.participation_id
    AND COALESCE(corrected.first_id, corrected.id) = NEW.first_id)"""


def on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'


def number(name, nullable=False):
    return sa.Column(name, sa.Integer(), nullable=nullable)


def words(name, length):
    return sa.Column(name, sa.String(length), nullable=False)


def moment(name):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def day(name, nullable=False):
    return sa.Column(name, sa.Date(), nullable=nullable)


def key_of(table, column, other):
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=f'fk_{table}_{column}')


def check(name, condition):
    return sa.CheckConstraint(condition, name=op.f(f'ck_monitoring_finding_{name}'))


def upgrade():
    table = 'monitoring_finding'
    op.create_table(
        table, number('id'), number('participation_id'), number('first_id', True), words('kind', 40),
        words('severity', 40), day('received_on'), words('source', 160), sa.Column('says', sa.Text(), nullable=False),
        words('measure', 120), words('period', 40), day('act_by', True), number('evidence_file_id', True),
        number('replaces_id', True), words('replaces_why', 500), day('recorded_on'), moment('recorded_at'),
        number('recorded_by_id', True), sa.PrimaryKeyConstraint('id', name=f'pk_{table}'),
        key_of(table, 'participation_id', 'participation'), key_of(table, 'first_id', table),
        key_of(table, 'evidence_file_id', 'evidence_file'), key_of(table, 'replaces_id', table),
        key_of(table, 'recorded_by_id', 'staff'), sa.UniqueConstraint('replaces_id', name=f'uq_{table}_replaces_id'),
        check('correction_has_first', '(replaces_id IS NULL) = (first_id IS NULL)'),
        check('correction_has_reason', "replaces_id IS NULL OR replaces_why <> ''"),
        check('received_before_recorded', 'received_on <= recorded_on'),
    )
    op.create_index(f'ix_{table}_participation', table, ['participation_id', 'id'])
    to_act_on = sa.text('act_by IS NOT NULL')
    op.create_index(f'ix_{table}_act_by', table, ['act_by', 'id'], sqlite_where=to_act_on, postgresql_where=to_act_on)
    table = 'finding_step'
    op.create_table(
        table, number('id'), number('finding_id'), words('state', 40), sa.Column('done', sa.Text(), nullable=False),
        day('taken_on'), moment('taken_at'), number('taken_by_id'), sa.PrimaryKeyConstraint('id', name=f'pk_{table}'),
        key_of(table, 'finding_id', 'monitoring_finding'), key_of(table, 'taken_by_id', 'staff'),
    )
    op.create_index(f'ix_{table}_finding', table, ['finding_id', 'id'])
    closed = sa.text("state = 'closed'")
    op.create_index(f'ix_{table}_closed', table, ['finding_id'], unique=True, sqlite_where=closed, postgresql_where=closed)
    for table in TABLES:
        guard(table)
    guard_corrections()


def guard(table):
    """What was found and what was done stays so recorded."""
    if not on_sqlite():
        op.execute(f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        return
    there = f'WHEN EXISTS (SELECT 1 FROM {table} WHERE {SAME[table]})'
    for verb, when in (('UPDATE', ''), ('DELETE', ''), ('INSERT', there)):
        op.execute(f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} {when} "
                   f"BEGIN SELECT RAISE(ABORT, '{table}: rows are appended, never changed'); END")


def guard_corrections():
    if on_sqlite():
        op.execute(f"CREATE TRIGGER monitoring_finding_correction BEFORE INSERT ON monitoring_finding WHEN {OF_ANOTHER} "
                   f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(f"CREATE FUNCTION refuse_finding() RETURNS trigger AS $$ BEGIN IF {OF_ANOTHER} THEN "
               f"RAISE EXCEPTION '{REFUSED}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql")
    op.execute('CREATE TRIGGER monitoring_finding_correction BEFORE INSERT ON monitoring_finding '
               'FOR EACH ROW EXECUTE FUNCTION refuse_finding()')


def downgrade():
    for table in TABLES:
        op.drop_table(table)
    if not on_sqlite():
        op.execute('DROP FUNCTION refuse_finding()')
