"""The bars of the staff chat that need many answers, on the real pipeline; the figures are printed at the end.

The other bars are tests of their own: the time after "stop" in `test_chat_states.py`, cards under pointer, keyboard and
touch in `test_chat_cards.py`, directions, foreign requests and the missing "share" of Gradio in `test_chat.py`, and
what axe-core finds, of which nothing is inherited from Gradio, in `test_chat_accessibility.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from statistics import median, quantiles

import pytest
from playwright.sync_api import Page, expect

from assistant.assistant import Assistant
from assistant.settings import load_settings
from index.database import open_database
from index.document import Audience
from index.generations import Generations
from index.index import Index
from index.library import Library
from ingest.pipeline import ingest
from tests.browser.bar_documents import GOLD, SCRIPT, UNANSWERABLE, write_bar_documents
from tests.browser.conftest import Figure, Visit
from tests.browser.serving import served
from ui.server import build

STATUS_MS = 300
LEAST_ANSWERED = 27
"""Of the 30 questions of the script: bars on citations say nothing where nothing is cited."""
LEAST_OVERLAP = 0.9
LEAST_DECLINED = 0.95

_TIMED = """() => {
  window.times = [];
  const now = () => performance.now();
  document.querySelector('#ask').addEventListener('click', () => {
    window.times.push({ asked: now(), before: document.querySelectorAll('#messages .bot').length });
  }, true);
  new MutationObserver(() => {
    const last = window.times.at(-1);
    if (!last) return;
    if (!last.status && document.querySelector('.md-status')?.textContent) last.status = now();
    const replies = document.querySelectorAll('#messages .bot');
    const shown = replies[last.before]?.querySelector('.md-statement, .md-notice');
    if (!last.token && shown) last.token = now();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
_PAGE_OF_MARK = """() => {
  const mark = document.querySelector('mark');
  const before = [...document.querySelectorAll('.text .page')].filter(
    page => page.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.at(-1)?.textContent ?? null;
}"""


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of an answer in the chat: where its mark leads, and the words that its card says are there."""

    url: str
    quote: str


@pytest.fixture(scope="module")
def bars(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the bars' own documents, with the models that are loaded already."""
    folder = tmp_path_factory.mktemp("bars")
    documents = write_bar_documents(folder)
    settings = load_settings(data_dir=folder / "data")
    embedder = assistant.index.embedder
    with closing(Library(open_database(settings.data_dir))) as library:
        index = Index(library, embedder, Generations(settings.data_dir / "generations", embedder.name))
        report = ingest([str(documents)], lambda: index, library, audience=Audience.PUBLIC)
        assert (report.failed, report.added) == (0, 9), report.items
        with served(build(settings, Assistant(index, assistant._reader, settings))) as address:
            yield address
        index.close()


def ask(page: Page, question: str, number: int) -> list[Cited]:
    """Ask the question that is the conversation's `number`th; the citations of its answer."""
    page.locator("#question textarea").fill(question)
    page.locator("#ask").click()
    reply = page.locator("#messages .bot").nth(number - 1)
    expect(reply.locator(".md-statement, .md-notice").first).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()
    found = reply.locator(".md-card").evaluate_all(
        "all => all.map(card => [card.querySelector('.md-open').getAttribute('href'), "
        "card.querySelector('blockquote').textContent])"
    )
    return [Cited(url, quote) for url, quote in found]


def highlighted(document: Page, cited: Cited) -> str:
    """The words that are marked where a citation leads."""
    document.goto(cited.url)
    return "".join(document.locator("mark").all_text_contents())


def plain(words: str) -> str:
    return " ".join(words.split())


def overlap(marked: str, gold: str) -> float:
    """The share of the gold words that are marked, by characters."""
    marked, gold = plain(marked), plain(gold)
    return 1.0 if gold in marked else len(marked) / len(gold) if marked and marked in gold else 0.0


def test_a_script_of_thirty_answers(visit: Visit, bars: str, figure: Figure) -> None:
    """Every citation opens the right document at the right page; each is reached by Tab; and how long people wait."""
    visitor = visit(bars)
    page, document = visitor.open("/chat"), visitor.context.new_page()
    expect(page.locator("#ask")).to_be_enabled()
    page.evaluate(_TIMED)
    answers = [(item, ask(page, item.question, number)) for number, item in enumerate(SCRIPT, 1)]
    answered = [(item, cited) for item, cited in answers if cited]
    wrong = []
    for item, citations in answered:
        for cited in citations:
            marked = plain(highlighted(document, cited))
            opened = document.locator("h1").inner_text(), document.evaluate(_PAGE_OF_MARK), marked
            if opened != (item.title, f"page {item.page}", plain(cited.quote)):
                wrong.append((item.question, opened))
    unsaid = [
        item.question for item, cited in answered if all(overlap(each.quote, item.sentence) == 0 for each in cited)
    ]
    times = page.evaluate("window.times")
    status = [round(time["status"] - time["asked"]) for time in times]
    tokens = [round(time["token"] - time["asked"]) for time in times]
    centiles = quantiles(tokens, n=20)
    count = sum(len(cited) for _, cited in answered)
    figure(f"script: {len(answered)} of {len(SCRIPT)} answered, {count} citations, {len(wrong)} open a wrong place")
    figure(f"status visible after p50 {median(status):.0f} ms, at most {max(status)} ms (300)")
    figure(f"first sentence after p50 {centiles[9]:.0f} ms, p95 {centiles[18]:.0f} ms")
    assert (wrong, unsaid) == ([], [])
    assert len(answered) >= LEAST_ANSWERED
    assert max(status) <= STATUS_MS, status
    marks = page.locator("#messages .md-mark").count()
    reached = reached_by_tab(page, marks)
    figure(f"marks reached by Tab, each with its card: {reached} of {marks}")
    assert reached == marks >= count


def reached_by_tab(page: Page, marks: int) -> int:
    """How many of the marks the Tab key leads to, each of them opening its card."""
    page.locator("#messages .md-edit").first.focus()
    reached = 0
    for _ in range(marks * 8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.md-mark')"):
            assert page.evaluate("document.activeElement.nextElementSibling.matches('.md-card:popover-open')")
            reached += 1
        elif page.evaluate("!document.activeElement.closest('#messages')"):
            break
    return reached


def test_highlights_overlap_the_gold_words_in_six_languages(visit: Visit, bars: str, figure: Figure) -> None:
    visitor = visit(bars)
    page, document = visitor.open("/chat"), visitor.context.new_page()
    expect(page.locator("#ask")).to_be_enabled()
    shares: dict[str, list[float]] = {gold.language: [] for gold in GOLD}
    elsewhere = []
    for number, gold in enumerate(GOLD, 1):
        marked = []
        for cited in ask(page, gold.question, number):
            marked.append(highlighted(document, cited))
            if plain(marked[-1]) != plain(cited.quote):
                elsewhere.append((gold.question, cited.quote, marked[-1]))
        shares[gold.language].append(max((overlap(words, gold.quote) for words in marked), default=0.0))
    every = [share for found in shares.values() for share in found]
    by_language = ", ".join(f"{language} {sum(found) / len(found):.2f}" for language, found in shares.items())
    figure(f"highlights over the gold words: {by_language}; in a wrong place: {len(elsewhere)}")
    assert elsewhere == []
    assert sum(share > 0 for share in every) / len(every) >= LEAST_OVERLAP, shares


def test_what_the_documents_do_not_say_is_declined_without_citations(visit: Visit, bars: str, figure: Figure) -> None:
    page = visit(bars).open("/chat")
    expect(page.locator("#ask")).to_be_enabled()
    told = [question for number, question in enumerate(UNANSWERABLE, 1) if ask(page, question, number)]
    states = page.locator("#messages .md-no-passage, #messages .md-weak-evidence").count()
    figure(f"unanswerable: {states} of {len(UNANSWERABLE)} declined without a citation")
    assert states / len(UNANSWERABLE) >= LEAST_DECLINED, told
    assert states + len(told) == len(UNANSWERABLE)
