"""Where a web page leads to."""

from __future__ import annotations

from typing import Any, cast

from lxml import etree

from index.errors import ItemRejected
from ingest.web.address import Address, parse_address


def find_links(data: bytes, address: Address) -> list[Address]:
    """The addresses that the page at `address` links to, each once, in order; what is no web address is left out.

    The page is never made into a tree, so that its depth costs nothing.
    """
    collector = _Collector()
    encoding = "utf-8" if _is_utf8(data) else None
    # The stubs ask for methods that lxml does without.
    parser = etree.HTMLParser(target=cast(Any, collector), recover=True, encoding=encoding)
    try:
        parser.feed(data)
        parser.close()
    except (etree.ParserError, etree.XMLSyntaxError):  # not even the beginning of a page
        return []
    base = _parsed(collector.base, address) if collector.base is not None else None
    found = (_parsed(link, base or address) for link in collector.links)
    return list(dict.fromkeys(link for link in found if link is not None))


class _Collector:
    """What lxml calls for each tag."""

    def __init__(self) -> None:
        self.base: str | None = None
        self.links: list[str] = []

    def start(self, tag: str, attrib: dict[str, str]) -> None:
        target = attrib.get("href")
        if target is None:
            return
        if tag == "base" and self.base is None:
            self.base = target
        elif tag in {"a", "area"}:
            self.links.append(target)

    def close(self) -> None:
        """What was collected stays here."""


def _parsed(link: str, base: Address) -> Address | None:
    try:
        return parse_address(link, base)
    except ItemRejected:
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
