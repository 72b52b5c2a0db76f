"""The list of documents: what is looked for, and a page of what there is."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.messages import message
from index.document import DocumentSummary
from index.listing import FIELDS, REMARKS, Field, Listed, Remark, remarks
from ui.chat.escaping import escape
from ui.chat.library.choices import field_name, named_value, options, select_html
from ui.chat.library.said import ListSaid
from ui.facets import value_name
from ui.languages import date_text

PAGE = 25
"""Documents on a page of the list."""
_COLUMNS = ("title", "language", "audience", "date", "country", "organisation", "passages", "remarks")


def search_html(holdings: Mapping[Field, Mapping[str, int]], said: ListSaid, language: str) -> str:
    """Words and filters; each filter says how many documents it would leave of the whole library."""
    chosen = {field: str(getattr(said, field)) for field in FIELDS}
    selects = "".join(
        select_html(
            field, field_name(field, language), options(field, holdings[field], language), chosen[field], language
        )
        for field in FIELDS
    )
    named = [(remark, message(f"library_remark_{remark}", language)) for remark in REMARKS]
    selects += select_html("remark", message("library_remarks", language), named, said.remark, language)
    return (
        f"<h2>{_text('library_documents', language)}</h2>"
        f'<form data-library="list" role="search" aria-label="{_text("library_documents", language)}">'
        f'<label class="md-lib-field md-lib-words"><span>{_text("library_find", language)}</span>'
        f'<input type="search" name="words" maxlength="200" dir="auto" value="{escape(said.words)}"></label>'
        f'{selects}<button type="submit" class="md-lib-do">{_text("page_search_button", language)}</button></form>'
    )


def list_html(listed: Listed, said: ListSaid, language: str) -> str:
    """One page of the documents that are wanted."""
    total = listed.total
    last = min(said.start + len(listed.documents), total)
    told = message("library_shown", language, first=said.start + 1, last=last, total=total)
    if not listed.documents:
        told = message("library_none", language)
    return (
        f'<p class="md-lib-count" role="status">{escape(told)}</p>'
        f"{_table_html(listed, language) if listed.documents else ''}{_paging_html(listed, said, language)}"
    )


def remark_text(remark: Remark, language: str) -> str:
    """What is the matter with a document, as a note."""
    return message(f"library_remark_{remark}", language)


def _table_html(listed: Listed, language: str) -> str:
    # Roles are written down, because a phone shows the rows as cards, and a table that is none loses them.
    heads = "".join(f'<th scope="col" role="columnheader">{escape(_head(name, language))}</th>' for name in _COLUMNS)
    rows = "".join(_row_html(document, language) for document in listed.documents)
    return (
        f'<table class="md-lib-table" role="table"><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _head(name: str, language: str) -> str:
    own = {"title": "library_title", "passages": "library_passages", "remarks": "library_remarks"}
    named = {"audience": "page_filter_audience", "date": "page_document_date"}
    return message(own.get(name) or named.get(name) or f"page_filter_{name}", language)


def _row_html(document: DocumentSummary, language: str) -> str:
    country = named_value("country", document.country, language) if document.country else ""
    cells = {
        "language": escape(named_value("language", document.language, language)),
        "audience": _audience_html(document, language),
        "date": escape(date_text(document.date, language)) if document.date else "",
        "country": escape(country),
        "organisation": f"<bdi>{escape(document.organisation)}</bdi>" if document.organisation else "",
        "passages": str(document.passages),
        "remarks": _remarks_html(document, language),
    }
    others = "".join(_cell_html(name, html, language) for name, html in cells.items())
    return f'<tr role="row">{_title_html(document)}{others}</tr>'


def _cell_html(name: str, html: str, language: str) -> str:
    # A phone shows the column's name in front, but not for what is not there.
    label = escape(_head(name, language))
    return f'<td role="cell" class="md-lib-{name if html else "nothing"}" data-label="{label}">{html}</td>'


def _title_html(document: DocumentSummary) -> str:
    id_ = escape(document.id)
    return (
        f'<th scope="row" role="rowheader"><button type="button" class="md-lib-link" data-open="{id_}" '
        f'data-key="open-{id_}" lang="{escape(document.language)}" dir="auto">{escape(document.title)}</button>'
        f'<span class="md-lib-uri" dir="ltr">{escape(document.uri)}</span></th>'
    )


def _audience_html(document: DocumentSummary, language: str) -> str:
    named = escape(value_name("audience", document.audience.value, interface=language))
    return f'<span class="md-lib-tag md-lib-{document.audience.value}">{named}</span>'


def _remarks_html(document: DocumentSummary, language: str) -> str:
    return escape("; ".join(remark_text(remark, language) for remark in remarks(document)))


def _paging_html(listed: Listed, said: ListSaid, language: str) -> str:
    before, after = said.start - PAGE, said.start + PAGE
    links = []
    if said.start > 0:
        links.append(_page_button(max(before, 0), "page_paging_previous", language))
    if after < listed.total:
        links.append(_page_button(after, "page_paging_next", language))
    label = _text("library_paging", language)
    return f'<nav class="md-tools" aria-label="{label}">{"".join(links)}</nav>' if links else ""


def _page_button(start: int, key: str, language: str) -> str:
    return (
        f'<button type="button" class="md-tool" data-start="{start}" data-key="{key}">{_text(key, language)}</button>'
    )


def _text(key: str, language: str) -> str:
    return escape(message(key, language))
