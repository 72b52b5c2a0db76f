"""What a document's page tells programs: tags and a COinS span for reference managers, JSON-LD, links in its header."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from markupsafe import Markup

from index.document import Translation
from ui.exports.format import WRITINGS
from ui.exports.linked import work
from ui.exports.record import Genre, Record, one_line

ABSTRACT = 300
"""Characters of a text's beginning that stand for its abstract: documents do not say which part of them is one."""

_ZOTERO: dict[Genre, str] = {"report": "report", "webpage": "webpage", "document": "document"}
_SCHEMA: dict[Genre, str] = {"report": "Report", "webpage": "WebPage", "document": "CreativeWork"}
# The text must end no element of the page; within JSON's strings, where alone they stand, these mean the same.
_INERT = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})


@dataclass(frozen=True, slots=True)
class Described:
    """A document as its page describes it.

    `record.address` is the page's own address; `pdf` is that of the original where it is a PDF that is kept. `read_at`
    is when this version was read, in UTC.
    """

    record: Record
    text: str
    read_at: datetime
    translations: Sequence[Translation]
    pdf: str | None = None

    @property
    def server(self) -> str:
        return (self.record.address or "").partition("/documents/")[0]


def meta_tags(described: Described) -> list[tuple[str, str]]:
    """Names and contents, by the names that Zotero's translator of embedded metadata and Google Scholar read.

    Without the name of an institution Zotero would take a report for an article: `z.itemType` tells it.
    """
    record = described.record
    institution = "citation_technical_report_institution" if record.genre == "report" else "citation_publisher"
    tags: list[tuple[str, str | None]] = [
        ("citation_title", record.title),
        *(("citation_author", author) for author in record.authors),
        ("citation_publication_date", record.date.strftime("%Y/%m/%d") if record.date else None),
        ("citation_language", record.language),
        (institution, record.organisation),
        ("citation_keywords", record.theme),
        ("citation_public_url", record.url),
        ("citation_abstract_html_url", record.address),
        ("citation_pdf_url", described.pdf),
        ("z.itemType", _ZOTERO[record.genre]),
    ]
    return [(name, one_line(content)) for name, content in tags if content]


def coins(record: Record) -> str:
    """The document as an OpenURL in keys and values, for a `title` attribute."""
    values: list[tuple[str, str | None]] = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", _ZOTERO[record.genre]),
        ("rft.title", record.title),
        *(("rft.creator", author) for author in record.authors),
        ("rft.date", record.date.isoformat() if record.date else None),
        ("rft.publisher", record.organisation),
        ("rft.language", record.language),
        ("rft.subject", record.theme),
        ("rft.identifier", record.url),
    ]
    # Zotero does not read a plus sign as a space everywhere.
    return urlencode([(name, one_line(value)) for name, value in values if value], quote_via=quote, safe="")


def linked_data(described: Described) -> Markup:
    """JSON-LD that no title can break out of."""
    record = described.record
    node: dict[str, object] = {"@context": "https://schema.org", "@id": record.address, **work(record)}
    node |= {
        "url": record.address,
        "isBasedOn": record.origin,
        "abstract": abstract(described.text),
        "dateModified": described.read_at.date().isoformat(),
    }
    if described.translations:
        node["workTranslation"] = [
            {
                "@type": _SCHEMA[record.genre], "@id": f"{described.server}/documents/{other.id}",
                "name": other.title, "inLanguage": other.language,
            }
            for other in described.translations
        ]  # fmt: skip
    if described.pdf:
        pdf = {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": described.pdf}
        node["encoding"] = pdf
    # Nothing in it is markup any more.
    return Markup(json.dumps(node, ensure_ascii=False).translate(_INERT))


def signposts(described: Described) -> str:
    """A `Link` header: the address to cite, what it is, and where it is described and kept as a file."""
    return ", ".join(f"<{address}>; {told}" for address, told in _links(described))


def _links(described: Described) -> Iterator[tuple[str, str]]:
    record = described.record
    yield record.address or "", 'rel="cite-as"'
    yield f"https://schema.org/{_SCHEMA[record.genre]}", 'rel="type"'
    for format_, writing in WRITINGS.items():
        address = f"{described.server}/v1/export?{urlencode({'ids': record.id, 'format': format_.value})}"
        yield address, f'rel="describedby"; type="{writing.media_type.partition(";")[0]}"'
    if described.pdf:
        yield described.pdf, 'rel="item"; type="application/pdf"'


def abstract(text: str) -> str:
    """The beginning of a text in one line, to the end of a word."""
    words = one_line(text[: 4 * ABSTRACT])
    if len(words) <= ABSTRACT and len(text) <= 4 * ABSTRACT:
        return words
    cut = words[:ABSTRACT]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"
