"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table('attempts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('callback_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('form', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('caller', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('attempted_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('recorded_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('note', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('counts', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('signature', sa.JSON(), autoincrement=False, nullable=True),
    sa.Column('answer_by', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('attempts_by_callback_id_number', 'attempts', ['callback_id', 'number'], unique=False)
    op.create_index('attempts_by_case_id', 'attempts', ['case_id'], unique=False)
    op.create_table('callbacks',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('case_number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('coverage', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('form', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('required', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('planned_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('state', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('held', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('tries', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reached', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('next_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('answer_by', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('overdue_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('ended_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('waived_for', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('waiver_note', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('evidence', sa.JSON(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('callbacks_by_case_id', 'callbacks', ['case_id'], unique=False)
    op.create_index('callbacks_by_case_number', 'callbacks', ['case_number'], unique=False)
    op.create_index('callbacks_by_state_due_at_id', 'callbacks', ['state', 'due_at', 'id'], unique=False)
    op.create_table('cases',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('header', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('content', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('remedy_sought', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('customer', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('done', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('is_closed', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('cases_by_number', 'cases', ['number'], unique=False)
    op.create_table('evidence',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('hash', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('type', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('content', sa.Text(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('unsettled',
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('case_id')
    )


def downgrade() -> None:
    op.drop_table('unsettled')
    op.drop_table('evidence')
    op.drop_index('cases_by_number', table_name='cases')
    op.drop_table('cases')
    op.drop_index('callbacks_by_state_due_at_id', table_name='callbacks')
    op.drop_index('callbacks_by_case_number', table_name='callbacks')
    op.drop_index('callbacks_by_case_id', table_name='callbacks')
    op.drop_table('callbacks')
    op.drop_index('attempts_by_case_id', table_name='attempts')
    op.drop_index('attempts_by_callback_id_number', table_name='attempts')
    op.drop_table('attempts')
