"""The elements of a web page as blocks in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml import html

from ingest.block import Block, Kind
from ingest.cleaning import clean_line
from ingest.lines import BULLET, has_words
from ingest.readers.link import address_behind
from ingest.readers.spot import Spots
from ingest.readers.table import arranges, carried_cells

_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": 5}
_BLOCK_TAGS = """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure form header hr li main
    ol p pre section summary table tbody thead tfoot tr td th ul html caption footer
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split()) | frozenset(_HEADINGS)
_BREAK = "\u2028"
_LIST_OF_LINKS = 0.8  # share of a list's characters inside links
_LINK = 0.8  # share of a block's characters inside links from which it is a link
_TAGS = 0.4  # share of it from which it is a labelled list of links
_DEEPEST = 200  # nested elements followed; deeper ones are read as one text
_DEEPEST_INLINE = 50
_LONGEST_AROUND = 60  # characters around a link that a template may have put there
_STEPS = 6  # elements above a link that say where it stands
_DIGITS = re.compile(r"\d+")
_CONTACT = re.compile(r"@|\bwww\.|https?:|\d{4}|\d[\d\s/()-]{4,}\d")


def tells_contact(text: str) -> bool:
    """Whether a line may hold an address: of mail, of the web, a telephone number, a postal code."""
    return _CONTACT.search(text) is not None


@dataclass(frozen=True, slots=True)
class WalkedBlock:
    """A block and how much of it is links: `linked` in [0, 1]; `in_list_of_links` when its whole list is links."""

    block: Block
    linked: float
    in_list_of_links: bool
    links: tuple[str, ...] = ()


def walk(root: html.HtmlElement, without: html.HtmlElement | None = None) -> list[WalkedBlock]:
    """The blocks under `root` in order, but for those of one element. Table rows are one block each, cells joined by
    " | "."""
    walker = _Walker(root, without)
    return list(walker.walk(root, "paragraph", False, 0))


