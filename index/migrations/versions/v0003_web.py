"""What is known of pages from the web: where they were found, and which version of them is held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crawled_pages",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("content_hash", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(32), nullable=False),
        sa.Column("links", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_crawled_pages"),
    )
    op.create_index("ix_crawled_pages_start", "crawled_pages", ["start"])


def downgrade() -> None:
    op.drop_table("crawled_pages")
