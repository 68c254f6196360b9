"""The item of an agenda names the decision made on it; a meeting names who chaired it; who left has no term

Revision: 0280
Follows: 0210
"""

from alembic import op

revision = '0280'
down_revision = '0210'
branch_labels = None
depends_on = None

ADDED = (('agenda_item', 'decision_id', 'decision'), ('meeting', 'chair_id', 'staff'))

# A file that was pended can have been placed again at the same meeting: the questions are of its first item there.
DECIDED = """
UPDATE agenda_item SET decision_id = (
    SELECT MAX(made.id) FROM decision made
    WHERE made.application_id = agenda_item.application_id AND made.meeting_id = agenda_item.meeting_id
    AND agenda_item.id = (
        SELECT CASE WHEN made.outcome = 'pended' THEN MIN(placed.id) ELSE MAX(placed.id) END FROM agenda_item placed
        WHERE placed.application_id = made.application_id AND placed.meeting_id = made.meeting_id))
"""
# Only a chair who was there can have chaired: where none was, the record does not say who did.
CHAIRED = """
UPDATE meeting SET chair_id = (
    SELECT MIN(seat.staff_id) FROM meeting_seat seat JOIN committee_member term ON term.staff_id = seat.staff_id
    WHERE seat.meeting_id = meeting.id AND term.chair AND term.term_from <= meeting.held_on
    AND (term.term_to IS NULL OR term.term_to >= meeting.held_on))
"""
LEFT = """
UPDATE committee_member SET term_to = CURRENT_DATE
WHERE (term_to IS NULL OR term_to > CURRENT_DATE)
AND staff_id IN (SELECT id FROM staff WHERE NOT active)
"""


def upgrade():
    # ADD COLUMN with its key, and not a batch: other tables point to these
    for table, column, other in ADDED:
        key = f'CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)'
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} INTEGER {key}')
    op.create_index('ix_agenda_item_decision_id', 'agenda_item', ['decision_id'], unique=True)
    for statement in (DECIDED, CHAIRED, LEFT):
        op.execute(statement)


def downgrade():
    op.drop_index('ix_agenda_item_decision_id', 'agenda_item')
    for table, column, _ in ADDED:
        op.execute(f'ALTER TABLE {table} DROP COLUMN {column}')
