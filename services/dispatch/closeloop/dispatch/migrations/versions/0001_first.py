"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table('account_entries',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('voucher', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('account', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('posting', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('giver', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('receiver', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('item', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('quantity', rows.Exact(), autoincrement=False, nullable=False),
    sa.Column('posted_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('posted_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('account_entries_by_case_id', 'account_entries', ['case_id'], unique=False)
    op.create_index('account_entries_by_procedure_account_posted_at', 'account_entries', ['procedure', 'account', 'posted_at'], unique=False)
    op.create_table('case_sums',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('account', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('what', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('item', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('quantity', rows.Exact(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('case_sums_by_case_id', 'case_sums', ['case_id'], unique=False)
    op.create_table('cases',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('header', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('content', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('customer', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('record', sa.JSON(), autoincrement=False, nullable=True),
    sa.Column('opinion', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('marks', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('rated', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('closed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('moments', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('actions', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('action', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('action_state', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('opened', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('cases_by_number', 'cases', ['number'], unique=False)
    op.create_table('desk_tasks',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('service', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('of', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('person', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('title_zh', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('title_en', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('url', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('opened_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('sort_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('case_number', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('desk_tasks_by_desk_sort_at', 'desk_tasks', ['desk', 'sort_at'], unique=False)
    op.create_index('desk_tasks_by_key', 'desk_tasks', ['key'], unique=False)
    op.create_index('desk_tasks_by_person_sort_at', 'desk_tasks', ['person', 'sort_at'], unique=False)
    op.create_table('duties',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('case_number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('rule', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('title', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('issued_to', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('of_department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('tracked_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('form', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('content', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('issued_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('sort_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('state', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('steps', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('due_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('missed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('worker', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('crew', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('trade', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('withdrawn_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('result', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('record', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('signature', sa.JSON(), autoincrement=False, nullable=True),
    sa.Column('drawing', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('opinion', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('satisfied', sa.Boolean(), autoincrement=False, nullable=True),
    sa.Column('again_of', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('issued_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('because', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('is_misrouted', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('came_back', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('record_id', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('tracked', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('parts', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('told', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('asked_to_tell', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('taker', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('duties_by_case_id', 'duties', ['case_id'], unique=False)
    op.create_index('duties_by_case_number', 'duties', ['case_number'], unique=False)
    op.create_index('duties_by_desk_state', 'duties', ['desk', 'state'], unique=False)
    op.create_index('duties_by_sort_at', 'duties', ['sort_at'], unique=False)
    op.create_index('duties_by_state_sort_at', 'duties', ['state', 'sort_at'], unique=False)
    op.create_index('duties_by_worker_state', 'duties', ['worker', 'state'], unique=False)
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
    op.create_table('payment_requests',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('payout', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('amount', rows.Exact(), autoincrement=False, nullable=False),
    sa.Column('currency', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('means', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('duty', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('ceiling', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('asked_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('asked_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('payment', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('ended_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('payment_requests_by_case_id', 'payment_requests', ['case_id'], unique=False)
    op.create_table('payments',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('payout', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('amount', rows.Exact(), autoincrement=False, nullable=False),
    sa.Column('currency', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('means', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('duty', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('ceiling', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('made_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('made_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('takes_back', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('approved', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('payments_by_case_id', 'payments', ['case_id'], unique=False)
    op.create_index('payments_by_case_number', 'payments', ['case_number'], unique=False)
    op.create_table('person_records',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('person', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('qualification', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('what', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('from_on', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('until_on', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('passed', sa.Boolean(), autoincrement=False, nullable=True),
    sa.Column('record_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('entered_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('entered_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('person_records_by_key', 'person_records', ['key'], unique=False)
    op.create_index('person_records_by_procedure_qualification_person', 'person_records', ['procedure', 'qualification', 'person'], unique=False)
    op.create_table('questions',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('rule', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('title', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('decided_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('waits_duty', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('waits_step', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('asked_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('answer', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('answered_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('answered_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('desks', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('questions_by_case_id', 'questions', ['case_id'], unique=False)
    op.create_index('questions_by_decided_by_answer', 'questions', ['decided_by', 'answer'], unique=False)
    op.create_table('raises',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('facet', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('raises_by_case_id', 'raises', ['case_id'], unique=False)
    op.create_table('stocks',
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('account', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('holder', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('item', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('quantity', rows.Exact(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_index('stocks_by_procedure_account', 'stocks', ['procedure', 'account'], unique=False)
    op.create_table('unsettled',
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('case_id')
    )
    op.create_table('vouchers',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('account', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('posting', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('giver', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('receiver', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('lines', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('fields', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('entered_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('entered_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('posted_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('dropped_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('takes_back', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('record_id', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('vouchers_by_case_id', 'vouchers', ['case_id'], unique=False)
    op.create_index('vouchers_by_key', 'vouchers', ['key'], unique=False)
    op.create_index('vouchers_by_procedure_account_number', 'vouchers', ['procedure', 'account', 'number'], unique=False)


def downgrade() -> None:
    op.drop_index('vouchers_by_procedure_account_number', table_name='vouchers')
    op.drop_index('vouchers_by_key', table_name='vouchers')
    op.drop_index('vouchers_by_case_id', table_name='vouchers')
    op.drop_table('vouchers')
    op.drop_table('unsettled')
    op.drop_index('stocks_by_procedure_account', table_name='stocks')
    op.drop_table('stocks')
    op.drop_index('raises_by_case_id', table_name='raises')
    op.drop_table('raises')
    op.drop_index('questions_by_decided_by_answer', table_name='questions')
    op.drop_index('questions_by_case_id', table_name='questions')
    op.drop_table('questions')
    op.drop_index('person_records_by_procedure_qualification_person', table_name='person_records')
    op.drop_index('person_records_by_key', table_name='person_records')
    op.drop_table('person_records')
    op.drop_index('payments_by_case_number', table_name='payments')
    op.drop_index('payments_by_case_id', table_name='payments')
    op.drop_table('payments')
    op.drop_index('payment_requests_by_case_id', table_name='payment_requests')
    op.drop_table('payment_requests')
    op.drop_index('limits_by_key', table_name='limits')
    op.drop_index('limits_by_due_at', table_name='limits')
    op.drop_table('limits')
    op.drop_index('duties_by_worker_state', table_name='duties')
    op.drop_index('duties_by_state_sort_at', table_name='duties')
    op.drop_index('duties_by_sort_at', table_name='duties')
    op.drop_index('duties_by_desk_state', table_name='duties')
    op.drop_index('duties_by_case_number', table_name='duties')
    op.drop_index('duties_by_case_id', table_name='duties')
    op.drop_table('duties')
    op.drop_index('desk_tasks_by_person_sort_at', table_name='desk_tasks')
    op.drop_index('desk_tasks_by_key', table_name='desk_tasks')
    op.drop_index('desk_tasks_by_desk_sort_at', table_name='desk_tasks')
    op.drop_table('desk_tasks')
    op.drop_index('cases_by_number', table_name='cases')
    op.drop_table('cases')
    op.drop_index('case_sums_by_case_id', table_name='case_sums')
    op.drop_table('case_sums')
    op.drop_index('account_entries_by_procedure_account_posted_at', table_name='account_entries')
    op.drop_index('account_entries_by_case_id', table_name='account_entries')
    op.drop_table('account_entries')
