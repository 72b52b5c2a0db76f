"""The kind of file of each document, and indexes that answer filters without reading texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Files that stand in the library already are told by their names; those that are read again, by their content.
_TYPES = {
    "pdf": "pdf", "html": "html", "htm": "html", "docx": "docx", "pptx": "pptx", "xlsx": "xlsx", "odt": "odt",
    "epub": "epub", "md": "markdown", "markdown": "markdown", "txt": "text", "csv": "csv", "tsv": "csv", "eml": "eml",
}  # fmt: skip


def upgrade() -> None:
    op.add_column("documents", sa.Column("type", sa.String(16), nullable=True))
    documents = sa.table("documents", sa.column("uri", sa.Text), sa.column("type", sa.String))
    for suffix, type_ in _TYPES.items():
        named = sa.func.lower(documents.c.uri).like(f"%.{suffix}")
        op.execute(documents.update().where(named, documents.c.type.is_(None)).values(type=type_))
    on_the_web = sa.or_(documents.c.uri.like("http://%"), documents.c.uri.like("https://%"))
    op.execute(documents.update().where(on_the_web, documents.c.type.is_(None)).values(type="html"))
    columns = ["id", "audience", "collection", "country", "theme", "organisation", "type", "date", "duplicate_of"]
    op.create_index("ix_documents_filters", "documents", columns)
    op.create_index("ix_passages_document_id_language", "passages", ["document_id", "language"])
    op.drop_index("ix_passages_document_id", "passages")


def downgrade() -> None:
    op.create_index("ix_passages_document_id", "passages", ["document_id"])
    op.drop_index("ix_passages_document_id_language", "passages")
    op.drop_index("ix_documents_filters", "documents")
    op.drop_column("documents", "type")
