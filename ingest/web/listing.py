"""Files that list pages: sitemaps (sitemaps.org), indexes of sitemaps, and feeds (RSS, Atom)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from ingest.web.body import unpack

_SITEMAPS = {"urlset": "sitemap", "sitemapindex": "index"}
_FEEDS = frozenset({"rss", "feed", "RDF"})
_GZIP = b"\x1f\x8b"
_HEAD = 1024  # bytes in which the first element of a list begins


@dataclass(frozen=True, slots=True)
class Listing:
    """What a file lists: pages, or for an `index` further sitemaps. Links are as they were written."""

    kind: Literal["sitemap", "index", "feed"]
    links: tuple[str, ...]


def read_listing(data: bytes, largest: int) -> Listing | None:
    """The list in a file, which may be packed with gzip; None for anything else.

    Raises ItemRejected `too_large` for a packed one that unpacks to more than `largest` bytes.
    """
    if data.startswith(_GZIP):
        data = unpack(data, largest)
    if not _may_be_a_list(data):
        return None
    # Entities stay unresolved and nothing is fetched; a feed with mistakes is read as far as it goes.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    name = etree.QName(root).localname
    if name in _SITEMAPS:
        kind: Literal["sitemap", "index"] = "index" if name == "sitemapindex" else "sitemap"
        return Listing(kind, tuple(dict.fromkeys(_locations(root))))
    return Listing("feed", tuple(dict.fromkeys(_entries(root)))) if name in _FEEDS else None


def _may_be_a_list(data: bytes) -> bool:
    head = data[:_HEAD].replace(b"\x00", b"")
    return any(b"<" + name.encode() in head or b":" + name.encode() in head for name in (*_SITEMAPS, *_FEEDS))


def _locations(root: etree._Element) -> Iterator[str]:
    for entry in root.iterchildren("{*}url", "{*}sitemap"):
        location = entry.findtext("{*}loc")
        if location and location.strip():
            yield location.strip()


def _entries(root: etree._Element) -> Iterator[str]:
    for entry in root.iter("{*}item", "{*}entry"):
        for link in entry.iterchildren("{*}link"):
            target = (link.get("href") or link.text or "").strip()
            if target and link.get("rel", "alternate") == "alternate":
                yield target
                break
        else:
            yield from _permanent(entry)


def _permanent(entry: etree._Element) -> Iterator[str]:
    """RSS lets an entry's identifier be its link, which it is when nothing else is said."""
    identifier = entry.find("{*}guid")
    if identifier is not None and identifier.get("isPermaLink", "true") == "true" and identifier.text:
        yield identifier.text.strip()
