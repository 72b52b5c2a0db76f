"""CSL-JSON, the input of citation processors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from ui.exports.record import Record

_TYPES = {"report": "report", "webpage": "webpage", "document": "document"}


def csl(records: Sequence[Record]) -> str:
    """A list of items; a passage's words stand in `note`, its page is the locator's."""
    return json.dumps([csl_item(record) for record in records], ensure_ascii=False, indent=1)


def csl_item(record: Record) -> dict[str, object]:
    """One item, as JSON has it."""
    quote = record.quote
    item: dict[str, object | None] = {
        "id": record.id,
        "type": _TYPES[record.genre],
        "title": record.title,
        "author": [{"literal": author} for author in record.authors] or None,
        "publisher": record.organisation,
        "issued": {"date-parts": [_parts(record.date)]} if record.date else None,
        "language": record.language,
        "URL": record.url,
        "keyword": record.theme,
        "source": record.origin,
        "page": str(quote.page) if quote and quote.page is not None else None,
        "section": quote.section if quote else None,
        "note": quote.text if quote else None,
    }
    return {name: value for name, value in item.items() if value is not None}


def _parts(day: date) -> list[int]:
    return [day.year, day.month, day.day]
