"""Markdown: its own headings, lists and tables; front matter read for title, date and language."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.block import Block, Kind, Reading
from ingest.cleaning import clean_line, clean_text
from ingest.encoding import decode
from ingest.frames import without_frame_blocks
from ingest.lines import has_words
from ingest.options import ReadOptions
from ingest.readers.front_matter import front_matter
from ingest.readers.hidden_markup import without_hidden
from ingest.readers.link import address_behind

_FENCE = re.compile(r"^(?:```|~~~)")
_ATX = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_SETEXT = re.compile(r"^(?:(=+)|(-{2,}))$")
_RULE = re.compile(r"^(?:[-*_]\s*){3,}$")
_ITEM = re.compile(r"^(?:[-*+•–]|(\d{1,3}[.)]))\s+(.*)$")
_TABLE_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)\s]*(?:\s+[\"'(][^\"')]*[\"')])?\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]+)\]\(<?([^)\s>]*)>?(?:\s+[\"'(][^\"')]*[\"')])?\)")
_INLINE = (
    (re.compile(r"\[([^\]]+)\]\[[^\]]*\]"), r"\1"),
    (re.compile(r"\[\^[^\]]+\]:?"), ""),
    (re.compile(r"<((?:https?://|mailto:)[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"(?<![\w*])(\*{1,3}|_{2,3})(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`+([^`]+)`+"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>|~-])"), r"\1"),
)
_BR = re.compile(r"<br\s*/?>", re.I)


@dataclass
class _Parser:
    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    kind: Kind = "paragraph"
    number: str = ""

    def flush(self) -> None:
        text = inline(" ".join(self.lines))
        if has_words(text):
            self.blocks.append(Block(self.kind, f"{self.number} {text}".strip()))
        self.lines, self.kind, self.number = [], "paragraph", ""

    def heading(self, text: str, level: int) -> None:
        self.flush()
        if has_words(plain := inline(text)):
            self.blocks.append(Block("heading", plain, level))


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A Markdown file; its HTML is read as text, its images dropped."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    head, text = front_matter(text)
    title = inline(head.title) if head.title else None
    return replace(head, blocks=tuple(without_frame_blocks(_blocks(text))), title=title)


def inline(text: str) -> str:
    """The text of a line without its marks: links keep their words, images go, entities become characters.

    Where the words only point, the address stays as it does in web pages.
    """
    text = _LINK.sub(_words_of_link, _IMAGE.sub("", text))
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return clean_line(html.unescape(text))


def _words_of_link(link: re.Match[str]) -> str:
    address = address_behind(link[2], link[1])
    return f"{link[1]} ({address})" if address else link[1]


def _blocks(text: str) -> list[Block]:
    parser = _Parser()
    fenced = False
    for line in _lines(without_hidden(clean_text(text))):
        if _FENCE.match(line):
            fenced = not fenced
            parser.flush()
        elif fenced:
            parser.lines.append(line)
            parser.flush()
        else:
            _line(parser, line)
    parser.flush()
    return parser.blocks


def _lines(text: str) -> Iterator[str]:
    for line in _BR.sub("\n", text).split("\n"):
        yield line.removeprefix(">").strip()


def _line(parser: _Parser, line: str) -> None:
    atx, item, setext = _ATX.match(line), _ITEM.match(line), _SETEXT.match(line)
    if not line:
        parser.flush()
    elif atx:
        parser.heading(atx[2], len(atx[1]))
    elif setext and len(parser.lines) == 1 and parser.kind == "paragraph":
        title, parser.lines = parser.lines[0], []
        parser.heading(title, 1 if setext[1] else 2)
    elif _RULE.match(line) or _TABLE_RULE.match(line):
        parser.flush()
    elif item:
        parser.flush()
        parser.kind, parser.number, parser.lines = "item", item[1] or "", [item[2]]
    elif line.startswith("|") or (line.count(" | ") and parser.kind == "row"):
        parser.flush()
        parser.kind = "row"
        parser.lines = [" | ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())]
        parser.flush()
    else:
        parser.lines.append(line)
