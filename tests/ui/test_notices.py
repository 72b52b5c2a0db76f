"""Warnings and contacts as people see them."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Answer, AnswerTimings, Citation, Notice, Translation
from assistant.contact import Contact
from ui.bodies.answer import AnswerBody, CitationBody
from ui.chat.render import no_answer_html, warnings_html
from ui.chat.sources import sources_html
from ui.widget.texts import widget_texts

CONTACT = Contact("Desk & Co", phone="+39 800 (1)", email="desk@example.org", url="https://example.org/a?b=1&c=2")
WARNING = Notice("old_source", (1,), "Old <b>words</b>: [1]")
ANSWER = Answer(
    "?", "ar", "no_answer", "No.", (), (), "extractive", "weak_evidence", AnswerTimings(0.0, 0.0, 0.0),
    warnings=(WARNING,), contacts=(CONTACT,),
)  # fmt: skip


def test_the_api_gives_warnings_and_contacts() -> None:
    body = AnswerBody.model_validate(ANSWER).model_dump()
    assert body["warnings"] == [{"kind": "old_source", "citations": [1], "text": "Old <b>words</b>: [1]"}]
    assert body["contacts"] == [
        {"name": "Desk & Co", "phone": "+39 800 (1)", "email": "desk@example.org", "url": CONTACT.url}
    ]


def test_the_chat_shows_contacts_as_links_and_no_markup_of_theirs() -> None:
    shown = no_answer_html(ANSWER)
    assert shown.count("<a ") == 3
    assert "Desk &#38; Co" in shown
    assert "tel&#58;&#43;398001" in shown
    assert "b&#61;1&#38;c" in shown


def test_the_chat_shows_warnings_as_notes_in_the_readers_language() -> None:
    shown = warnings_html(ANSWER)
    assert shown.startswith('<div class="md-notice" role="note" lang="ar" dir="auto">')
    assert "<b>" not in shown


def test_the_widget_has_words_for_contacts() -> None:
    assert widget_texts("fr")["texts"]["contacts"].startswith("Vous pouvez vous adresser")


def test_a_translation_stands_beside_the_quote_and_says_what_it_is() -> None:
    quote = "Lo sportello <b>apre</b>."
    cited = Citation(
        1, "d", "p", "T", "t.txt", "it", None, None, None, quote, 0, len(quote), "/documents/d",
        translation=Translation("The desk <i>opens</i>.", "en"),
    )  # fmt: skip
    body = CitationBody.model_validate(cited).model_dump()
    assert body["translation"] == {"text": "The desk <i>opens</i>.", "language": "en", "machine": True}
    shown = sources_html([cited], "en")
    assert "Machine translation" in shown
    assert "<i>" not in shown
    assert shown.index("blockquote") < shown.index("md-translation")
    assert "md-translation" not in sources_html([replace(cited, translation=None)], "en")
    assert widget_texts("it")["texts"]["translation"] == "Traduzione automatica:"
