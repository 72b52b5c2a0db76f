"""Searches that people keep, and the feeds of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("feed_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("feed_at", sa.DateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
    )
    op.create_index("ix_saved_searches_owner", "saved_searches", ["owner"])
    op.create_index("ix_saved_searches_feed_hash", "saved_searches", ["feed_hash"])


def downgrade() -> None:
    op.drop_table("saved_searches")
