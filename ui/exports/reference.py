"""References as people read them, in the Harvard style, by a citation processor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from ui.exports.csl import csl_item
from ui.exports.record import Record, one_line

_STYLE = "harvard-cite-them-right"


def references(records: Sequence[Record]) -> list[str]:
    """One line of plain text each, in their order."""
    # The processor takes what no style shows, such as a quote, through all its steps.
    items = [{**csl_item(_bare(record)), "id": str(place)} for place, record in enumerate(records)]
    bibliography = CitationStylesBibliography(_style(), CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return [one_line(str(entry)) for entry in bibliography.bibliography()]


def _bare(record: Record) -> Record:
    quote = replace(record.quote, text="", section=None) if record.quote else None
    authors = record.authors or ((record.organisation,) if record.organisation else ())
    return replace(record, title=one_line(record.title), authors=authors, quote=quote, theme=None)


@cache
def _style() -> CitationStylesStyle:
    return CitationStylesStyle(_STYLE, validate=False)
