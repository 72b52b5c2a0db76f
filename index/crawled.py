"""What the library remembers of pages from the web, so that one that has not changed need not be sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from index.database import writing
from index.tables import CrawledPageRow, DocumentRow


@dataclass(frozen=True, slots=True)
class CrawledPage:
    """One page as it was last sent.

    `source` is the document's; `address` the one that answered, after redirects; `start` what was given to find it.
    `etag` and `last_modified` are the server's names for the version with `content_hash`, which the version `reader` of
    ingest has read. `links` are the addresses it led to; None where nobody looked for them.
    """

    source: str
    start: str
    address: str
    etag: str
    last_modified: str
    content_hash: str
    reader: str
    links: tuple[str, ...] | None = None


class CrawledPages:
    """Reads and writes what is remembered, each page in one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, source: str) -> CrawledPage | None:
        with Session(self._engine) as session:
            row = session.get(CrawledPageRow, source)
            return _page(row) if row else None

    def put(self, page: CrawledPage) -> None:
        """Remember a page, in place of what was remembered of it."""
        values = {name: getattr(page, name) for name in page.__slots__}
        values["links"] = None if page.links is None else json.dumps(page.links)
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(delete(CrawledPageRow).where(CrawledPageRow.source == page.source))
            session.execute(insert(CrawledPageRow).values(values))

    def sources_of(self, start: str) -> list[str]:
        """The documents in the library whose pages were last found from `start`, in order."""
        held = (
            select(CrawledPageRow.source)
            .join(DocumentRow, DocumentRow.source == CrawledPageRow.source)
            .where(CrawledPageRow.start == start)
            .order_by(CrawledPageRow.source)
        )
        with Session(self._engine) as session:
            return list(session.scalars(held))


def _page(row: CrawledPageRow) -> CrawledPage:
    links = None if row.links is None else tuple(json.loads(row.links))
    return CrawledPage(
        row.source, row.start, row.address, row.etag, row.last_modified, row.content_hash, row.reader, links
    )
