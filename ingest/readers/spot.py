"""Where on a page an element stands: the same on all pages that are made from one template."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b

from lxml import html

_DIGITS = re.compile(r"\d+")
_LAYOUT = ("align", "bgcolor", "width", "size", "color")  # what tells cells and fonts apart that have no names
_SIZE = 8  # bytes of a hash
_TOP = frozenset({"body", "html"})  # their classes say which page it is


class Spots:
    """Spots of one page's elements. A step of the way to one is a tag, its names and which of its like it is.

    Only the first class counts: those behind it often tell about the page (`post-12 category-housing`).
    """

    def __init__(self) -> None:
        self._ways: dict[html.HtmlElement, bytes] = {}
        self._steps: dict[html.HtmlElement, str] = {}
        self._lines: Counter[html.HtmlElement] = Counter()

    def of_next(self, element: html.HtmlElement) -> bytes:
        """The spot of the next of the element's own lines."""
        self._lines[element] += 1
        return _hash(self._way(element), str(self._lines[element]))

    def _way(self, element: html.HtmlElement) -> bytes:
        chain = []
        at: html.HtmlElement | None = element
        while at is not None and at not in self._ways:
            chain.append(at)
            at = at.getparent()
        way = self._ways[at] if at is not None else b""
        for each in reversed(chain):
            way = self._ways[each] = _hash(way, self._step(each))
        return way

    def _step(self, element: html.HtmlElement) -> str:
        if element not in self._steps:
            parent = element.getparent()
            if parent is None:
                return str(element.tag)
            seen: Counter[str] = Counter()
            for child in parent:
                name = _name(child)
                self._steps[child] = f"{name}[{seen[name]}]"
                seen[name] += 1
        return self._steps[element]


def _name(element: html.HtmlElement) -> str:
    attributes = element.attrib
    if not attributes or element.tag in _TOP:
        return str(element.tag)
    names = [attributes.get("class", "").split(" ", 1)[0], attributes.get("id", "")]
    layout = [attributes[name] for name in _LAYOUT if name in attributes]
    return _DIGITS.sub("0", f"{element.tag}.{'#'.join(names)}") + ",".join(layout)


def _hash(way: bytes, step: str) -> bytes:
    return blake2b(way + step.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()
