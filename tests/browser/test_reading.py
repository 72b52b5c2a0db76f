"""The page of a document in a browser: links to words in six languages, the PDF's page beside the text, paper."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from assistant.assistant import Assistant
from assistant.settings import load_settings
from assistant.wiring import open_generations, open_library
from index.document import Audience, Document
from index.index import Index
from index.scope import EVERYTHING
from ingest.pipeline import ingest
from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.serving import served
from tests.browser.visitor import is_in_view
from ui.fragment import text_fragment
from ui.server import build

SAMPLES = Path(__file__).parents[2] / "samples" / "documents"
HANDBOOK, LEAFLET = "en-voluntary-return-handbook.pdf", "ar-safety-against-trafficking.pdf"
SENTENCES = {
    "en": "The self-help desk number {n}, “North–South”, takes families, couples & single people on day {n}.",
    "fr": "L’accueil numéro {n} – réfugiés, demandeurs d’asile, élèves – ouvre dès l’été, à {n} heures.",
    "es": "¿La oficina número {n}? Atiende a niños, jóvenes y ancianos: mañana y miércoles, hasta {n} personas.",
    "ar": "يستقبل المكتب رقم {n} العائلات، والأطفال، وكبار السن – مجانًا – حتى {n} شخصًا كل يوم.",
    "ru": "Приёмная номер {n} – для семей, детей и пожилых – открыта ещё {n} дней, кроме четверга.",
    "zh": "第{n}号办公室为家庭、儿童和老年人提供免费咨询，每天最多接待{n}人。",
}
FILLER = {
    "en": "Paragraph {n} says what the neighbours of the house did in week {n} and who came to see them afterwards.",
    "fr": "Le paragraphe {n} raconte ce que les voisins de la maison ont fait la semaine {n} et qui est venu les voir.",
    "es": "El párrafo {n} cuenta qué hicieron los vecinos de la casa en la semana {n} y quién vino a verlos después.",
    "ar": "تحكي الفقرة {n} ما فعله جيران البيت في الأسبوع {n} ومن جاء لزيارتهم بعد ذلك.",
    "ru": "В абзаце {n} говорится, что делали соседи дома на неделе {n} и кто пришёл к ним потом.",
    "zh": "第{n}段讲述了这所房子的邻居在第{n}周做了什么，以及后来谁来看望了他们。",
}
TARGETS = range(101, 111)
# Where the first words of a text stand in the window, or null.
PLACE = """words => {
  const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    const box = range.getBoundingClientRect();
    return [box.top, box.bottom, innerHeight, scrollY];
  }
  return null;
}"""


@dataclass(frozen=True)
class Desk:
    """A server with a library of its own."""

    origin: str
    index: Index

    def document(self, name: str) -> Document:
        summaries = self.index.library.documents(EVERYTHING)
        return self.index.library.document(next(each.id for each in summaries if name in each.uri), EVERYTHING)

    def address(self, name: str, sentence: str) -> str:
        document = self.document(name)
        start = document.text.index(sentence)
        return f"/documents/{document.id}?start={start}&end={start + len(sentence)}#p{start}"


@pytest.fixture(scope="module")
def desk(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("reading") / "texts"
    folder.mkdir()
    for language, sentence in SENTENCES.items():
        parts = [FILLER[language].format(n=n) * 3 for n in range(1, 31)]
        parts += [f"{FILLER[language].format(n=n)}\n\n{sentence.format(n=n)}" for n in TARGETS]
        parts += [FILLER[language].format(n=n) * 3 for n in range(201, 231)]
        (folder / f"{language}.txt").write_text("\n\n".join(parts), encoding="utf-8")
    for name in (HANDBOOK, LEAFLET):
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    settings = load_settings(data_dir=folder.parent / "data")
    index = Index(open_library(settings), assistant.index.embedder, open_generations(settings, "reading"))
    report = ingest([str(folder)], lambda: index, index.library, audience=Audience.PUBLIC)
    assert report.failed == 0, report.items
    app = build(settings, Assistant(index, assistant._reader, settings))
    with served(app) as origin:
        yield Desk(origin, index)
    app.state.pictures.close()
    index.close()


@pytest.fixture(scope="module")
def handbook_sentence() -> str:
    return "The client may withdraw from the programme at any time until boarding."


# -- links to words ----------------------------------------------------------------------------------------------------


def test_links_to_words_show_them_in_six_languages(visit: Visit, desk: Desk) -> None:
    page = visit(desk.origin).context.new_page()
    shown = {}
    for language, sentence in SENTENCES.items():
        address = f"/documents/{desk.document(f'{language}.txt').id}"
        for number in TARGETS:
            words = sentence.format(n=number)
            page.goto("about:blank")
            page.goto(f"{address}#{text_fragment([words])}")
            page.wait_for_function("() => scrollY > 0", timeout=2_000)
            place = page.evaluate(PLACE, words[: words.index(str(number)) + 3])
            assert place is not None
            shown[language, number] = 0 <= place[0] < place[1] <= place[2]
    assert len(shown) == 60
    assert sum(shown.values()) / len(shown) >= 0.95, [key for key, value in shown.items() if not value]


# -- the page beside the text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 720)], ids=["desktop", "phone"])
@pytest.mark.parametrize("locale", ["en-US", "ar"])
def test_the_page_of_the_pdf_stands_by_the_marked_words(
    visit: Visit, desk: Desk, handbook_sentence: str, tmp_path: Path, scheme: str, width: int, height: int, locale: str
) -> None:
    name = HANDBOOK if locale == "en-US" else LEAFLET
    sentence = handbook_sentence if locale == "en-US" else "والضحية لا تتحمل الذنب أبدًا."
    visitor = visit(desk.origin, locale, color_scheme=scheme, viewport={"width": width, "height": height})
    page = visitor.open(desk.address(name, sentence))
    assert "".join(page.locator("mark").all_text_contents()) == sentence
    assert is_in_view(page, "mark")
    picture = page.locator(".pictures img").first
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") >= 800
    marks = page.request.get(picture.get_attribute("src") or "").headers["x-marks"]
    assert int(marks) > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.screenshot(path=tmp_path / f"{locale}-{scheme}-{width}.png")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=tmp_path / f"{locale}-{scheme}-{width}-top.png")


def test_first_load_weighs_less_than_a_hundred_kilobytes(visit: Visit, desk: Desk, handbook_sentence: str) -> None:
    visitor = visit(desk.origin)
    answers: list[Response] = []
    visitor.context.on("response", lambda answer: answers.append(answer))
    page = visitor.open(desk.address(HANDBOOK, handbook_sentence))
    page.wait_for_load_state("networkidle")
    sizes = {answer.url: len(gzip.compress(answer.body(), 9)) for answer in answers}
    assert len([url for url in sizes if "/pages/" in url]) == 1
    assert sum(sizes.values()) <= 100_000, sizes


def test_all_is_there_without_scripts(visit: Visit, desk: Desk, handbook_sentence: str) -> None:
    page = visit(desk.origin, scripts=False).open(desk.address(HANDBOOK, handbook_sentence))
    page.locator(".outline a").first.click()
    assert "#t" in page.url
    page.get_by_role("link", name="Next").click()
    assert "page=2" in page.url
    assert "pages/2" in (page.locator(".pictures img").get_attribute("src") or "")
    with page.expect_download() as saved:
        page.locator("a.original").click()
    assert Path(saved.value.path()).read_bytes() == (SAMPLES / HANDBOOK).read_bytes()


def test_paper_has_the_text_the_reference_and_the_address(visit: Visit, desk: Desk, handbook_sentence: str) -> None:
    page = visit(desk.origin).open(desk.address(HANDBOOK, handbook_sentence))
    page.emulate_media(media="print")
    assert not page.locator(".site nav").is_visible()
    assert not page.locator(".exports").is_visible()
    assert page.locator(".cite").is_visible()
    assert desk.document(HANDBOOK).id in page.locator(".cite .address").inner_text()
    assert page.locator("mark").first.is_visible()
    assert page.locator(".pictures img").is_visible()
    assert len(page.pdf()) > 20_000


def test_programs_data_in_the_page_breaks_no_rule_of_its_policy(visit: Visit, desk: Desk) -> None:
    page: Page = visit(desk.origin).context.new_page()
    noted = "each => (window.broken ??= []).push(each.blockedURI)"
    page.add_init_script(f"addEventListener('securitypolicyviolation', {noted})")
    page.goto(f"/documents/{desk.document(HANDBOOK).id}")
    assert page.evaluate("window.broken ?? []") == []
    assert page.evaluate("JSON.parse(document.querySelector('script').textContent)['@type']") == "Report"
