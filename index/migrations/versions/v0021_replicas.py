"""What several servers share: the originals of documents, and how often anybody has asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "original_parts",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "number", name="pk_original_parts"),
    )
    op.create_table(
        "counted_calls",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_counted_calls"),
    )
    op.create_index("ix_counted_calls_name", "counted_calls", ["name", "until"])
    op.create_index("ix_counted_calls_until", "counted_calls", ["until"])


def downgrade() -> None:
    op.drop_table("counted_calls")
    op.drop_table("original_parts")
