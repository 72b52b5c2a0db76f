"""Vectors of tokens, beside those of whole passages. Older embeddings have none: their model's name is another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("embeddings", sa.Column("tokens", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    op.drop_column("embeddings", "tokens")
