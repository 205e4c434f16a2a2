"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table('acquaintances',
    sa.Column('known', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('customer_id', sa.Text(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('known')
    )
    op.create_table('assessments',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('rated_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('facets', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('before', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('sign_off', sa.JSON(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('assessments_by_case_id', 'assessments', ['case_id'], unique=False)
    op.create_table('case_words',
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('registered_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('terms', sa.Text(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('case_id')
    )
    op.create_table('cases',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('register_name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('basic_kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('channel', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('audience', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('status', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('content', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('remedy_sought', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('customer_id', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('anonymous', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('phone', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('email', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('address', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('customer_kind', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('acting_for', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('language', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('contact_left', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('wants_callback', sa.Boolean(), autoincrement=False, nullable=True),
    sa.Column('received_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('received_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('registered_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('assessed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('closed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('facets', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('facts', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('told', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('handover', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('taken_over_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('taken_over_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('floors', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('raises', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('cases_by_number', 'cases', ['number'], unique=False)
    op.create_index('cases_by_phone', 'cases', ['phone'], unique=False)
    op.create_index('cases_by_registered_at_id', 'cases', ['registered_at', 'id'], unique=False)
    op.create_index('cases_by_status_registered_at', 'cases', ['status', 'registered_at'], unique=False)
    op.create_table('customers',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('list_name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('since', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('phone', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('email', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('address', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('profile', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('written_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('written_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('struck_off_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('struck_off_for', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('merged_into', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('customers_by_key', 'customers', ['key'], unique=False)
    op.create_index('customers_by_merged_into', 'customers', ['merged_into'], unique=False)
    op.create_index('customers_by_phone', 'customers', ['phone'], unique=False)
    op.create_index('customers_by_procedure_list_name_name', 'customers', ['procedure', 'list_name', 'name'], unique=False)
    op.create_table('house_changes',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('title', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('canonical', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('hash', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('active_from', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('proposed_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('proposed_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('asked', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('decided_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('decided_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('approved', sa.Boolean(), autoincrement=False, nullable=True),
    sa.Column('why_not', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('house_changes_by_proposed_at_id', 'house_changes', ['proposed_at', 'id'], unique=False)
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
    op.create_table('marks',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('round', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('mark', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('publisher', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('is_set', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('set_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('set_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('lifted_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('marks_by_case_id', 'marks', ['case_id'], unique=False)
    op.create_table('merges',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('customer_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('same_as', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('content', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('asked_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('asked_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('merged_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('ended_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('ended_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('ended_for', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('merges_by_key', 'merges', ['key'], unique=False)
    op.create_table('messages',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('direction', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('channel', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('says', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('written_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('written_by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('answers', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('is_late', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('is_unclear', sa.Boolean(), autoincrement=False, nullable=False),
    sa.Column('clear_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('answered_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('filed_as', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('filed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('messages_by_case_id_number', 'messages', ['case_id', 'number'], unique=False)
    op.create_index('messages_by_key', 'messages', ['key'], unique=False)
    op.create_table('profile_entries',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('customer_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('list_name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('begun_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('taken', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('profile_entries_by_customer_id_begun_at', 'profile_entries', ['customer_id', 'begun_at'], unique=False)
    op.create_index('profile_entries_by_key', 'profile_entries', ['key'], unique=False)
    op.create_table('register_columns',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('forwarded_to', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('sheets', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('callback_due_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('asked_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('outcome', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('waived_for', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('is_to_be_asked', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('register_columns_by_case_id', 'register_columns', ['case_id'], unique=False)
    op.create_table('words_read',
    sa.Column('key', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('key')
    )


def downgrade() -> None:
    op.drop_table('words_read')
    op.drop_index('register_columns_by_case_id', table_name='register_columns')
    op.drop_table('register_columns')
    op.drop_index('profile_entries_by_key', table_name='profile_entries')
    op.drop_index('profile_entries_by_customer_id_begun_at', table_name='profile_entries')
    op.drop_table('profile_entries')
    op.drop_index('messages_by_key', table_name='messages')
    op.drop_index('messages_by_case_id_number', table_name='messages')
    op.drop_table('messages')
    op.drop_index('merges_by_key', table_name='merges')
    op.drop_table('merges')
    op.drop_index('marks_by_case_id', table_name='marks')
    op.drop_table('marks')
    op.drop_index('limits_by_key', table_name='limits')
    op.drop_index('limits_by_due_at', table_name='limits')
    op.drop_table('limits')
    op.drop_index('house_changes_by_proposed_at_id', table_name='house_changes')
    op.drop_table('house_changes')
    op.drop_index('customers_by_procedure_list_name_name', table_name='customers')
    op.drop_index('customers_by_phone', table_name='customers')
    op.drop_index('customers_by_merged_into', table_name='customers')
    op.drop_index('customers_by_key', table_name='customers')
    op.drop_table('customers')
    op.drop_index('cases_by_status_registered_at', table_name='cases')
    op.drop_index('cases_by_registered_at_id', table_name='cases')
    op.drop_index('cases_by_phone', table_name='cases')
    op.drop_index('cases_by_number', table_name='cases')
    op.drop_table('cases')
    op.drop_table('case_words')
    op.drop_index('assessments_by_case_id', table_name='assessments')
    op.drop_table('assessments')
    op.drop_table('acquaintances')
