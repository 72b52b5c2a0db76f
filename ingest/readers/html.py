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
from ingest.readers.hidden import drop_hidden
from ingest.readers.link import leads_out, own_host
from ingest.readers.page import WalkedBlock, tells_contact, walk
from ingest.readers.page_frame import drop_frame
from ingest.readers.page_head import page_head

_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WHOLE_PAGE = re.compile(r"<body\b", re.I)
_WORDS = re.compile(r"\w+")
_STEP = re.compile(r"\s*(?:[>»›→/|]|::)\s*|\s+[–—•·-]\s+")
_CONTACT_AHEAD = 2  # blocks that may stand between an office's name and its telephone number
_NAME = 80  # characters of the longest name of an office or a person
_MOST_ELEMENTS = 40_000
"""Elements of the largest page whose text trafilatura looks for: its time grows with their square (40,000: 3 s,
330,000: two minutes). Larger ones, which are whole books, are taken as they are; what their sites share still goes."""
_LINKED = 0.8  # share of a block's characters inside links from which it is taken for navigation outside the text


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A page or a fragment of one. Raises ItemRejected `corrupt` when no element can be made of it."""
    declared = _CHARSET.search(data[:2048])
    text = decode(data, declared[1].decode("ascii") if declared else None)
    source = _DECLARATION.sub("", text.replace("\0", ""))
    parser = html.HTMLParser(huge_tree=True, recover=True)
    try:
        root = html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ItemRejected("The web page is damaged: it cannot be read.", code="corrupt") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ItemRejected("The web page is nested too deeply to be read.", code="corrupt")
    head = page_head(root)
    drop_hidden(root)
    drop_frame(root)
    is_page = _WHOLE_PAGE.search(source) and sum(1 for _ in root.iter()) <= _MOST_ELEMENTS
    extracted = _extracted(root) if is_page else None
    region = _main(root)
    walked = own = walk(region)
    if extracted is not None:
        own = _own_text(walked, extracted, own_host(root), bounded=region.tag != "body")
    blocks = tuple(without_frame_blocks([block.block for block in own if not _is_trail(block, head.title)]))
    kept = set(map(id, blocks))
    beside = walk(root, without=region) if region.tag != "body" else []
    left_out = tuple(block.block for block in [*walked, *beside] if id(block.block) not in kept)
    return replace(head, blocks=blocks, left_out=left_out)


def _main(root: html.HtmlElement) -> html.HtmlElement:
    mains = root.xpath("//main | //*[@role='main']")
    if len(mains) == 1 and (mains[0].xpath(".//h1") or len(mains[0].text_content()) > 100):
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


def _is_trail(block: WalkedBlock, title: str | None) -> bool:
    """Whether a line with links is the way to this page ("You are here: Portal / Housing / Rent")."""
    parts = [part for part in _STEP.split(block.block.text) if part]
    return title is not None and bool(block.links) and len(parts) > 1 and parts[-1].casefold() == title.casefold()


def _own_text(
    walked: Sequence[WalkedBlock], extracted: set[str], host: str | None, *, bounded: bool
) -> list[WalkedBlock]:
    """The blocks from the first to the last that trafilatura kept, and headings right before, without lists of links.

    Lists of links to other sites stay: they are what a page recommends. `bounded` says that the walk was over the
    text's own element (`main`): then neither end of it is cut off.
    """
    kept = [_is_kept(block.block, extracted) for block in walked]
    marked = [number for number, is_kept in enumerate(kept) if is_kept and walked[number].linked < _LINKED]
    if not marked or bounded:
        marked = [0, len(walked) - 1]
    head = next((number for number, block in enumerate(walked) if block.block.level == 1), len(walked))
    first, last = min(marked[0], head), marked[-1]
    while first and walked[first - 1].block.kind == "heading":
        first -= 1
    while last + 1 < len(walked) and (last < head or _goes_on(walked, last, host)):
        last += 1
    return [
        block
        for block, is_kept in zip(walked[first : last + 1], kept[first : last + 1], strict=True)
        if is_kept or block.linked < _LINKED or not block.in_list_of_links or leads_out(block.links, host)
    ]


def _goes_on(walked: Sequence[WalkedBlock], last: int, host: str | None) -> bool:
    """Whether the block after `last` still belongs to the text: an item, a contact or what leads to one, a link out."""
    following = walked[last + 1]
    if following.block.kind == "item":
        return walked[last].block.kind != "heading"
    if leads_out(following.links, host) or tells_contact(following.block.text):
        return True
    ahead = walked[last + 2 : last + 2 + _CONTACT_AHEAD]
    is_name = len(following.block.text) <= _NAME and not following.in_list_of_links
    return is_name and any(tells_contact(each.block.text) for each in ahead)


def _is_kept(block: Block, extracted: set[str]) -> bool:
    pairs = _pairs(block.text)
    return bool(pairs) and len(pairs & extracted) >= 0.7 * len(pairs)
