"""Next questions: words of documents in scope, and nothing that was just asked or answered."""

from __future__ import annotations

import time

import pytest

from assistant.answer import Citation, Suggestion
from assistant.suggestions import MOST, NEAR, suggestions
from index.document import Audience, DocumentSummary, Passage, Span
from index.hit import Hit
from index.scope import PUBLIC_ONLY
from tests.assistant.conftest import Build

FAQ = """How do I renew my permit?
Bring the old permit to the desk in Vellmar.

2. Who pays for the interpreter?
The office pays. Does it cost you anything? It does not, and why should it?

Q: Where do I find the desk?
On the ground floor."""


def hit(
    text: str, *, document: str = "d", number: int = 1, language: str = "en", section: str | None = None, start: int = 0
) -> Hit:
    summary = DocumentSummary(document, "Title", "uri", language, None, Audience.PUBLIC, "default", 1)
    passage_id = f"{document}-{number}"
    span = Span(start, start + len(text))
    return Hit(Passage(passage_id, document, text, span, (), "", language, None, section), summary, 1.0, 1.0, 1.0)


def cite(found: Hit, quote: str) -> Citation:
    start = found.passage.span.start + found.passage.text.index(quote)
    return Citation(
        1, found.document.id, found.passage.id, "Title", "uri", "en", None, None, None, quote, start,
        start + len(quote), "/",
    )  # fmt: skip


def texts(found: tuple[Suggestion, ...]) -> list[str]:
    return [item.text for item in found]


@pytest.mark.parametrize("start", [0, 500])
def test_questions_of_an_faq_but_the_one_just_answered(start: int) -> None:
    found = hit(FAQ, start=start)
    cited = [cite(found, "The office pays.")]
    suggested = suggestions([found], cited, "en", ["who pays for translation"])
    assert texts(suggested) == ["How do I renew my permit?", "Where do I find the desk?"]


def test_question_just_asked_is_not_suggested() -> None:
    asked = ["how do I renew my  permit", "Where do I find the desk?"]
    assert texts(suggestions([hit(FAQ)], [], "en", asked)) == ["Who pays for the interpreter?"]


def test_headings_of_cited_documents_come_after_questions() -> None:
    cited, other = (
        hit("It is free.", section="Permits › Fees and terms"),
        hit("x", document="e", section="Other things"),
    )
    rest = hit("Nine to one.", number=2, section="Permits › Opening hours")
    faq = hit("Who may come to the desk?\nAll.", document="f")
    suggested = suggestions([cited, other, rest, faq], [cite(cited, "It is free.")], "en", ["Is it free?"])
    assert texts(suggested) == ["Who may come to the desk?", "Opening hours"]


def test_the_askers_language_comes_first() -> None:
    hits = [hit("Who may come to the desk?"), hit("Chi paga le spese?", document="e", language="it")]
    assert suggestions(hits, [], "it", ["?"])[0] == Suggestion("Chi paga le spese?", "it")
    assert [item.language for item in suggestions(hits, [], "it", ["?"])] == ["it", "en"]


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("متى تفتح العيادة في المدينة؟", "متى تفتح العيادة في المدينة؟"),
        ("¿Quién paga al intérprete?", "¿Quién paga al intérprete?"),
        ("— Хто платить за перекладача?", "Хто платить за перекладача?"),
        ("1) 18 years old, what now?", "18 years old, what now?"),
        ("Why?", None), ("Who? What? When and where?", None), ("What " + "very " * 40 + "long question?", None),
        ("No question at all.", None), ("???", None), ("", None),
    ],
)  # fmt: skip
def test_what_counts_as_a_question(text: str, suggested: str | None) -> None:
    assert texts(suggestions([hit(text)], [], "en", [""])) == ([suggested] if suggested else [])


def test_at_most_a_few_from_the_nearest_passages() -> None:
    hits = [hit(f"What is number {number} here?", document=str(number)) for number in range(40)]
    assert texts(suggestions(hits, [], "en", ["?"])) == [f"What is number {number} here?" for number in range(MOST)]
    assert suggestions([hit("None.")] * NEAR + hits, [], "en", ["?"]) == ()


def test_suggestions_take_no_time() -> None:
    hits = [hit(FAQ * 5, number=number, section="Permits › Opening hours") for number in range(40)]
    cited = [cite(found, "On the ground floor.") for found in hits[:4]]
    best = 1.0
    for _ in range(5):
        started = time.perf_counter()
        suggestions(hits, cited, "en", ["Where is the desk?"])
        best = min(best, time.perf_counter() - started)
    assert best < 0.02, "seconds; about 3 ms on an idle machine"


def test_visitors_are_suggested_nothing_internal(build: Build) -> None:
    assistant = build()
    for question in ("What is on the duty roster in Marseille?", "When does the office in Marseille open?"):
        answer = assistant.answer(question, scope=PUBLIC_ONLY)
        assert "uty" not in " ".join(item.text for item in answer.suggestions)
