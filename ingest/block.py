"""What every reader returns: a document as a run of blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row. `text` has no line breaks and no list mark but a number.

    `level` is a heading's depth, 1 the highest; `page` counts from 1 and is None where the format has no pages.
    `place` is set where a block is a link: its place in the page's markup, the same on all pages made from one
    template, and its words that are not linked. `spot` is a hash of where any block stands among the elements of a
    page, empty where the format has no markup. `stamp` is what a line that a system prints says but for its numbers,
    and `dated` what another line says but for its date; both are empty for lines that are neither.
    """

    kind: Kind
    text: str
    level: int = 0
    page: int | None = None
    place: str = field(default="", compare=False)
    spot: bytes = field(default=b"", compare=False)
    stamp: str = field(default="", compare=False)
    dated: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read. What follows `blocks` is what its metadata say, None or empty where they say nothing.

    `date` is when it was published; `country` an ISO 3166 code of two letters. `address` is the web page's own, and
    `translations` are the addresses of the same page in other languages. `left_out` are blocks that the reader took for
    a frame: they tell the frame on pages where it was not recognised. `type` is the kind of file, see `ingest.kind`.
    """

    blocks: tuple[Block, ...]
    title: str | None = None
    date: date | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    organisation: str | None = None
    country: str | None = None
    theme: str | None = None
    address: str | None = None
    translations: tuple[str, ...] = ()
    left_out: tuple[Block, ...] = field(default=(), compare=False)
    type: str | None = field(default=None, compare=False)
