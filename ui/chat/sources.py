"""The passages that prove an answer: as cards at their marks, and as a list in the panel beside it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation
from assistant.messages import message
from ui.chat.escaping import escape, in_language
from ui.languages import date_text, direction, language_name


def sources_html(citations: Sequence[Citation], language: str) -> str:
    """The panel beside the answer; `language` is the reader's, not the documents'."""
    body = f'<p class="md-empty">{escape(message("chat_sources_empty", language))}</p>'
    if citations:
        items = "".join(f"<li>{_source_html(citation, language)}</li>" for citation in citations)
        body = f'<ol class="md-sources">{items}</ol>'
    return in_language(f"<h2>{escape(message('chat_sources', language))}</h2>{body}", language)


def mark_html(citation: Citation) -> str:
    """The `[n]` behind a statement. The page's script shows its card while it is pointed at, or has the focus."""
    return (
        f' <a class="md-mark" href="{escape(citation.url)}" target="_blank" rel="noopener"'
        f' title="{escape(citation.title)}">&#91;{citation.number}&#93;</a>'
    )


def cards_html(citations: Sequence[Citation], language: str) -> str:
    """What the marks of one answer stand for; not shown where it is, but at the mark."""
    return "".join(
        f'<div class="md-card md-card-{citation.number}" role="group" lang="{language}" dir="{direction(language)}"'
        f' title="">{_source_html(citation, language)}</div>'
        for citation in citations
    )


def _source_html(citation: Citation, language: str) -> str:
    return (
        f'<h3 dir="auto"><span class="md-number">&#91;{citation.number}&#93;</span> '
        f'<span lang="{escape(citation.language)}">{escape(citation.title)}</span></h3>'
        f'<p class="md-facts">{_facts_html(citation, language)}</p>'
        f'<div class="md-texts"><blockquote lang="{escape(citation.language)}" dir="auto">{escape(citation.quote)}'
        f"</blockquote>{_translation_html(citation, language)}</div>"
        f'<a class="md-open" href="{escape(citation.url)}" target="_blank" rel="noopener">'
        f"{escape(message('chat_open', language))}</a>"
    )


def _translation_html(citation: Citation, language: str) -> str:
    """Beside the quote, set apart from it: the quote is what is cited."""
    if citation.translation is None:
        return ""
    text, own = escape(citation.translation.text), escape(citation.translation.language)
    return (
        f'<p class="md-translation"><span>{escape(message("answer_translation", language))}</span> '
        f'<span lang="{own}" dir="auto">{text}</span></p>'
    )


def _facts_html(citation: Citation, language: str) -> str:
    facts = []
    if citation.organisation is not None:
        facts.append(f'<span class="md-organisation"><bdi>{escape(citation.organisation)}</bdi></span>')
    facts.append(f'<span class="md-uri" dir="ltr">{escape(citation.uri)}</span>')
    if citation.date is not None:
        facts.append(
            f'<time datetime="{citation.date.isoformat()}">{escape(date_text(citation.date, language))}</time>'
        )
    if citation.page is not None:
        facts.append(f"<span>{escape(message('chat_page', language, page=citation.page))}</span>")
    facts.append(f"<span>{escape(language_name(citation.language, language))}</span>")
    return " ".join(facts)
