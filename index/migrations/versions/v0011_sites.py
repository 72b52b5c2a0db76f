"""Sites that embed the widget, and what each has asked on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("contacts", sa.Text, nullable=False),
        sa.Column("daily_budget", sa.Integer, nullable=True),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("removed_at", sa.DateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "site_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("site_id", sa.String(32), nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "site_id", name="pk_site_days"),
    )


def downgrade() -> None:
    for table in ("site_days", "sites"):
        op.drop_table(table)
