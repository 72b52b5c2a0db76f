"""What becomes of feedback, the evaluation cases made of it, and links to conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ADDED = ("given", "source", "site", "language", "state", "note", "reviewed_by", "reviewed_at")


def upgrade() -> None:
    op.add_column("feedback", sa.Column("given", sa.Text, nullable=True))
    op.add_column("feedback", sa.Column("source", sa.String(16), nullable=False, server_default="api"))
    op.add_column("feedback", sa.Column("site", sa.String(64), nullable=True))
    op.add_column("feedback", sa.Column("language", sa.String(16), nullable=True))
    op.add_column("feedback", sa.Column("state", sa.String(16), nullable=False, server_default="open"))
    op.add_column("feedback", sa.Column("note", sa.Text, nullable=True))
    op.add_column("feedback", sa.Column("reviewed_by", sa.String(160), nullable=True))
    op.add_column("feedback", sa.Column("reviewed_at", sa.DateTime, nullable=True))
    op.create_index("ix_feedback_reviewed_by", "feedback", ["reviewed_by"])
    op.create_table(
        "evaluation_cases",
        sa.Column("feedback_id", sa.String(32), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(160), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("feedback_id", name="pk_evaluation_cases"),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], ondelete="CASCADE", name="fk_evaluation_cases_feedback_id"
        ),
    )
    op.create_index("ix_evaluation_cases_made_by", "evaluation_cases", ["made_by"])
    op.create_table(
        "conversation_shares",
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_conversation_shares"),
        sa.UniqueConstraint("hash", name="uq_conversation_shares_hash"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], ondelete="CASCADE", name="fk_conversation_shares_conversation_id"
        ),
    )


def downgrade() -> None:
    op.drop_table("conversation_shares")
    op.drop_table("evaluation_cases")
    op.drop_index("ix_feedback_reviewed_by", "feedback")
    with op.batch_alter_table("feedback") as feedback:
        for column in _ADDED:
            feedback.drop_column(column)
