"""Conversations and feedback with the collections they were had in; old feedback is for those who may see all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("collections", sa.Text, nullable=True))
    op.add_column("feedback", sa.Column("collections", sa.Text, nullable=True))
    op.add_column("feedback", sa.Column("scope", sa.String(64), nullable=False, server_default="internal public"))


def downgrade() -> None:
    op.drop_column("feedback", "scope")
    op.drop_column("feedback", "collections")
    op.drop_column("conversations", "collections")
