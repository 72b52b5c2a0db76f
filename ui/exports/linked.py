"""JSON-LD in the terms of schema.org."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ui.exports.record import Quote, Record

_TYPES = {"report": "Report", "webpage": "WebPage", "document": "CreativeWork"}


def linked(records: Sequence[Record]) -> str:
    """A graph of works; a passage is a `Quotation` of its work, by way of the `Chapter` where that has a name."""
    graph = [_quotation(record, record.quote) if record.quote else work(record) for record in records]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, indent=1)


def work(record: Record) -> dict[str, object]:
    """The document as one node of a graph."""
    values: dict[str, object | None] = {
        "@type": _TYPES[record.genre],
        "identifier": record.document_id,
        "headline": record.title,
        "name": record.title,
        "inLanguage": record.language if record.quote is None else None,
        "author": [{"@type": "Person", "name": author} for author in record.authors] or None,
        "publisher": {"@type": "Organization", "name": record.organisation} if record.organisation else None,
        "datePublished": record.date.isoformat() if record.date else None,
        "keywords": record.theme,
        "spatialCoverage": {"@type": "Country", "identifier": record.country} if record.country else None,
        "isAccessibleForFree": True if record.is_public else None,
        "isBasedOn": record.origin if record.origin != record.url else None,
        "url": record.url if record.quote is None else None,
    }
    return _said(values)


def _quotation(record: Record, quote: Quote) -> dict[str, object]:
    whole = work(record)
    if quote.section is not None or quote.page is not None:
        page = str(quote.page) if quote.page is not None else None
        whole = _said({"@type": "Chapter", "name": quote.section, "pagination": page, "isPartOf": whole})
    return _said(
        {
            "@type": "Quotation", "identifier": record.id, "text": quote.text, "inLanguage": record.language,
            "url": record.url, "isPartOf": whole,
        }
    )  # fmt: skip


def _said(values: dict[str, object | None]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
