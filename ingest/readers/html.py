"""Web pages: trafilatura finds where the page's own text is, a walk over that part keeps its headings and lists.

Trafilatura alone drops lists of links that are content and, on small pages, all structure; a walk alone cannot tell a
sidebar from a text. So the walk makes the blocks and trafilatura says between which of them the text lies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import trafilatura
from lxml import etree, html

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import clean_line
from ingest.encoding import decode
from ingest.frames import without_frame_blocks
from ingest.options import ReadOptions
from ingest.readers.page import WalkedBlock, mark_breaks, prune, walk
from ingest.readers.page_head import page_head

_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WHOLE_PAGE = re.compile(r"<body\b", re.I)
_WORDS = re.compile(r"\w+")
_LINKED = 0.8  # share of a block's characters inside links from which it is taken for navigation outside the text


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A page or a fragment of one. Raises ItemRejected `corrupt` when no element can be made of it."""
    source = _DECLARATION.sub("", _decode(data))
    try:
        root = html.document_fromstring(source, parser=html.HTMLParser(huge_tree=False, recover=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ItemRejected("The web page is damaged: it cannot be read.", code="corrupt") from error
    head = page_head(root)
    prune(root)
    extracted = _extracted(root) if _WHOLE_PAGE.search(source) else None
    mark_breaks(root)
    region = _main(root)
    walked = walk(region)
    if extracted is not None:
        walked = _own_text(walked, extracted, bounded=region.tag != "body")
    blocks = [block.block for block in walked]
    return replace(head, blocks=tuple(without_frame_blocks(blocks)))


def _decode(data: bytes) -> str:
    declared = _CHARSET.search(data[:2048])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if declared is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _main(root: html.HtmlElement) -> html.HtmlElement:
    mains = root.xpath("//main | //*[@role='main']")
    if len(mains) == 1 and len(mains[0].text_content()) > 100:
        return mains[0]
    articles = root.xpath("//article")
    if len(articles) == 1 and len(articles[0].text_content()) > 0.5 * len(root.text_content()):
        return articles[0]
    bodies = root.xpath("//body")
    return bodies[0] if bodies else root


def _extracted(root: html.HtmlElement) -> set[str]:
    """The pairs of words that follow each other in what trafilatura takes for the page's text."""
    text = trafilatura.extract(
        html.tostring(root, encoding="unicode"), favor_recall=True, include_comments=False, include_tables=True
    )
    return _pairs(text or "")


def _pairs(text: str) -> set[str]:
    words = [word.casefold() for word in _WORDS.findall(clean_line(text))]
    return {f"{a} {b}" for a, b in pairwise(words)} | set(words if len(words) < 3 else ())


def _own_text(walked: Sequence[WalkedBlock], extracted: set[str], *, bounded: bool) -> list[WalkedBlock]:
    """The blocks from the first to the last that trafilatura kept, and headings right before, without lists of links.

    `bounded` says that the walk was over the text's own element (`main`): then neither end of it is cut off.
    """
    kept = [_is_kept(block.block, extracted) for block in walked]
    marked = [number for number, is_kept in enumerate(kept) if is_kept and walked[number].linked < _LINKED]
    if not marked or bounded:
        marked = [0, len(walked) - 1]
    first, last = marked[0], marked[-1]
    while first and walked[first - 1].block.kind == "heading":
        first -= 1
    while last + 1 < len(walked) and walked[last + 1].block.kind == "item" and walked[last].block.kind != "heading":
        last += 1
    return [
        block
        for block, is_kept in zip(walked[first : last + 1], kept[first : last + 1], strict=True)
        if is_kept or block.linked < _LINKED or not block.in_list_of_links
    ]


def _is_kept(block: Block, extracted: set[str]) -> bool:
    pairs = _pairs(block.text)
    return bool(pairs) and len(pairs & extracted) >= 0.7 * len(pairs)
