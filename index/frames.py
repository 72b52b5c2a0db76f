"""What the library remembers of the frames of sites, so that a page that is added alone loses its frame too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, and_, delete, insert, select
from sqlalchemy.orm import Session

from index.database import writing
from index.document import Audience
from index.tables import DocumentRow, FrameRow


@dataclass(frozen=True, slots=True)
class FolderFrame:
    """What the pages of one folder share: of `pages` pages, on how many each block is, by its hash.

    `homes` says of a block that is kept on one page which document that is, by its source.
    """

    pages: int
    counts: Mapping[bytes, int]
    homes: Mapping[bytes, str]


class Frames:
    """Reads and writes frames for documents of one audience: what only others may read is not kept for them."""

    def __init__(self, engine: Engine, audience: Audience) -> None:
        self._engine = engine
        self._audience = audience

    def of(self, folder: str) -> FolderFrame | None:
        """The folder's frame; of its homes those that the library still holds."""
        held = and_(DocumentRow.source == FrameRow.home, DocumentRow.audience == self._audience.value)
        columns = (FrameRow.block, FrameRow.pages, FrameRow.having, DocumentRow.source)
        query = select(*columns).outerjoin(DocumentRow, held).where(FrameRow.folder == folder)
        with Session(self._engine) as session:
            rows = session.execute(query).all()
        if not rows:
            return None
        counts = {block: having for block, _, having, _ in rows}
        return FolderFrame(rows[0][1], counts, {block: home for block, _, _, home in rows if home is not None})

    def titles(self, folder: str, limit: int) -> list[str]:
        """Titles of documents in the folder and in those below it."""
        below = DocumentRow.below(f"{folder}/")
        with Session(self._engine) as session:
            return list(
                session.scalars(select(DocumentRow.title).where(below).order_by(DocumentRow.source).limit(limit))
            )

    def put(self, frames: Mapping[str, FolderFrame]) -> None:
        """Remember frames by folder, in place of what was remembered of these folders, in one transaction."""
        rows = [
            {"folder": folder, "block": block, "pages": frame.pages, "having": count, "home": frame.homes.get(block)}
            for folder, frame in frames.items()
            for block, count in frame.counts.items()
        ]
        with Session(writing(self._engine)) as session, session.begin():
            for folder in frames:
                session.execute(delete(FrameRow).where(FrameRow.folder == folder))
            if rows:
                session.execute(insert(FrameRow), rows)
