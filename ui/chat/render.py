"""Answers and sources as HTML. Every word of a document or a person is escaped here, and nowhere else."""

from __future__ import annotations

import string
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Statement
from assistant.contact import Contact
from assistant.messages import message
from ui.languages import date_text, direction, language_name

# The chat's messages pass through a Markdown reader, so its marks are escaped together with HTML's.
_AS_ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}


def escape(text: str) -> str:
    """The text in one line, with no character left that HTML or Markdown reads as a mark."""
    return " ".join(text.split()).translate(_AS_ENTITIES)


def question_html(question: str) -> str:
    """What the person asked, line by line."""
    lines = [escape(line) for line in question.splitlines() if line.strip()]
    return f'<div class="md-question" dir="auto">{"<br>".join(lines)}</div>'


def statements_html(statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    """Proven statements, each with links to the passages that prove it.

    One paragraph each, because neighbours may differ in language and direction.
    """
    by_number = {citation.number: citation for citation in citations}
    return "".join(
        _statement_html(statement, [by_number[number] for number in statement.citations if number in by_number])
        for statement in statements
    )


def searched_html(answer: Answer) -> str:
    """What was searched, where the question was completed by those before it; else nothing."""
    if answer.searched is None:
        return ""
    text = message("chat_searched", answer.language, question=answer.searched)
    return f'<p class="md-searched" lang="{escape(answer.language)}" dir="auto">{escape(text)}</p>'


def suggestions_html(answer: Answer) -> str:
    """What may be asked next, in the documents' own words and languages; nothing where nothing fits."""
    if not answer.suggestions:
        return ""
    items = "".join(
        f'<li lang="{escape(suggestion.language)}" dir="auto">{escape(suggestion.text)}</li>'
        for suggestion in answer.suggestions
    )
    label = escape(message("chat_next", answer.language))
    return f'<div class="md-next" lang="{escape(answer.language)}" dir="auto"><p>{label}</p><ul>{items}</ul></div>'


def no_answer_html(answer: Answer) -> str:
    """The state in which nothing was proven: set apart, and without any citation."""
    return (
        f'<div class="md-notice" lang="{escape(answer.language)}" dir="auto">'
        f"<strong>{escape(message('chat_no_answer', answer.language))}</strong><br>{escape(answer.text)}"
        f"{_contacts_html(answer)}</div>"
    )


def warnings_html(answer: Answer) -> str:
    """What the reader must know about the sources, one notice each; nothing where there is nothing to warn of."""
    return "".join(
        f'<div class="md-notice" role="note" lang="{escape(answer.language)}" dir="auto">{escape(warning.text)}</div>'
        for warning in answer.warnings
    )


def error_html(sentence: str, language: str) -> str:
    """The state in which a question failed; `sentence` says why."""
    return (
        f'<div class="md-notice md-error" dir="auto"><strong>{escape(message("chat_error", language))}</strong>'
        f"<br>{escape(sentence)}</div>"
    )


def sources_html(citations: Sequence[Citation], language: str) -> str:
    """The panel beside the answer; `language` is the reader's, not the documents'."""
    body = f'<p class="md-empty">{escape(message("chat_sources_empty", language))}</p>'
    if citations:
        body = f'<ol class="md-sources">{"".join(_source_html(citation, language) for citation in citations)}</ol>'
    return _in_language(f"<h2>{escape(message('chat_sources', language))}</h2>{body}", language)


def intro_html(language: str) -> str:
    """The head of the page: what this is, what it does, and the way to the search."""
    title, intro = escape(message("chat_title", language)), escape(message("chat_intro", language))
    links = f'<a href="/">{escape(message("page_nav_search", language))}</a>'
    menu = f'<nav aria-label="{escape(message("page_nav", language))}">{links}</nav>'
    return _in_language(f'<div class="md-head"><h1>{title}</h1>{menu}</div><p>{intro}</p>', language)


def status_html(key: str | None, language: str) -> str:
    """One line that says what is going on; screen readers are told politely."""
    text = escape(message(key, language)) if key else ""
    return _in_language(f'<div class="md-status" role="status">{text}</div>', language)


def _in_language(html: str, language: str) -> str:
    """Gradio marks each part of a page as left to right; this sets it right inside."""
    return f'<div lang="{language}" dir="{direction(language)}">{html}</div>'


def _contacts_html(answer: Answer) -> str:
    """Where to turn instead: names with the ways to reach them. Links hold what the settings' patterns admit."""
    items = "".join(f"<li><bdi>{escape(item.name)}</bdi>{_ways_html(item)}</li>" for item in answer.contacts)
    return f"<p>{escape(message('chat_contacts', answer.language))}</p><ul>{items}</ul>" if items else ""


def _ways_html(contact: Contact) -> str:
    phone = contact.phone and f"tel:{''.join(char for char in contact.phone if char in '+0123456789')}"
    ways = [
        (phone, contact.phone),
        (contact.email and f"mailto:{contact.email}", contact.email),
        (contact.url, contact.url),
    ]
    return "".join(f' <a href="{escape(to)}" dir="ltr">{escape(text)}</a>' for to, text in ways if to and text)


def _statement_html(statement: Statement, citations: Sequence[Citation]) -> str:
    marks = "".join(
        f' <a class="md-mark" href="{escape(citation.url)}" target="_blank" rel="noopener"'
        f' title="{escape(citation.title)}">&#91;{citation.number}&#93;</a>'
        for citation in citations
    )
    quoted = next((c.language for c in citations if statement.text == " ".join(c.quote.split())), None)
    language = f' lang="{escape(quoted)}"' if quoted else ""
    return f'<p class="md-statement"{language} dir="auto">{escape(statement.text)}{marks}</p>'


def _source_html(citation: Citation, language: str) -> str:
    return (
        f'<li id="source-{citation.number}"><h3 dir="auto"><span class="md-number">&#91;{citation.number}&#93;</span> '
        f'<span lang="{escape(citation.language)}">{escape(citation.title)}</span></h3>'
        f'<p class="md-facts">{_facts_html(citation, language)}</p>'
        f'<blockquote lang="{escape(citation.language)}" dir="auto">{escape(citation.quote)}</blockquote>'
        f"{_translation_html(citation, language)}"
        f'<a class="md-open" href="{escape(citation.url)}" target="_blank" rel="noopener">'
        f"{escape(message('chat_open', language))}</a></li>"
    )


def _translation_html(citation: Citation, language: str) -> str:
    """Under the quote, set apart from it: the quote is what is cited."""
    if citation.translation is None:
        return ""
    text, own = escape(citation.translation.text), escape(citation.translation.language)
    return (
        f'<p class="md-translation"><span>{escape(message("answer_translation", language))}</span> '
        f'<span lang="{own}" dir="auto">{text}</span></p>'
    )


def _facts_html(citation: Citation, language: str) -> str:
    facts = [f'<span class="md-uri" dir="ltr">{escape(citation.uri)}</span>']
    if citation.date is not None:
        facts.append(
            f'<time datetime="{citation.date.isoformat()}">{escape(date_text(citation.date, language))}</time>'
        )
    if citation.page is not None:
        facts.append(f"<span>{escape(message('chat_page', language, page=citation.page))}</span>")
    facts.append(f"<span>{escape(language_name(citation.language, language))}</span>")
    return " ".join(facts)
