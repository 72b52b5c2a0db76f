"""RIS, which reference managers such as Zotero and EndNote read."""

from __future__ import annotations

from collections.abc import Sequence

import rispy

from ui.exports.record import Record, one_line

_TYPES = {"report": "RPRT", "webpage": "ELEC", "document": "GEN"}


def ris(records: Sequence[Record]) -> str:
    """One reference each. A value is one line, so the lines of a quote are joined by spaces."""
    return rispy.dumps([_reference(record) for record in records]) if records else ""


def _reference(record: Record) -> dict[str, str | list[str]]:
    quote = record.quote
    values: dict[str, str | list[str] | None] = {
        "type_of_reference": _TYPES[record.genre],
        "id": record.id,
        "title": one_line(record.title),
        "authors": [one_line(author) for author in record.authors],
        "date": record.date.strftime("%Y/%m/%d") if record.date else None,
        "year": str(record.date.year) if record.date else None,
        "publisher": one_line(record.organisation) if record.organisation else None,
        "language": record.language,
        "keywords": [one_line(record.theme)] if record.theme else None,
        # Readers divide the value at semicolons.
        "urls": [record.url.replace(";", "%3B")] if record.url else None,
        "section": one_line(quote.section) if quote and quote.section else None,
        "start_page": str(quote.page) if quote and quote.page is not None else None,
        "notes": [one_line(quote.text)] if quote else None,
    }
    return {name: value for name, value in values.items() if value}
