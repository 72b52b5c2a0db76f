"""What a document's page shows: its facts, its text, and where else the same text stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from index.document import Document, DocumentSummary, Passage
from index.library import Library
from index.scope import Scope
from ui.embedded import Described
from ui.exports.format import WRITINGS
from ui.exports.record import Record
from ui.fragment import text_fragment
from ui.reading import QuoteState, Reading, Shown

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
    passages: Sequence[Passage]

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
