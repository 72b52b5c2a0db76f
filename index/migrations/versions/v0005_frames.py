"""What pages of one folder share, so that one that is added later alone can be compared with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frames",
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("block", sa.LargeBinary(8), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("having", sa.Integer, nullable=False),
        sa.Column("home", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("folder", "block", name="pk_frames"),
    )


def downgrade() -> None:
    op.drop_table("frames")