class _Inline:
    """Text that runs on, with what of it is linked and where the links lead."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.linked = 0
        self._parts: list[str] = []
        self._unlinked: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def unlinked(self) -> str:
        return "".join(self._unlinked)

    def add(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            self._unlinked.append(text)

    def add_element(self, element: html.HtmlElement, depth: int = 0) -> None:
        if element.tag == "br":
            self.add(_BREAK)
        elif element.tag == "a":
            self._add_link(element)
        elif depth > _DEEPEST_INLINE or not len(element):
            self.add(element.text_content())
        else:
            self.add(element.text)
            self.add_children(element, depth + 1)

    def add_children(self, element: html.HtmlElement, depth: int = 0) -> None:
        for child in element:
            self.add_element(child, depth)
            self.add(child.tail)

    def add_inline(self, other: _Inline) -> None:
        self._parts.append(other.text)
        self._unlinked.append(other.unlinked)
        self.links += other.links
        self.linked += other.linked

    def _add_link(self, link: html.HtmlElement) -> None:
        text = link.text_content().replace(_BREAK, " ")
        address = address_behind(link.get("href", ""), clean_line(text))
        before = link.getprevious()
        if before is not None and before.tag == "a" and not before.tail:
            self._parts.append(" ")
        self._parts.append(f"{text} ({address})" if address else text)
        self.linked += len("".join(text.split()))
        self.links.append(link.get("href", ""))


class _Walker:
    def __init__(self, root: html.HtmlElement, without: html.HtmlElement | None) -> None:
        self._without = without
        self._holders = _holders(root)
        self._spots = Spots()
        self._cells: dict[html.HtmlElement, _Inline] = {}
        self._carried: dict[html.HtmlElement, list[tuple[int, html.HtmlElement]]] = {}
        for table in root.xpath("//table"):
            self._carried.update(carried_cells(table))

    def walk(self, element: html.HtmlElement, kind: Kind, links: bool, depth: int) -> Iterator[WalkedBlock]:
        tag = element.tag
        if element is self._without:
            return
        if tag == "tr" and not arranges(element):
            yield from self._row(element)
            return
        if tag in _HEADINGS or depth > _DEEPEST:
            level = _HEADINGS.get(tag, 0)
            inline = _Inline()
            inline.add(element.text)
            inline.add_children(element)
            yield from self._emit(inline, "heading" if level else kind, level, element, links)
            return
        if tag in ("ul", "ol"):
            links = _link_share(element) > _LIST_OF_LINKS
        elif tag in ("li", "dd"):
            kind = "item"
        if tag == "a":
            for walked in self._children(element, kind, links, depth):
                yield _as_link(walked, element)
        else:
            yield from self._children(element, kind, links, depth)

    def _children(self, element: html.HtmlElement, kind: Kind, links: bool, depth: int) -> Iterator[WalkedBlock]:
        inline = _Inline()
        inline.add(element.text)
        for child in element:
            if child.tag in _BLOCKS or child in self._holders:
                yield from self._emit(inline, kind, 0, element, links)
                yield from self.walk(child, kind, links, depth + 1)
                inline = _Inline()
            else:
                inline.add_element(child)
            inline.add(child.tail)
        yield from self._emit(inline, kind, 0, element, links)

    def _row(self, row: html.HtmlElement) -> Iterator[WalkedBlock]:
        cells = [self._cell(cell) for cell in row.xpath("./td | ./th")]
        for column, cell in self._carried.get(row, ()):
            cells.insert(column, self._cell(cell))
        joined = _Inline()
        for cell in cells:
            if has_words(cell.text):
                joined.add(" | " if joined.text else "")
                joined.add_inline(cell)
        yield from self._emit(joined, "row", 0, row, False)

    def _cell(self, cell: html.HtmlElement) -> _Inline:
        """A cell as one text: its items and paragraphs divided."""
        if cell not in self._cells:
            for block in cell.iter("p", "li", "div"):
                if block.getprevious() is not None:
                    block.text = ("; " if block.tag == "li" else " ") + (block.text or "").lstrip()
            inline = self._cells[cell] = _Inline()
            inline.add(cell.text)
            inline.add_children(cell)
        return self._cells[cell]

    def _emit(
        self, inline: _Inline, kind: Kind, level: int, element: html.HtmlElement, links: bool
    ) -> Iterator[WalkedBlock]:
        text = inline.text if kind not in ("heading", "row") else inline.text.replace(_BREAK, " ")
        lines = _joined([clean_line(part) for part in text.split(_BREAK)], kind)
        if not lines:
            return
        letters = len("".join(text.split()))
        linked = inline.linked / letters if letters else 0.0
        around = clean_line(inline.unlinked) if linked < _LINK else ""
        place = _place(element, around) if inline.links and _is_template(around, linked, inline.links) else ""
        for line in lines:
            at = place if not tells_contact(line) else ""
            block = replace(_block(line, kind, level), place=at, spot=self._spots.of_next(element))
            yield WalkedBlock(block, linked, links, tuple(inline.links))


def _holders(root: html.HtmlElement) -> set[html.HtmlElement]:
    """The elements that are no blocks themselves but have one in them."""
    found: set[html.HtmlElement] = set()
    for element in root.iter():
        if element.tag not in _BLOCKS:
            continue
        for above in element.iterancestors():
            if above in found:
                break
            found.add(above)
    return found


def _joined(lines: list[str], kind: Kind) -> list[str]:
    """Lines divided by `<br>` that go on in the next one made whole; an item is one line in any case."""
    joined: list[list[str]] = []
    for line in lines:
        if joined and line and (kind == "item" or (line[0].islower() and joined[-1][-1][-1] not in ".!?:;")):
            joined[-1].append(line)
        elif has_words(line):
            joined.append([line])
    return [" ".join(parts) for parts in joined]


def _block(line: str, kind: Kind, level: int) -> Block:
    bullet = BULLET.match(line) if kind in ("paragraph", "item") else None
    return Block("item", line[bullet.end() :].strip()) if bullet else Block(kind, line, level)


def _is_template(around: str, linked: float, links: Sequence[str]) -> bool:
    """Whether a line is a link, or links with words of a template around them ("Posted in …", "Tags: …, …").

    One link behind a label may be what the page is about ("Provider: …").
    """
    if linked >= _LINK:
        return True
    inside = len(links) > 1 and linked >= _TAGS and not any(link.startswith("http") for link in links)
    return has_words(around) and len(around) <= _LONGEST_AROUND and (":" not in around or inside)


def _place(element: html.HtmlElement, around: str) -> str:
    """Where on the page a link stands: the names of the elements around it, and what of its line is not linked."""
    steps = [element, *islice(element.iterancestors(), _STEPS)]
    names = "/".join(f"{step.tag}.{step.get('class', '')}#{step.get('id', '')}" for step in steps)
    return f"{_DIGITS.sub('0', names)} {around}"


def _as_link(walked: WalkedBlock, link: html.HtmlElement) -> WalkedBlock:
    """A block inside a link that holds blocks (a card)."""
    place = "" if tells_contact(walked.block.text) else _place(link, "")
    return replace(walked, block=replace(walked.block, place=place), linked=1.0, links=(link.get("href", ""),))


def _link_share(element: html.HtmlElement) -> float:
    letters = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in element.xpath(".//a"))
    return linked / letters if letters else 0.0
