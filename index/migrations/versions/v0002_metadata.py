"""What documents say about themselves, which repeat another, and which translate each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Column by column: SQLite would otherwise copy the table and drop the old one, and every passage with it.
    op.add_column("documents", sa.Column("authors", sa.Text, nullable=False, server_default="[]"))
    op.add_column("documents", sa.Column("organisation", sa.Text, nullable=True))
    op.add_column("documents", sa.Column("country", sa.String(2), nullable=True))
    op.add_column("documents", sa.Column("theme", sa.Text, nullable=True))
    # Written out, because Alembic adds a foreign key in a statement of its own, which SQLite does not have.
    op.execute("ALTER TABLE documents ADD COLUMN duplicate_of VARCHAR(32) REFERENCES documents (id) ON DELETE SET NULL")
    op.add_column("documents", sa.Column("translation_group", sa.String(32), nullable=True))
    op.create_index("ix_documents_duplicate_of", "documents", ["duplicate_of"])
    op.create_index("ix_documents_translation_group", "documents", ["translation_group"])
    op.create_table(
        "fingerprints",
        sa.Column("document_id", sa.String(32), nullable=False),
        sa.Column("numbers", sa.LargeBinary(32), nullable=False),
        sa.Column("words", sa.LargeBinary(32), nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_fingerprints"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_fingerprints_document_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_fingerprints_numbers", "fingerprints", ["numbers"])
    op.create_table(
        "translation_names",
        sa.Column("document_id", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "name", name="pk_translation_names"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_translation_names_document_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_translation_names_name", "translation_names", ["name"])


def downgrade() -> None:
    op.drop_table("translation_names")
    op.drop_table("fingerprints")
    for name in ("translation_group", "duplicate_of"):
        op.drop_index(f"ix_documents_{name}", "documents")
        op.drop_column("documents", name)
    for name in ("theme", "country", "organisation", "authors"):
        op.drop_column("documents", name)
