"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table('asked_sheets',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('coverage', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('returned_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('form', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('customer', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('items', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('reachable', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('state', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('tries', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('next_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('asked_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('caller', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('note', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('asked_sheets_by_state_due_at_id', 'asked_sheets', ['state', 'due_at', 'id'], unique=False)
    op.create_index('asked_sheets_by_survey_id_state', 'asked_sheets', ['survey_id', 'state'], unique=False)
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
    sa.Column('problem', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('attempts_by_callback_id_number', 'attempts', ['callback_id', 'number'], unique=False)
    op.create_index('attempts_by_case_id', 'attempts', ['case_id'], unique=False)
    op.create_index('attempts_by_recorded_at', 'attempts', ['recorded_at'], unique=False)
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
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('verifies', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('arranged_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('arranged_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('arranger', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('state', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('held', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('awaits', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('caller', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('jobs', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('problem', sa.Text(), autoincrement=False, nullable=True),
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
    op.create_index('callbacks_by_awaits', 'callbacks', ['awaits'], unique=False)
    op.create_index('callbacks_by_case_id', 'callbacks', ['case_id'], unique=False)
    op.create_index('callbacks_by_case_number', 'callbacks', ['case_number'], unique=False)
    op.create_index('callbacks_by_state_due_at_id', 'callbacks', ['state', 'due_at', 'id'], unique=False)
    op.create_table('cases',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('header', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('coverage', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('handled_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('handled_round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('callbacks_made', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('waived_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('content', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('remedy_sought', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('customer', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('done', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('sheets', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('is_closed', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('cases_by_coverage_handled_at', 'cases', ['coverage', 'handled_at'], unique=False)
    op.create_index('cases_by_number', 'cases', ['number'], unique=False)
    op.create_table('kept_customers',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('list_name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('since', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('struck_off_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('kept_customers_by_key', 'kept_customers', ['key'], unique=False)
    op.create_index('kept_customers_by_procedure_list_name', 'kept_customers', ['procedure', 'list_name'], unique=False)
    op.create_table('limits',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('of', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('clauses', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('started_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('stopped_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('missed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('withdrawn_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('paused_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('by_length', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('by_fact', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('unextended_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('ledger', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('is_estimate', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('limits_by_due_at', 'limits', ['due_at'], unique=False)
    op.create_index('limits_by_key', 'limits', ['key'], unique=False)
    op.create_table('parameter_values',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('valid_from', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('set_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('set_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('parameter_values_by_key', 'parameter_values', ['key'], unique=False)
    op.create_index('parameter_values_by_procedure_name_valid_from', 'parameter_values', ['procedure', 'name', 'valid_from'], unique=False)
    op.create_table('same_problems',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('problem', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('opened_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('opened_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('members', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('answered_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('answered_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('answer', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('record', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('letter', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('same_problems_by_opened_at_id', 'same_problems', ['opened_at', 'id'], unique=False)
    op.create_table('sheet_draws',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('coverage', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('seed', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('share', sa.Float(), autoincrement=False, nullable=True),
    sa.Column('population', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('drawn', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('open', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('drawn_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('ended_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('sheet_draws_by_key', 'sheet_draws', ['key'], unique=False)
    op.create_index('sheet_draws_by_survey_id', 'sheet_draws', ['survey_id'], unique=False)
    op.create_table('unsettled',
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('case_id')
    )


def downgrade() -> None:
    op.drop_table('unsettled')
    op.drop_index('sheet_draws_by_survey_id', table_name='sheet_draws')
    op.drop_index('sheet_draws_by_key', table_name='sheet_draws')
    op.drop_table('sheet_draws')
    op.drop_index('same_problems_by_opened_at_id', table_name='same_problems')
    op.drop_table('same_problems')
    op.drop_index('parameter_values_by_procedure_name_valid_from', table_name='parameter_values')
    op.drop_index('parameter_values_by_key', table_name='parameter_values')
    op.drop_table('parameter_values')
    op.drop_index('limits_by_key', table_name='limits')
    op.drop_index('limits_by_due_at', table_name='limits')
    op.drop_table('limits')
    op.drop_index('kept_customers_by_procedure_list_name', table_name='kept_customers')
    op.drop_index('kept_customers_by_key', table_name='kept_customers')
    op.drop_table('kept_customers')
    op.drop_index('cases_by_number', table_name='cases')
    op.drop_index('cases_by_coverage_handled_at', table_name='cases')
    op.drop_table('cases')
    op.drop_index('callbacks_by_state_due_at_id', table_name='callbacks')
    op.drop_index('callbacks_by_case_number', table_name='callbacks')
    op.drop_index('callbacks_by_case_id', table_name='callbacks')
    op.drop_index('callbacks_by_awaits', table_name='callbacks')
    op.drop_table('callbacks')
    op.drop_index('attempts_by_recorded_at', table_name='attempts')
    op.drop_index('attempts_by_case_id', table_name='attempts')
    op.drop_index('attempts_by_callback_id_number', table_name='attempts')
    op.drop_table('attempts')
    op.drop_index('asked_sheets_by_survey_id_state', table_name='asked_sheets')
    op.drop_index('asked_sheets_by_state_due_at_id', table_name='asked_sheets')
    op.drop_table('asked_sheets')
