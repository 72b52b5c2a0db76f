"""Documents have landmarks, and originals that are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("landmarks", sa.Text(), nullable=True))
    op.create_table(
        "originals",
        sa.Column("document_id", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_originals_document_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", name="pk_originals"),
    )
    op.create_index("ix_originals_sha256", "originals", ["sha256"])


def downgrade() -> None:
    op.drop_table("originals")
    with op.batch_alter_table("documents") as documents:
        documents.drop_column("landmarks")
