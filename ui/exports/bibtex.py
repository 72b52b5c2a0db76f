"""BibTeX in UTF-8, which LaTeX's `biblatex` and reference managers read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent_encoded

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from ui.exports.record import Record, one_line

_TYPES = {"report": "techreport", "webpage": "misc", "document": "misc"}
_PUBLISHERS = {"report": "institution", "webpage": "organization", "document": "organization"}
# By name where a sign has one: readers count braces even behind a backslash, and would lose the end of the entry.
_SIGNS = str.maketrans(
    {
        "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    }
)  # fmt: skip
_JOINED = re.compile(r"([-'`])(?=\1)|[?!](?=`)")
"""Signs that TeX would draw as another one together with the next."""
_URL_SIGNS = "".join(chr(code) for code in range(33, 127) if chr(code) not in "{}\\")


def bibtex(records: Sequence[Record]) -> str:
    """One entry each; the lines of a quote are joined by spaces, as TeX would."""
    library = Library([_entry(record) for record in records])
    return write_string(library)


def escaped(text: str) -> str:
    """The text as TeX must be given it, on one line; letters of every script stay themselves."""
    return _JOINED.sub(r"\g<0>{}", one_line(text).translate(_SIGNS))


def _entry(record: Record) -> Entry:
    quote = record.quote
    values = {
        "title": f"{{{escaped(record.title)}}}",  # in braces of its own, or styles would change its capitals
        "author": " and ".join(f"{{{escaped(author)}}}" for author in record.authors),
        _PUBLISHERS[record.genre]: escaped(record.organisation) if record.organisation else "",
        "date": record.date.isoformat() if record.date else "",
        "year": str(record.date.year) if record.date else "",
        "language": record.language,
        # Taken word for word, so what could end the field is percent-encoded.
        "url": percent_encoded(record.url, safe=_URL_SIGNS) if record.url else "",
        "keywords": escaped(record.theme) if record.theme else "",
        "pages": str(quote.page) if quote and quote.page is not None else "",
        "chapter": escaped(quote.section) if quote and quote.section else "",
        "annotation": escaped(quote.text) if quote else "",
    }
    fields = [Field(name, value) for name, value in values.items() if value]
    return Entry(_TYPES[record.genre], record.id, fields)
