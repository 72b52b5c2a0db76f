"""Vectors of tokens, in a table of their own. Older embeddings have none: their model's name is another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "token_embeddings",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("tokens", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_token_embeddings"),
    )


def downgrade() -> None:
    op.drop_table("token_embeddings")
