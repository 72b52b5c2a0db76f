"""Visits to pages, with what the library remembers of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.crawled import CrawledPage, CrawledPages
from index.document import Audience
from index.errors import ItemRejected
from index.library import Library
from ingest.item import GONE as GONE_CODE
from ingest.origin import PIPELINE_VERSION, content_hash
from ingest.web.address import Address
from ingest.web.body import as_utf8
from ingest.web.fetch import GONE, NOT_MODIFIED, OK, Answer, Fetcher, Validators
from ingest.web.links import find_links
from ingest.web.media import may_be_text, may_have_links
from ingest.web.robots import Robots

_MOST_LINKS = 1000  # of one page that are remembered and followed
_TEXTS = ("text/", "application/xhtml+xml", "application/xml")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit brought: `data` is None when the library holds this version of the page already.

    `page` is what the library is to remember of it.
    """

    address: Address
    data: bytes | None
    page: CrawledPage


@dataclass(frozen=True, slots=True)
class Labels:
    """What documents are stored as; a page that is held with others has to be read again."""

    audience: Audience
    collection: str


class Visitor:
    """Fetches pages, but those that have not changed since they were read."""

    def __init__(self, fetcher: Fetcher, library: Library, labels: Labels) -> None:
        self.pages = CrawledPages(library.engine)
        self.fetcher = fetcher
        self._robots = Robots(fetcher)
        self._library = library
        self._labels = labels

    def visit(self, address: Address, start: str, *, source: str | None = None, follow: bool = False) -> Visit:
        """The page at `address`, found from `start`, with its links if they are to be followed.

        The document's source is `source`, or else where the page's redirects lead. Raises ItemRejected: what
        `Fetcher.get` raises, `robots`, `http_error`, and `gone` for a page that is held and no longer there.
        """
        answer = self.fetcher.get(
            address,
            held=lambda hop: self._validators(source or hop.url, hop, start, follow),
            permit=self._robots.permit,
        )
        name = source or answer.address.url
        held = self.pages.get(name)
        if answer.status == NOT_MODIFIED and held is not None:
            return Visit(answer.address, None, replace(held, start=start))
        if answer.status != OK:
            raise self._refused(answer.status, source or address.url)
        data = as_utf8(answer.data, answer.charset) if answer.media_type.startswith(_TEXTS) else answer.data
        return Visit(answer.address, data, _page(name, start, answer, data, follow))

    def remember(self, visit: Visit) -> None:
        """Keep what was found; only then a later visit can be told that nothing has changed."""
        if self.pages.get(visit.page.source) != visit.page:
            self.pages.put(visit.page)

    def _validators(self, source: str, hop: Address, start: str, follow: bool) -> Validators:
        """Those of the version that the library holds as it would be read now; none where it holds no such one."""
        page = self.pages.get(source)
        known = self._library.known([source]).get(source)
        if page is None or known is None or page.address != hop.url:
            return Validators()
        read_so = (known.content_hash, known.audience, known.collection, page.reader)
        wanted = (page.content_hash, self._labels.audience, self._labels.collection, PIPELINE_VERSION)
        if read_so != wanted or (follow and (page.links is None or page.start != start)):
            return Validators()
        return Validators(page.etag, page.last_modified)

    def _refused(self, status: int, source: str) -> ItemRejected:
        if status not in GONE:
            return ItemRejected(f"The server answers with the error {status}.", code="http_error")
        if not self._library.known([source]):
            return ItemRejected(f"There is no such page (error {status}).", code="http_error")
        return ItemRejected(
            f"The page is no longer there (error {status}), but the library still holds it; --prune removes it.",
            code=GONE_CODE,
        )


def _page(source: str, start: str, answer: Answer, data: bytes, follow: bool) -> CrawledPage:
    links: tuple[str, ...] | None = None
    if follow:
        found = find_links(data, answer.address) if may_have_links(answer.media_type, data) else []
        on_site = [link.url for link in found if link.authority == answer.address.authority and may_be_text(link)]
        links = tuple(on_site[:_MOST_LINKS])
    return CrawledPage(
        source=source,
        start=start,
        address=answer.address.url,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
        content_hash=content_hash(data),
        reader=PIPELINE_VERSION,
        links=links,
    )
