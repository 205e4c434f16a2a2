"""First."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("absence", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("starts_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("ends_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("deputy", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("noted_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("noted_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("absences_by_person_noted_at", "absences", ["person", "noted_at"], unique=False)
    op.create_table(
        "activated",
        sa.Column("procedure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("valid_from", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("canonical", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("procedure", "version"),
    )
    op.create_table(
        "answers",
        sa.Column("asker", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("status", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("asker", "idempotency_key"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_for", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("taken_in_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("taken_in_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("department", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("erased_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("erased_by", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attachments_by_about_taken_in_at", "attachments", ["about", "taken_in_at"], unique=False)
    op.create_index("attachments_by_hash", "attachments", ["hash"], unique=False)
    op.create_table(
        "chain",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("chain_by_seq", "chain", ["seq"], unique=False)
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "heard",
        sa.Column("stream", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("created", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("stream"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("period", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("starts_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("due_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("opened_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("done_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("done_by", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("note", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("found", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("whom", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("written_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("writer", sa.JSON(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_by_procedure_period", "jobs", ["procedure", "period"], unique=False)
    op.create_index("jobs_by_starts_at_id", "jobs", ["starts_at", "id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recorded_at", rows.Moment(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("journal_by_key", "journal", ["key", "sequence"], unique=True)
    op.create_table(
        "keys",
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holds", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("connector", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("goes_to", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("written_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("next_try_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("tries", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("carried_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("reference", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.JSON(), autoincrement=False, nullable=True),
        sa.Column("decided_by", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("letters_by_about_written_at", "letters", ["about", "written_at"], unique=False)
    op.create_index("letters_by_state_next_try_at", "letters", ["state", "next_try_at"], unique=False)
    op.create_table(
        "occasions",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("clause", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("opened_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("ended_as", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("ended_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("occasions_by_clause", "occasions", ["clause"], unique=False)
    op.create_index("occasions_by_key", "occasions", ["key"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("active_from", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("canonical", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("proposed_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("approved_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("noted_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("before", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("organisations_by_active_from", "organisations", ["active_from"], unique=False)
    op.create_table(
        "parked",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("publisher", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parked_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("next_try_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("parked_by_key_parked_at", "parked", ["key", "parked_at"], unique=False)
    op.create_index("parked_by_next_try_at", "parked", ["next_try_at"], unique=False)
    op.create_table(
        "positions",
        sa.Column("publisher", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Text(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("publisher"),
    )
    op.create_table(
        "readers",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure_version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("given_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("due_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("clauses", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("missed_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("read_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("read_by", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("withdrawn_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("readers_by_desk_read_at", "readers", ["desk", "read_at"], unique=False)
    op.create_index("readers_by_given_at_id", "readers", ["given_at", "id"], unique=False)
    op.create_index("readers_by_key", "readers", ["key"], unique=False)
    op.create_index("readers_by_record", "readers", ["record"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("form_version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure_version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("fields", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("signatures", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("made_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("department", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("sealed_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("corrects", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("keep_until", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("archived_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("disposed_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("disposed_by", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("records_by_form_made_at", "records", ["form", "made_at"], unique=False)
    op.create_index("records_by_keep_until", "records", ["keep_until"], unique=False)
    op.create_index("records_by_key", "records", ["key"], unique=False)
    op.create_table(
        "sign_offs",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("decides", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("procedure_version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("url", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("asked_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("clauses", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("authors", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("due_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("missed_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("given_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("given_by", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("signer", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("means", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("witness", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("drawing", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("opinion", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("decision", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("hash", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("covers", sa.JSON(), autoincrement=False, nullable=False),
        sa.Column("taker", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("deputy", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("in_stead_of", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("voided_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("ended_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sign_offs_by_asked_at_id", "sign_offs", ["asked_at", "id"], unique=False)
    op.create_index("sign_offs_by_key", "sign_offs", ["key"], unique=False)
    op.create_index("sign_offs_by_role_ended_at", "sign_offs", ["role", "ended_at"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("place", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("audience", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("title_zh", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title_en", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("opened_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("due_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.Column("closed_at", rows.Moment(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tasks_by_desk_closed_at", "tasks", ["desk", "closed_at"], unique=False)
    op.create_index("tasks_by_key", "tasks", ["key"], unique=False)
    op.create_index("tasks_by_person_closed_at", "tasks", ["person", "closed_at"], unique=False)
    op.create_table(
        "timers",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("of", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("due_at", rows.Moment(timezone=True), autoincrement=False, nullable=False),
        sa.Column("data", sa.JSON(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("timers_by_due_at", "timers", ["due_at"], unique=False)
    op.create_index("timers_by_key", "timers", ["key"], unique=False)
    op.create_table(
        "unsent", sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False), sa.PrimaryKeyConstraint("seq")
    )


def downgrade() -> None:
    op.drop_table("unsent")
    op.drop_index("timers_by_key", table_name="timers")
    op.drop_index("timers_by_due_at", table_name="timers")
    op.drop_table("timers")
    op.drop_index("tasks_by_person_closed_at", table_name="tasks")
    op.drop_index("tasks_by_key", table_name="tasks")
    op.drop_index("tasks_by_desk_closed_at", table_name="tasks")
    op.drop_table("tasks")
    op.drop_index("sign_offs_by_role_ended_at", table_name="sign_offs")
    op.drop_index("sign_offs_by_key", table_name="sign_offs")
    op.drop_index("sign_offs_by_asked_at_id", table_name="sign_offs")
    op.drop_table("sign_offs")
    op.drop_index("records_by_key", table_name="records")
    op.drop_index("records_by_keep_until", table_name="records")
    op.drop_index("records_by_form_made_at", table_name="records")
    op.drop_table("records")
    op.drop_index("readers_by_record", table_name="readers")
    op.drop_index("readers_by_key", table_name="readers")
    op.drop_index("readers_by_given_at_id", table_name="readers")
    op.drop_index("readers_by_desk_read_at", table_name="readers")
    op.drop_table("readers")
    op.drop_table("positions")
    op.drop_index("parked_by_next_try_at", table_name="parked")
    op.drop_index("parked_by_key_parked_at", table_name="parked")
    op.drop_table("parked")
    op.drop_index("organisations_by_active_from", table_name="organisations")
    op.drop_table("organisations")
    op.drop_index("occasions_by_key", table_name="occasions")
    op.drop_index("occasions_by_clause", table_name="occasions")
    op.drop_table("occasions")
    op.drop_index("letters_by_state_next_try_at", table_name="letters")
    op.drop_index("letters_by_about_written_at", table_name="letters")
    op.drop_table("letters")
    op.drop_table("keys")
    op.drop_index("journal_by_key", table_name="journal")
    op.drop_table("journal")
    op.drop_index("jobs_by_starts_at_id", table_name="jobs")
    op.drop_index("jobs_by_procedure_period", table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("heard")
    op.drop_table("counters")
    op.drop_index("chain_by_seq", table_name="chain")
    op.drop_table("chain")
    op.drop_index("attachments_by_hash", table_name="attachments")
    op.drop_index("attachments_by_about_taken_in_at", table_name="attachments")
    op.drop_table("attachments")
    op.drop_table("answers")
    op.drop_table("activated")
    op.drop_index("absences_by_person_noted_at", table_name="absences")
    op.drop_table("absences")
