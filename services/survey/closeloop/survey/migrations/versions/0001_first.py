"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table('areas',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('quantity', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('handed_out', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('brought_back', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('entered', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('sent', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('answered', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('areas_by_survey_id', 'areas', ['survey_id'], unique=False)
    op.create_table('closed_cases',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('header', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('language', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('closed_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('is_closed', sa.Boolean(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('closed_cases_by_procedure_closed_at', 'closed_cases', ['procedure', 'closed_at'], unique=False)
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
    op.create_table('movements',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('area', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('handed_out', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('brought_back', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('means', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('by', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('recorded_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('movements_by_survey_id', 'movements', ['survey_id'], unique=False)
    op.create_table('offers',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('sent_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('offers_by_case_id', 'offers', ['case_id'], unique=False)
    op.create_table('open_surveys',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('board', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('conditions', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('delay', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('starts_on', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('at', sa.Text(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('open_surveys_by_board', 'open_surveys', ['board'], unique=False)
    op.create_table('sheets',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('survey_id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('sent_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('means', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('token', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('expires_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('case_id', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('header', sa.JSON(), autoincrement=False, nullable=True),
    sa.Column('language', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('area', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('answers', sa.JSON(), autoincrement=False, nullable=True),
    sa.Column('serious', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('returned_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('entered_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('qualified', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('dissatisfied', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('unanswered', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('score', sa.Float(), autoincrement=False, nullable=True),
    sa.Column('followed_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('followed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('follow_up', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('cases', sa.JSON(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('sheets_by_survey_id_id', 'sheets', ['survey_id', 'id'], unique=False)
    op.create_index('sheets_by_token', 'sheets', ['token'], unique=False)
    op.create_table('surveys',
    sa.Column('id', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('procedure_version', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('title', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('questionnaire', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('starts_on', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('author', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('desk', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('planned_at', rows.Moment(timezone=True), autoincrement=False, nullable=False),
    sa.Column('purpose', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('population', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('ends_on', sa.Date(), autoincrement=False, nullable=True),
    sa.Column('quantity', sa.BigInteger(), autoincrement=False, nullable=True),
    sa.Column('areas', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('staff', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('goes_out', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('conditions', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('delay', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('counted_in', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('approvers', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('changed_by', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('department', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('place', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('state', sa.Text(), autoincrement=False, nullable=False),
    sa.Column('approvals', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('awaited', sa.JSON(), autoincrement=False, nullable=False),
    sa.Column('sent_back', sa.Text(), autoincrement=False, nullable=True),
    sa.Column('opened_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('closed_at', rows.Moment(timezone=True), autoincrement=False, nullable=True),
    sa.Column('sent', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('came_back', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('returned', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('qualified', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('dissatisfied', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('satisfied_sheets', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('scored_sheets', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('points', sa.Float(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('surveys_by_state_id', 'surveys', ['state', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('surveys_by_state_id', table_name='surveys')
    op.drop_table('surveys')
    op.drop_index('sheets_by_token', table_name='sheets')
    op.drop_index('sheets_by_survey_id_id', table_name='sheets')
    op.drop_table('sheets')
    op.drop_index('open_surveys_by_board', table_name='open_surveys')
    op.drop_table('open_surveys')
    op.drop_index('offers_by_case_id', table_name='offers')
    op.drop_table('offers')
    op.drop_index('movements_by_survey_id', table_name='movements')
    op.drop_table('movements')
    op.drop_index('kept_customers_by_procedure_list_name', table_name='kept_customers')
    op.drop_index('kept_customers_by_key', table_name='kept_customers')
    op.drop_table('kept_customers')
    op.drop_index('closed_cases_by_procedure_closed_at', table_name='closed_cases')
    op.drop_table('closed_cases')
    op.drop_index('areas_by_survey_id', table_name='areas')
    op.drop_table('areas')
