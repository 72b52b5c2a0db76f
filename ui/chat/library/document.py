"""One opened document: what the library knows of it, what may be changed, and how it is removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.messages import message
from index.document import Document
from index.listing import remarks
from ui.bodies.document import LONGEST_TITLE, DocumentBody
from ui.chat.escaping import escape
from ui.chat.library.choices import audience_html, collection_html, named_value
from ui.chat.library.documents import remark_text
from ui.entity_tag import body_tag
from ui.languages import date_text, language_name


def empty_html(language: str, said: str = "") -> str:
    """No document is open; `said` is what has just happened."""
    told = said or message("library_choose", language)
    return f'<p class="md-lib-said" role="status" tabindex="-1" data-key="document">{escape(told)}</p>'


def document_html(document: Document, collections: Iterable[str], language: str, said: str = "") -> str:
    """The document as it stands; its tag guards what is changed against what others change meanwhile."""
    tag = body_tag(DocumentBody.model_validate(document))
    about = f'data-id="{escape(document.id)}" data-tag="{escape(tag)}"'
    return (
        f'<section {about}><h2 tabindex="-1" data-key="document" lang="{escape(document.language)}" dir="auto">'
        f'{escape(document.title)}</h2><p class="md-lib-said" role="status" '
        f'tabindex="-1" data-key="said">{escape(said)}</p>'
        f'<p><a href="/documents/{escape(document.id)}" target="_blank" rel="noopener">'
        f"{_text('library_read_document', language)}</a></p>"
        f'<dl class="md-lib-about">{"".join(_facts(document, language))}</dl>'
        f"{_amend_html(document, collections, language)}{_remove_html(document, language)}</section>"
    )


def _facts(document: Document, language: str) -> Iterator[str]:
    yield _fact("page_document_source", f'<span dir="ltr">{escape(document.uri)}</span>', language)
    yield _fact("page_document_language", escape(named_value("language", document.language, language)), language)
    if document.date:
        yield _fact("page_document_date", escape(date_text(document.date, language)), language)
    for key, value in (
        ("page_filter_organisation", document.organisation),
        ("page_filter_country", document.country and named_value("country", document.country, language)),
        ("page_filter_theme", document.theme),
        ("page_filter_type", document.type and named_value("type", document.type, language)),
    ):
        if value:
            yield _fact(key, f"<bdi>{escape(value)}</bdi>", language)
    yield _fact("library_passages", str(document.passages), language)
    if noted := remarks(document):
        yield _fact("library_remarks", escape("; ".join(remark_text(remark, language) for remark in noted)), language)
    if document.duplicate_of:
        yield _fact("library_kept", _link(document.duplicate_of, message("library_open", language)), language)
    if document.translations:
        links = ", ".join(
            _link(each.id, language_name(each.language, language), f"{each.title}") for each in document.translations
        )
        yield _fact("library_translations", links, language)


def _amend_html(document: Document, collections: Iterable[str], language: str) -> str:
    title = (
        f'<label class="md-lib-field"><span>{_text("library_title", language)}</span><input name="title" dir="auto" '
        f'value="{escape(document.title)}" maxlength="{LONGEST_TITLE}" required></label>'
    )
    return (
        f'<form data-library="amend">{title}{audience_html(document.audience, language)}'
        f"{collection_html(document.collection, 'md-lib-c3', collections, language)}"
        f'<button type="submit" class="md-lib-do" data-key="save">{_text("chat_save", language)}</button></form>'
    )


def _remove_html(document: Document, language: str) -> str:
    """Removing takes two steps; the second says what will happen."""
    told = message("library_remove_told", language, title=document.title, count=document.passages)
    return (
        f'<details class="md-lib-remove"><summary>{_text("library_remove", language)}</summary>'
        f'<p dir="auto">{escape(told)}</p>'
        f'<button type="button" class="md-lib-do md-lib-danger" data-remove>{_text("library_remove_now", language)}'
        "</button></details>"
    )


def _fact(key: str, html: str, language: str) -> str:
    return f"<div><dt>{_text(key, language)}</dt><dd>{html}</dd></div>"


def _link(document_id: str, text: str, title: str = "") -> str:
    named = f' title="{escape(title)}"' if title else ""
    return f'<button type="button" class="md-lib-link" data-open="{escape(document_id)}"{named}>{escape(text)}</button>'


def _text(key: str, language: str) -> str:
    return escape(message(key, language))
