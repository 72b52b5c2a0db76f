"""CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from ui.exports.record import Record

COLUMNS = (
    "id", "document_id", "title", "authors", "organisation", "date", "language", "country", "theme", "collection",
    "page", "section", "quote", "url", "source",
)  # fmt: skip
_MARK = "\ufeff"
"""Without this mark at its start, Excel takes a file of UTF-8 for one in the system's old encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet(records: Sequence[Record]) -> str:
    """A head and a row each, authors with "; " between them; see `inert` for cells that look like formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([[inert(cell) for cell in _cells(record)] for record in records])
    return _MARK + text.getvalue()


def inert(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula.

    A cell that has such apostrophes of its own gets one more, so that taking one away always gives back the text.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _cells(record: Record) -> list[str]:
    quote = record.quote
    return [
        record.id,
        record.document_id,
        record.title,
        "; ".join(record.authors),
        record.organisation or "",
        record.date.isoformat() if record.date else "",
        record.language,
        record.country or "",
        record.theme or "",
        record.collection,
        str(quote.page) if quote and quote.page is not None else "",
        (quote.section or "") if quote else "",
        quote.text if quote else "",
        record.url or "",
        record.origin,
    ]
