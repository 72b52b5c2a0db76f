"""The elements of a web page: which to drop, and the rest as blocks in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from ingest.block import Block, Kind
from ingest.cleaning import clean_line
from ingest.lines import BULLET, has_words

_DROPPED = (
    "//script | //style | //noscript | //template | //nav | //form | //button | //select | //iframe | //svg | //canvas"
    " | //object | //embed | //dialog | //comment()"
    " | //*[@hidden] | //*[@aria-hidden='true'] | //footer[not(ancestor::article)]"
    " | //*[@role='navigation' or @role='contentinfo' or @role='search' or @role='dialog' or @role='alertdialog']"
)
_MARKED = "//*[(@class or @id or @style) and not(self::html or self::body or self::main or self::article)]"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])", re.I)
_FRAME_NAME = re.compile(
    r"(?:^|[\s_-])(?:cookies?(?:[\s_-]?(?:banner|notice|bar|consent|law|policy))?|gdpr|consent|breadcrumbs?|skip-?(?:link|to|nav)\w*"
    r"|nav(?:bar|igation)?|menus?|submenu|sidebar|social(?:-share)?|share(?:-buttons|bar)?|footer|site-header|masthead"
    r"|pagination|pager|related(?:-posts|-links)?|newsletter|popup|modal|print-only|sr-only|visually-hidden)(?:$|[\s_-])",
    re.I,
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": 5}
_BLOCK_TAGS = """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure header hr li main ol
    p pre section summary table tbody thead tfoot tr td th ul html caption
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split()) | frozenset(_HEADINGS)
_HOLDS_BLOCK = "boolean(.//p | .//li | .//div | .//h1 | .//h2 | .//h3 | .//h4 | .//tr | .//section)"
_BREAK = "\u2028"
_LIST_OF_LINKS = 0.8  # share of a list's characters inside links
_DEEPEST = 200  # nested elements followed; deeper ones are read as one text


@dataclass(frozen=True, slots=True)
class WalkedBlock:
    """A block and how much of it is links: `linked` in [0, 1]; `in_list_of_links` when its whole list is links."""

    block: Block
    linked: float
    in_list_of_links: bool


def prune(root: html.HtmlElement) -> None:
    """Remove scripts, navigation, forms, cookie banners, footers and everything hidden, in place."""
    for element in root.xpath(_DROPPED):
        _remove(element)
    for element in root.xpath(_MARKED):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if _HIDDEN.search(element.get("style", "")) or (_FRAME_NAME.search(names) and not _holds_text(element)):
            _remove(element)


def mark_breaks(root: html.HtmlElement) -> None:
    """Put a line separator where the page has `<br>`, in place, so that lines of an address stay lines."""
    for element in root.xpath("//br"):
        element.tail = _BREAK + (element.tail or "")
    etree.strip_tags(root, "br")


def walk(root: html.HtmlElement) -> list[WalkedBlock]:
    """The blocks under `root` in order. Table rows are one block each, cells joined by " | "."""
    return list(_walk(root, "paragraph", False, 0))


def _remove(element: html.HtmlElement) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = f"{parent.text or ''} {element.tail}"
        else:
            before.tail = f"{before.tail or ''} {element.tail}"
    parent.remove(element)


def _holds_text(element: html.HtmlElement) -> bool:
    """Whether an element named like a frame is in truth around the page's text (`<div class="page with-sidebar">`)."""
    return bool(element.xpath(".//main | .//article | .//h1")) or len(element.xpath(".//p")) > 8


def _walk(element: html.HtmlElement, kind: Kind, links: bool, depth: int) -> Iterator[WalkedBlock]:
    tag = element.tag
    if tag == "tr":
        cells = [clean_line(cell.text_content()) for cell in element.xpath("./td | ./th")]
        yield from _emit(" | ".join(cell for cell in cells if cell), "row", 0, element, links)
        return
    if tag in _HEADINGS or depth > _DEEPEST:
        level = _HEADINGS.get(tag, 0)
        yield from _emit(
            element.text_content().replace(_BREAK, " "), "heading" if level else kind, level, element, links
        )
        return
    if tag in ("ul", "ol"):
        links = _link_share(element) > _LIST_OF_LINKS
    elif tag in ("li", "dd"):
        kind = "item"
    inline = element.text or ""
    for child in element:
        if child.tag in _BLOCKS or child.xpath(_HOLDS_BLOCK):
            yield from _emit(inline, kind, 0, element, links)
            yield from _walk(child, kind, links, depth + 1)
            inline = child.tail or ""
        else:
            inline += child.text_content() + (child.tail or "")
    yield from _emit(inline, kind, 0, element, links)


def _emit(text: str, kind: Kind, level: int, element: html.HtmlElement, links: bool) -> Iterator[WalkedBlock]:
    joined: list[str] = []
    for line in (clean_line(part) for part in text.split(_BREAK)):
        if joined and line and (kind == "item" or (line[0].islower() and joined[-1][-1] not in ".!?:;")):
            joined[-1] = f"{joined[-1]} {line}"
        elif has_words(line):
            joined.append(line)
    linked = _link_share(element) if joined else 0.0
    for line in joined:
        yield WalkedBlock(_block(line, kind, level), linked, links)


def _block(line: str, kind: Kind, level: int) -> Block:
    bullet = BULLET.match(line) if kind in ("paragraph", "item") else None
    return Block("item", line[bullet.end() :].strip()) if bullet else Block(kind, line, level)


def _link_share(element: html.HtmlElement) -> float:
    letters = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in element.xpath(".//a"))
    return linked / letters if letters else 0.0
