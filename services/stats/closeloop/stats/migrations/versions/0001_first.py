"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table('callback_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('form', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('attempts', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('counted', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('asked_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('waived_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('waived_for', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('callback_facts_by_case_id', 'callback_facts', ['case_id'], unique=False)
    op.create_table('case_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('traits', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('header_sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('handled_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('received_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('registered_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('assessed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('handled_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('handled_round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('closed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('reopened', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('callbacks_planned', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('callbacks_made', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('waived_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('opinion', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('tried', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('duties_issued', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('duties_returned', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('duties_in_time', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('limits_kept', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('limits_missed', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('marks', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('case_facts_by_audience', 'case_facts', ['audience'], unique=False)
    op.create_index('case_facts_by_procedure_closed_at', 'case_facts', ['procedure', 'closed_at'], unique=False)
    op.create_index('case_facts_by_procedure_handled_at', 'case_facts', ['procedure', 'handled_at'], unique=False)
    op.create_index('case_facts_by_procedure_received_at', 'case_facts', ['procedure', 'received_at'], unique=False)
    op.create_table('case_sums',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('by_day', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('traits', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('handled_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('opinion', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('tried', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('handled_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('closed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('waived_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('reopened', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('callbacks_made', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('duties_issued', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('duties_returned', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('duties_in_time', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('limits_kept', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('limits_missed', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('n', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('case_sums_by_procedure_by_day_month', 'case_sums', ['procedure', 'by_day', 'month'], unique=False)
    op.create_table('clause_sums',
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('clause', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('ended_as', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('n', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('procedure', 'day', 'place', 'clause', 'ended_as')
    )
    op.create_table('duty_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('rule', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('issued_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('returned_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('returned_in_time', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('duty_facts_by_case_id', 'duty_facts', ['case_id'], unique=False)
    op.create_table('job_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('period', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('done_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('record', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('record_hash', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('job_facts_by_procedure_name_done_at', 'job_facts', ['procedure', 'name', 'done_at'], unique=False)
    op.create_table('judged_figures',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('indicator', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('period', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('opened_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('judge_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('judged_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('numerator', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('denominator', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('value', sa.Float(), autoincrement=False, nullable=True),
    sa.Column('target', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('groups', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('reported', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('ended_as', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('restated', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('restated_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('judged', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('judged_figures_by_procedure_period', 'judged_figures', ['procedure', 'period'], unique=False)
    op.create_table('limit_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('duty_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('stops', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('stopped_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('missed', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('limit_facts_by_case_id', 'limit_facts', ['case_id'], unique=False)
    op.create_index('limit_facts_by_stopped_at_due_at', 'limit_facts', ['stopped_at', 'due_at'], unique=False)
    op.create_table('occasion_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('clause', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('of', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('counted_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('opened_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('ended_as', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('ended_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('period', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('occasion_facts_by_audience_counted_at', 'occasion_facts', ['audience', 'counted_at'], unique=False)
    op.create_index('occasion_facts_by_clause_counted_at', 'occasion_facts', ['clause', 'counted_at'], unique=False)
    op.create_index('occasion_facts_by_key', 'occasion_facts', ['key'], unique=False)
    op.create_index('occasion_facts_by_procedure_counted_at_clause_ended_as', 'occasion_facts', ['procedure', 'counted_at', 'clause', 'ended_as'], unique=False)
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
    op.create_table('raised_alarms',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('figure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('alarm', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('indicator', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('watched', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('period', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('raised_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('late', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('periods', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('figures', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('judged', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('withdrawn_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('raised_alarms_by_figure', 'raised_alarms', ['figure'], unique=False)
    op.create_index('raised_alarms_by_procedure_raised_at', 'raised_alarms', ['procedure', 'raised_at'], unique=False)
    op.create_table('sheet_facts',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('traits', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('sent_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('area', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('returned_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('qualified', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('dissatisfied', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('unanswered', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('sheet_facts_by_procedure_sent_at', 'sheet_facts', ['procedure', 'sent_at'], unique=False)


def downgrade() -> None:
    op.drop_index('sheet_facts_by_procedure_sent_at', table_name='sheet_facts')
    op.drop_table('sheet_facts')
    op.drop_index('raised_alarms_by_procedure_raised_at', table_name='raised_alarms')
    op.drop_index('raised_alarms_by_figure', table_name='raised_alarms')
    op.drop_table('raised_alarms')
    op.drop_index('parameter_values_by_procedure_name_valid_from', table_name='parameter_values')
    op.drop_index('parameter_values_by_key', table_name='parameter_values')
    op.drop_table('parameter_values')
    op.drop_index('occasion_facts_by_procedure_counted_at_clause_ended_as', table_name='occasion_facts')
    op.drop_index('occasion_facts_by_key', table_name='occasion_facts')
    op.drop_index('occasion_facts_by_clause_counted_at', table_name='occasion_facts')
    op.drop_index('occasion_facts_by_audience_counted_at', table_name='occasion_facts')
    op.drop_table('occasion_facts')
    op.drop_index('limit_facts_by_stopped_at_due_at', table_name='limit_facts')
    op.drop_index('limit_facts_by_case_id', table_name='limit_facts')
    op.drop_table('limit_facts')
    op.drop_index('judged_figures_by_procedure_period', table_name='judged_figures')
    op.drop_table('judged_figures')
    op.drop_index('job_facts_by_procedure_name_done_at', table_name='job_facts')
    op.drop_table('job_facts')
    op.drop_index('duty_facts_by_case_id', table_name='duty_facts')
    op.drop_table('duty_facts')
    op.drop_table('clause_sums')
    op.drop_index('case_sums_by_procedure_by_day_month', table_name='case_sums')
    op.drop_table('case_sums')
    op.drop_index('case_facts_by_procedure_received_at', table_name='case_facts')
    op.drop_index('case_facts_by_procedure_handled_at', table_name='case_facts')
    op.drop_index('case_facts_by_procedure_closed_at', table_name='case_facts')
    op.drop_index('case_facts_by_audience', table_name='case_facts')
    op.drop_table('case_facts')
    op.drop_index('callback_facts_by_case_id', table_name='callback_facts')
    op.drop_table('callback_facts')
