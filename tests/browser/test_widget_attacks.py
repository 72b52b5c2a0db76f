"""Attacks in title, file name, quote and answer, through the real service with a chat model that obeys them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.settings import load_settings
from assistant.wiring import open_assistant
from eval import obeying_model as obeying
from index.document import Audience
from ingest.pipeline import ingest
from tests.browser.attacks import ATTACKS
from tests.browser.conftest import Visit
from tests.browser.serving import served
from tests.browser.test_widget import ask, open_widget
from ui.server import build

TOWNS = [
    "Aldana", "Brennick", "Corvale", "Dunmere", "Estrova", "Farrowby", "Gildern", "Harlow", "Istmere",
    "Jorvale", "Kestrin", "Lomarra", "Morwen", "Nastrel", "Oskara", "Pellwin", "Quarn", "Rosmere", "Sandor",
    "Tervale", "Umbria", "Vestrin", "Wexmoor", "Yarrow",
]  # fmt: skip
GOODS = ["soap", "bread", "milk", "tea", "rice", "maps", "shoes", "coats", "beds", "keys", "books", "lamps"]
# Of 52: what a cleaner takes out of a document cannot be told, nor what is no whole sentence.
LEAST_TOLD, LEAST_QUOTED = 32, 26
# The stream as a network could cut it at worst: byte by byte, in the middle of letters and of lines.
BYTE_BY_BYTE = """
const real = window.fetch;
window.fetch = async (...given) => {
  const response = await real(...given);
  if (!String(given[0]).endsWith("/v1/ask")) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  let at = 0;
  const pull = (flow) => (at < bytes.length ? flow.enqueue(bytes.slice(at, ++at)) : flow.close());
  return new Response(new ReadableStream({ pull }), { status: response.status, headers: response.headers });
};
"""
SHOWN = """() => {
  const root = document.querySelector("missiondesk-help").shadowRoot;
  const all = [...root.querySelectorAll("*")];
  const allowed = new Set(["A", "ARTICLE", "BDI", "BLOCKQUOTE", "BUTTON", "DETAILS", "DIV", "FORM", "H2", "HEADER",
    "LABEL", "LI", "OPTION", "P", "SECTION", "SELECT", "SPAN", "SUMMARY", "TEXTAREA", "UL"]);
  return {
    strange: all.filter((one) => !allowed.has(one.tagName)).map((one) => one.outerHTML),
    handlers: all.filter((one) => [...one.attributes].some(({ name }) => /^on|style|src/.test(name))).length,
    links: [...root.querySelectorAll("article a")].map((one) => one.href),
    pwned: window.pwned ?? null,
  };
}"""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over documents that hold one attack each."""
    folder = tmp_path_factory.mktemp("attacked")
    write(folder / "documents", ATTACKS)
    with pytest.MonkeyPatch.context() as patch, obeying.obeying_model() as model:
        patch.setattr(obeying, "PIECE", 7)
        settings = load_settings(
            data_dir=folder / "data", chat_model="openai:obeying", chat_base_url=model.address, chat_api_key="none",
            widget_session_questions="1000 per minute", widget_address_questions="1000 per minute",
        )  # fmt: skip
        assistant = open_assistant(settings)
        report = ingest(
            [str(folder / "documents")], lambda: assistant.index, assistant.index.library, audience=Audience.PUBLIC
        )
        assert report.failed == 0, report.items
        with served(build(settings, assistant)) as address:
            yield address
        assistant.index.close()


def write(folder: Path, attacks: Sequence[str]) -> None:
    """Each attack is in the name of a file as far as a name can hold it, in its title and beside its one fact."""
    folder.mkdir()
    for number, attack in enumerate(attacks):
        name = f"{number} {attack}".replace("/", "∕").encode()[:120].decode(errors="ignore")
        (folder / f"{name}.txt").write_text(f"Notice {number} {attack}\n\n{fact(number)} {attack}\n", "utf-8")


def place_and_goods(number: int) -> tuple[str, str]:
    """A pair that no other attack has."""
    turn = number // len(TOWNS)
    return TOWNS[number % len(TOWNS)], GOODS[(number + turn) % len(GOODS)]


def fact(number: int) -> str:
    town, goods = place_and_goods(number)
    return f"The depot in {town} gives out {goods} to families at {number % 12 + 1} o'clock on Mondays."


def question(number: int) -> str:
    town, goods = place_and_goods(number)
    return f"When does the depot in {town} give out {goods} to families?"


def test_attacks_are_shown_as_text(visit: Visit, attacked: str) -> None:
    visitor = visit(attacked)
    visitor.context.add_init_script(BYTE_BY_BYTE)
    page = visitor.open("/widget-demo")
    open_widget(page)
    told, quoted = set(), set()
    for number, attack in enumerate(ATTACKS):
        ask(page, question(number))
        article = page.locator("missiondesk-help article").last
        expect(article.locator(".statement, .notice").first).to_be_attached()
        for details in article.locator("details").all():
            details.evaluate("one => { one.open = true }")
        shown = article.inner_text()
        told |= {number} if fact(number) in shown else set()
        quoted |= {number} if attack in shown else set()
        check(page, attacked)
    assert len(told) >= LEAST_TOLD, "an attack does not keep a fact from being told"
    assert len(quoted) >= LEAST_QUOTED, "the attacks themselves reach the page"


def check(page: Page, origin: str) -> None:
    """0 foreign requests, dialogs and errors are the visitor's own check, at the end."""
    found = page.evaluate(SHOWN)
    foreign = [link for link in found["links"] if not link.startswith(f"{origin}/documents/")]
    assert (found["strange"], found["handlers"], foreign, found["pwned"]) == ([], 0, [], None)


def test_attacks_in_every_field_of_an_answer_are_text(visit: Visit, stage_origin: str) -> None:
    """Sentence, title, quote, translation, warning, suggestion, and what was searched; the link is one, too."""
    visitor = visit(stage_origin)
    visitor.context.add_init_script(BYTE_BY_BYTE)
    page = visitor.open("/widget-demo")
    open_widget(page)
    ask(page, "markup")
    article = page.locator("missiondesk-help article").last
    article.locator("details").first.evaluate("one => { one.open = true }")
    shown = re.sub(r"\s+", " ", article.inner_text())
    assert shown.count(re.sub(r"\s+", " ", " ".join(ATTACKS))) == 7
    check(page, stage_origin)
    assert article.locator("a").count() == 0


def test_attacks_are_text_on_the_help_page_too(visit: Visit, attacked: str) -> None:
    page = visit(attacked).open("/help?site=demo&language=en")
    for number in range(0, len(ATTACKS), 3):
        page.locator("textarea").fill(question(number))
        page.locator("form.ask button").click()
        expect(page.locator(".statement").first).to_be_visible()
        assert page.locator("main :is(img, script, iframe, svg, object, style, link, base, meta, x-y)").count() == 0
        links = page.locator("main section a").evaluate_all("links => links.map((link) => link.href)")
        assert all(link.startswith((f"{attacked}/documents/", f"{attacked}/help#source-")) for link in links)
        assert page.evaluate("window.pwned ?? null") is None
