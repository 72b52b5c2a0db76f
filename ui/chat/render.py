"""Questions and answers as HTML messages of the chat."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer, Citation, Statement
from assistant.contact import Contact
from assistant.messages import message
from ui.chat.escaping import escape, in_language
from ui.chat.head import filter_text
from ui.chat.sources import cards_html, mark_html


def question_html(question: str, language: str) -> str:
    """What the person asked, line by line, with the ways to ask it again; `language` is the page's."""
    lines = [escape(line) for line in question.splitlines() if line.strip()]
    tools = "".join(_tool_html(name, language, question) for name in ("edit", "retry"))
    return f'<div class="md-question" dir="auto">{"<br>".join(lines)}</div><div class="md-tools">{tools}</div>'


def statements_html(statements: Sequence[Statement], citations: Sequence[Citation], language: str) -> str:
    """Proven statements, each with marks that lead to the passages that prove it.

    One paragraph each, because neighbours may differ in language and direction. `language` is the page's.
    """
    by_number = {citation.number: citation for citation in citations}
    said = "".join(
        _statement_html(statement, [by_number[number] for number in statement.citations if number in by_number])
        for statement in statements
    )
    return f'{said}{cards_html(citations, language)}<div class="md-tools">{_tool_html("copy", language)}</div>'


def answer_html(answer: Answer, language: str) -> str:
    """A whole answer, or that there is none; `language` is the page's."""
    if answer.status == "no_answer":
        said = no_answer_html(answer)
    else:
        said = _model_failed_html(answer) + statements_html(answer.statements, answer.citations, language)
    said += warnings_html(answer)
    return _filters_html(answer, language) + _searched_html(answer) + said + suggestions_html(answer)


def suggestions_html(answer: Answer) -> str:
    """What may be asked next, in the documents' own words and languages; nothing where nothing fits."""
    if not answer.suggestions:
        return ""
    items = "".join(
        f'<li><button type="button" class="md-suggestion" lang="{escape(suggestion.language)}" dir="auto">'
        f"{escape(suggestion.text)}</button></li>"
        for suggestion in answer.suggestions
    )
    label = escape(message("chat_next", answer.language))
    return f'<div class="md-next" lang="{escape(answer.language)}" dir="auto"><p>{label}</p><ul>{items}</ul></div>'


def no_answer_html(answer: Answer) -> str:
    """The states in which nothing was proven: set apart, each in its own words, and without any citation."""
    heading = message(f"chat_{answer.reason or 'no_passage'}", answer.language)
    return (
        f'<div class="md-notice md-{(answer.reason or "no_passage").replace("_", "-")}"'
        f' lang="{escape(answer.language)}" dir="auto">'
        f"<strong>{escape(heading)}</strong><br>{escape(answer.text)}{_contacts_html(answer)}</div>"
    )


def error_html(sentence: str, language: str) -> str:
    """The state in which a question failed; `sentence` says why."""
    return (
        f'<div class="md-notice md-error" dir="auto"><strong>{escape(message("chat_error", language))}</strong>'
        f"<br>{escape(sentence)}</div>"
    )


def notice_html(key: str, language: str, **values: object) -> str:
    """A sentence of the page's own among the answers."""
    return f'<div class="md-notice" dir="auto">{escape(message(key, language, **values))}</div>'


def status_html(key: str | None, language: str) -> str:
    """One line that says what is going on; screen readers are told politely."""
    text = escape(message(key, language)) if key else ""
    copied, searching = (escape(message(f"chat_{key}", language)) for key in ("copied", "searching"))
    said = f'data-copied="{copied}" data-searching="{searching}"'
    return in_language(f'<div class="md-status" role="status" {said}>{text}</div>', language)


def _tool_html(name: str, language: str, value: str = "") -> str:
    label = escape(message(f"chat_{name}", language))
    return f'<button type="button" class="md-tool md-{name}" lang="{language}" value="{escape(value)}">{label}</button>'


def _filters_html(answer: Answer, language: str) -> str:
    if not answer.filters:
        return ""
    filters = "; ".join(filter_text(field, value, language) for field, value in answer.filters)
    text = escape(message("chat_filtered", language, filters=filters))
    return f'<p class="md-filtered" lang="{language}" dir="auto">{text}</p>'


def _searched_html(answer: Answer) -> str:
    """What was searched, where the question was completed by those before it; else nothing."""
    if answer.searched is None:
        return ""
    text = message("chat_searched", answer.language, question=answer.searched)
    return f'<p class="md-searched" lang="{escape(answer.language)}" dir="auto">{escape(text)}</p>'


def _model_failed_html(answer: Answer) -> str:
    if answer.reason != "model_failed":
        return ""
    text = escape(message("chat_model_failed", answer.language))
    return f'<p class="md-model-failed" lang="{escape(answer.language)}" dir="auto"><strong>{text}</strong></p>'


def warnings_html(answer: Answer) -> str:
    """What the reader must know about the answer, one notice each; nothing where there is nothing to warn of."""
    return "".join(
        f'<div class="md-notice" role="note" lang="{escape(answer.language)}" dir="auto">{escape(warning.text)}</div>'
        for warning in answer.warnings
    )


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
    marks = "".join(map(mark_html, citations))
    quoted = next((c.language for c in citations if statement.text == " ".join(c.quote.split())), None)
    language = f' lang="{escape(quoted)}"' if quoted else ""
    return f'<p class="md-statement"{language} dir="auto">{escape(statement.text)}{marks}</p>'
