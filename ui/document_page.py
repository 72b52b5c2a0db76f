"""What a document's page shows: its facts, its text, and where else the same text stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from babel.units import format_unit

from index.document import Document, DocumentSummary
from index.library import Library
from index.scope import Scope
from ui.embedded import Described
from ui.exports.format import WRITINGS
from ui.exports.record import Record
from ui.fragment import text_fragment
from ui.reading import QuoteState, Reading, Shown, Text

SMALL, LARGE = 800, 1600
"""Pixels across a page's picture: beside the text, and by itself."""
_KIND = {"pdf": "PDF"}
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document as one caller sees it; `original` and `copies` are the others of the same text, as far as they do.

    `quote_address` leads to the marked words here, `source_address` to them where the document came from.
    """

    document: Document
    described: Described
    reading: Reading
    state: QuoteState
    same_as: DocumentSummary | None
    copies: Sequence[DocumentSummary]

    @property
    def record(self) -> Record:
        return self.described.record

    @property
    def source_address(self) -> str | None:
        """The document's place on the web, at the quoted words where there are some."""
        if not self.document.uri.lower().startswith(_WEB):
            return None
        fragment = text_fragment(marked_lines(self.reading.body))
        return f"{self.document.uri.partition('#')[0]}#{fragment}" if fragment else self.document.uri

    @property
    def quote_address(self) -> str | None:
        """This page at the quoted words: marked by their place and, should the text change, found by themselves."""
        span = self.state.span(len(self.document.text))
        if span is None:
            return None
        fragment = text_fragment(marked_lines(self.reading.body))
        return f"{self.record.address}?start={span.start}&end={span.end}#p{span.start}{fragment}"

    @property
    def exports(self) -> list[tuple[str, str]]:
        """The names of the formats, with the addresses of the document's reference in each."""
        return [
            (writing.name, f"/v1/export?{urlencode({'ids': self.document.id, 'format': format_.value})}")
            for format_, writing in WRITINGS.items()
        ]

    def part_address(self, part: int | None, anchor: str = "") -> str:
        """The address of another part of the text, or of the whole; what is quoted stays marked."""
        if part is not None and part == self.reading.part:
            return f"#{anchor}" if anchor else ""
        span = self.state.span(len(self.document.text))
        asked: dict[str, object] = {"start": span.start, "end": span.end} if span else {}
        asked |= {"whole": "true"} if part is None else {"part": part}
        return f"/documents/{self.document.id}?{urlencode(asked)}{f'#{anchor}' if anchor else ''}"

    def entry_address(self, part: int, anchor: str) -> str:
        """The address of a heading, which stands on this page where all parts do."""
        return f"#{anchor}" if self.reading.part is None else self.part_address(part, anchor)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of the original: the addresses of its picture beside the text, and by itself."""

    page: int
    small: str
    large: str


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """The file as it was read; `size` is told in the page's language."""

    address: str
    kind: str
    size: str


def pictures_of(shown: DocumentPage, text: Text) -> list[PagePicture]:
    """The pages on which the quoted words may stand, or the page that is asked for, or the first."""
    if shown.document.original is None or shown.document.type != "pdf":
        return []
    span = shown.state.span(len(shown.document.text))
    pages = text.pages_of(span) if span else (shown.reading.page,)
    marked = f"?start={span.start}&end={span.end}" if span else ""
    found = []
    for page in pages:
        address = f"/documents/{shown.document.id}/pages/{page or 1}"
        large = f"{address}{marked}{'&' if marked else '?'}large=true"
        found.append(PagePicture(page or 1, f"{address}{marked}", large))
    return found


def original_file(document: Document, interface: str) -> OriginalFile | None:
    """The link to the original, where it is kept."""
    if document.original is None:
        return None
    kind = _KIND.get(document.type or "", (document.type or "").upper())
    thousands = max(1, round(document.original.bytes / 1000))
    unit, number = ("kilobyte", thousands) if thousands < 1000 else ("megabyte", round(thousands / 1000, 1))
    size = format_unit(number, f"digital-{unit}", length="short", locale=interface)
    return OriginalFile(f"/documents/{document.id}/original", kind, size)


def same_text(
    library: Library, document: Document, scope: Scope
) -> tuple[DocumentSummary | None, list[DocumentSummary]]:
    """The document whose passages are found in place of this one's, and those that this one stands for."""
    named = library.summaries([document.duplicate_of], scope) if document.duplicate_of else []
    return next(iter(named), None), library.copies(document.id, scope)


def marked_lines(body: Sequence[Shown]) -> list[str]:
    """The marked words as they stand on the page, line by line and cell by cell."""
    runs = (run for block in body for row in block.rows for cell in row for run in cell if run.marked)
    return [line for run in runs for line in run.text.split("\n")]
