"""From one address to the pages it leads to: itself, those that a sitemap or feed lists, those that links lead to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from index.errors import ItemRejected
from ingest.item import GONE, Item, NotModified
from ingest.origin import Origin, printable, storable
from ingest.web.address import Address, parse_address
from ingest.web.listing import Listing, read_listing
from ingest.web.visit import Visit, Visitor

DEPTH = 0
PAGES = 1000
_SITEMAPS = 100  # of one index that are read

_PASSING = frozenset({"unreachable", "too_slow"})
"""Codes of what may be over tomorrow: until then nobody knows what else the page would have led to."""


@dataclass(slots=True)
class _Tour:
    """One run from one start: its name, what it found so far, and whether that is everything."""

    start: str
    sites: frozenset[str]
    folder: str
    sources: set[str] = field(default_factory=set)
    is_complete: bool = True


class Web:
    """Finds pages for `ingest`. Close it when their bytes have been read."""

    def __init__(self, visitor: Visitor, *, depth: int = DEPTH, pages: int = PAGES) -> None:
        self._visitor = visitor
        self._depth = depth
        self._pages = pages
        self._spool = TemporaryDirectory(prefix="missiondesk-web-")
        self._numbers = count()

    def close(self) -> None:
        self._spool.cleanup()
        self._visitor.fetcher.close()

    def find(self, text: str) -> Iterator[Item]:
        """The pages that an address leads to, those that fail included.

        A sitemap or feed leads to the pages of its own host that it lists. A page leads to itself, and with a depth
        to those of its host and folder that can be reached by as many links. Pages that were found from here before
        and are not now come last, with the code `gone`; of a feed they do not, since its old entries leave it.
        """
        try:
            address = parse_address(text)
        except ItemRejected as error:
            yield _refused(text, error)
            return
        start = f"crawl {self._depth} {address.url}"
        try:
            visit = self._visitor.visit(address, start, follow=self._depth > 0)
            listing = None if visit.data is None else read_listing(visit.data, self._visitor.fetcher.policy.largest)
        except ItemRejected as error:
            yield _refused(address.url, error)
            return
        tour = _Tour(start, frozenset({address.authority, visit.address.authority}), visit.address.folder)
        if listing is None:
            yield from self._crawl(visit, tour)
        else:
            tour.start = f"{listing.kind} {address.url}"
            yield from self._listed(listing, visit.address, tour)
        remembers = self._depth > 0 if listing is None else listing.kind != "feed"
        if remembers and tour.is_complete:
            yield from self._missing(tour)

    def _crawl(self, first: Visit, tour: _Tour) -> Iterator[Item]:
        """Breadth first, so that what lies nearest to the start comes before the limit of pages."""
        waiting = deque([(first.address, 0)])
        seen = {first.address}
        is_cut = False
        while waiting:
            address, depth = waiting.popleft()
            try:
                visit = self._visitor.visit(address, tour.start, follow=True) if depth else first
            except ItemRejected as error:
                yield self._failed(address, error, tour)
                continue
            if visit.page.source in tour.sources or not _is_inside(visit.address, tour):
                continue  # it redirects to where we have been, or away from the site
            tour.sources.add(visit.page.source)
            yield self._visited(visit)
            for link in (visit.page.links or ()) if depth < self._depth else ():
                linked = parse_address(link)
                if linked in seen or not _is_inside(linked, tour):
                    continue
                if len(seen) >= self._pages:
                    is_cut = True
                    continue
                seen.add(linked)
                waiting.append((linked, depth + 1))
        if is_cut:
            yield self._cut(tour)

    def _failed(self, address: Address, error: ItemRejected, tour: _Tour) -> Item:
        was_read = self._visitor.pages.get(address.url) is not None
        if error.code in _PASSING or (was_read and error.code != GONE):
            tour.is_complete = False
        tour.sources.add(address.url)
        return _refused(address.url, error)

    def _listed(self, listing: Listing, address: Address, tour: _Tour) -> Iterator[Item]:
        found: dict[Address, None] = {}
        for part in self._parts(listing, address, tour):
            if isinstance(part, Item):
                yield part
            elif part.authority in tour.sites and part not in found:
                if len(found) >= self._pages:
                    yield self._cut(tour)
                    break
                found[part] = None
        if not found:
            yield _refused(address.url, ItemRejected("The list names no page of its own site.", code="empty"))
        for page in found:
            tour.sources.add(page.url)
            yield Item(_origin(page), partial(self._load, page, tour.start))

    def _parts(self, listing: Listing, address: Address, tour: _Tour) -> Iterator[Address | Item]:
        """The addresses that a list names, and those of the sitemaps that an index names. What fails is an item."""
        waiting = deque([(listing, address)])
        sitemaps = 0
        while waiting:
            listing, base = waiting.popleft()
            for link in listing.links:
                try:
                    part = parse_address(link, base)
                    if listing.kind != "index":
                        yield part
                    elif part.authority in tour.sites and sitemaps < _SITEMAPS:
                        sitemaps += 1
                        waiting.append((self._sitemap(part), part))
                    else:
                        tour.is_complete = False
                except ItemRejected as error:
                    tour.is_complete = False
                    yield _refused(link, error)

    def _sitemap(self, address: Address) -> Listing:
        visit = self._visitor.visit(address, "")
        listing = None if visit.data is None else read_listing(visit.data, self._visitor.fetcher.policy.largest)
        if listing is None:
            raise ItemRejected("The index names this as a sitemap, which it is not.", code="unsupported")
        return listing

    def _missing(self, tour: _Tour) -> Iterator[Item]:
        for source in self._visitor.pages.sources_of(tour.start):
            if source not in tour.sources:
                sentence = "The page is no longer found there, but the library still holds it; --prune removes it."
                yield _refused(source, ItemRejected(sentence, code=GONE))

    def _cut(self, tour: _Tour) -> Item:
        tour.is_complete = False
        url = tour.start.rpartition(" ")[2]
        sentence = f"It leads to more than {self._pages} pages; the first of them are read. --pages raises the limit."
        # The start may be a page itself, which must not be taken for this.
        return _refused(url, ItemRejected(sentence, code="too_many_pages"), source=f"limit {url}")

    def _load(self, address: Address, start: str) -> bytes:
        visit = self._visitor.visit(address, start, source=address.url)
        self._visitor.remember(visit)
        if visit.data is None:
            raise NotModified("The page has not changed.")
        return visit.data

    def _visited(self, visit: Visit) -> Item:
        """An item of a page that had to be fetched to know where it leads; its bytes wait on disk."""
        self._visitor.remember(visit)
        if visit.data is None:
            return Item(_origin(parse_address(visit.page.source)), _not_modified)
        file = Path(self._spool.name, str(next(self._numbers)))
        file.write_bytes(visit.data)
        return Item(_origin(parse_address(visit.page.source)), partial(_take, file))


def _is_inside(address: Address, tour: _Tour) -> bool:
    return address.authority in tour.sites and address.path.startswith(tour.folder)


def _origin(address: Address) -> Origin:
    return Origin(address.url, address.url, address.file_name)


def _refused(url: str, error: ItemRejected, *, source: str | None = None) -> Item:
    shown = printable(url)
    return Item.refused(Origin(storable(source or url), shown, shown), error)


def _not_modified() -> NoReturn:
    raise NotModified("The page has not changed.")


def _take(file: Path) -> bytes:
    data = file.read_bytes()
    file.unlink()
    return data
