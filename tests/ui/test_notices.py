"""Warnings and contacts as people see them."""

from __future__ import annotations

from assistant.answer import Answer, AnswerTimings, Notice
from assistant.contact import Contact
from ui.bodies.answer import AnswerBody
from ui.chat.render import no_answer_html, warnings_html
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
