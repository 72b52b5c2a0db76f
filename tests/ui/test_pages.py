"""The researchers' pages: search with its state in the address, and documents with the quote marked."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from assistant.assistant import Assistant
from index.document import Passage, Span
from index.hit import EVERYTHING
from tests.ui.conftest import HOSTILE_TITLE, PERMIT_QUOTE
from ui.excerpt import excerpt
from ui.languages import preferred_language
from ui.reading import paragraphs
from ui.words import find_words

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def page(client: TestClient, address: str, status: int = 200, language: str = "en") -> html.HtmlElement:
    response = client.get(address, headers={**BROWSER, "Accept-Language": language})
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in policy
    tree = html.document_fromstring(response.text)
    assert not tree.xpath("//script | //@onclick | //@onerror | //@style | //style")
    loaded = strings(tree, "//link/@href | //img/@src | //form/@action")
    assert [link for link in loaded if urlsplit(link).netloc] == []
    return tree


def strings(tree: html.HtmlElement, path: str) -> list[str]:
    found = tree.xpath(path)
    assert isinstance(found, list)
    return [str(value) for value in found]


def text(tree: html.HtmlElement, path: str) -> str:
    return " ".join(" ".join(element.text_content() for element in tree.xpath(path)).split())


def document_id(assistant: Assistant, title: str) -> str:
    return next(d.id for d in assistant.documents(scope=EVERYTHING) if title in d.title)


# -- search ------------------------------------------------------------------------------------------------------------


def test_first_page_asks_and_counts(client: TestClient) -> None:
    tree = page(client, "/")
    assert tree.xpath("//form[@role='search']//input[@name='q']/@dir") == ["auto"]
    assert "4" in text(tree, "//main/p")
    assert tree.xpath("/html/@lang") == ["en"]


def test_hit_shows_its_words_and_leads_to_them(client: TestClient) -> None:
    tree = page(client, "/?q=permit+office+Vellmar")
    first = tree.xpath("//section//ol/li")[0]
    assert {"permit", "office", "Vellmar"} <= set(first.xpath(".//mark/text()"))
    assert "March" in text(first, ".//p") or "Mar" in text(first, ".//p")
    link = urlsplit(first.xpath(".//h3/a/@href")[0])
    offsets = {key: int(values[0]) for key, values in parse_qs(link.query).items()}
    assert link.fragment == f"p{offsets['start']}"
    target = page(client, first.xpath(".//h3/a/@href")[0])
    marked = "".join(target.xpath("//mark/text()"))
    assert PERMIT_QUOTE in marked
    assert target.xpath("//mark/@id")[0] == link.fragment


def test_facets_are_links_with_counts_that_narrow(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar")
    italian = tree.xpath("//aside//a[contains(., 'Italian')]")[0]
    assert parse_qs(urlsplit(italian.get("href")).query) == {"q": ["Vellmar"], "language": ["it"]}
    count = int(italian.xpath("./span/text()")[0])
    narrowed = page(client, italian.get("href"))
    assert f"{count}" in text(narrowed, "//*[@id='found']")
    assert set(narrowed.xpath("//section//blockquote/@lang")) == {"it"}
    assert narrowed.xpath("//form//input[@name='language']/@value") == ["it"]
    assert narrowed.xpath("//aside//a[@class='chosen']/@href") == ["/?q=Vellmar"]


def test_same_address_gives_the_same_page(client: TestClient) -> None:
    address = "/?q=famiglie+Vellmar&collection=public&page=1"
    assert client.get(address, headers=BROWSER).text == client.get(address, headers=BROWSER).text


def test_nothing_found_is_said(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar&language=fi")
    assert "Vellmar" in text(tree, "//*[@id='found']")
    assert not tree.xpath("//ol")
    assert tree.xpath("//aside//a[@class='chosen']/@href") == ["/?q=Vellmar"]


@pytest.mark.parametrize("number", ["0", "-3", "abc", "99999999999999999999", "", "٣"])
def test_strange_page_numbers_are_harmless(client: TestClient, number: str) -> None:
    page(client, f"/?q=Vellmar&page={number}")


def test_a_page_beyond_the_last_shows_the_last(client: TestClient) -> None:
    last = page(client, "/?q=Vellmar&page=10")
    assert strings(last, "//h3/a/@href") == strings(page(client, "/?q=Vellmar"), "//h3/a/@href")


@pytest.mark.parametrize("query", ["q=" + "a" * 2001, "q=%3F%3F", "q=a&language=english"])
def test_bad_search_is_explained_on_the_page(client: TestClient, query: str) -> None:
    tree = page(client, f"/?{query}", 422)
    assert text(tree, "//*[@role='alert']")
    assert tree.xpath("//form[@role='search']")


def test_query_is_escaped_everywhere(client: TestClient) -> None:
    hostile = "\"><script>alert(1)</script> Vellmar' onfocus=x"
    tree = page(client, f"/?q={hostile}")
    assert tree.xpath("//input[@name='q']/@value") == [hostile]


def test_interface_speaks_the_browsers_language(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar", language="ar-EG,ar;q=0.9,en;q=0.5")
    assert (tree.xpath("/html/@lang"), tree.xpath("/html/@dir")) == (["ar"], ["rtl"])
    assert "Search" not in text(tree, "//button")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ro-MD,ro;q=0.9", "ro"),
        ("xx, it;q=0.4, fr;q=0.8", "fr"),
        ("fr;q=0, it;q=0.1", "it"),
        ("*", "en"),
        (",;q=,,;;=9", "en"),
        ("so;q=7", "so"),
    ],
)
def test_preferred_language(header: str, language: str) -> None:
    assert preferred_language(header) == language


# -- documents ---------------------------------------------------------------------------------------------------------


def test_document_marks_the_cited_words(client: TestClient) -> None:
    citation = client.post("/v1/ask", json={"question": "When is the permit office in Vellmar open?"}).json()[
        "citations"
    ][0]
    tree = page(client, citation["url"])
    assert "".join(tree.xpath("//mark/text()")) == citation["quote"]
    assert tree.xpath("//mark/@id") == [f"p{citation['start']}"]
    assert tree.xpath("//div[@class='text']/@lang") == ["en"]
    assert "Opening hours" in [heading.text_content().strip() for heading in tree.xpath("//article//h2")]


def test_right_to_left_document_is_marked_as_such(client: TestClient, assistant: Assistant) -> None:
    tree = page(client, f"/documents/{document_id(assistant, 'عيادة')}")
    assert tree.xpath("//div[@class='text']/@lang") == ["ar"]
    assert set(tree.xpath("//div[@class='text']/p/@dir")) == {"auto"}


def test_hostile_title_is_only_text(client: TestClient, assistant: Assistant) -> None:
    tree = page(client, f"/documents/{document_id(assistant, 'Night duty')}")
    assert text(tree, "//h1") == HOSTILE_TITLE
    assert text(tree, "//dd[@class='internal']")


@pytest.mark.parametrize(
    "span", ["start=5", "start=9&end=5", "start=-1&end=4", "start=0&end=99999999", "start=x&end=y"]
)
def test_impossible_spans_mark_nothing(client: TestClient, assistant: Assistant, span: str) -> None:
    tree = page(client, f"/documents/{document_id(assistant, 'Residence')}?{span}")
    assert not tree.xpath("//mark")


def test_missing_document_is_a_page_with_a_log_id(client: TestClient) -> None:
    response = client.get("/documents/nope", headers=BROWSER)
    tree = page(client, "/documents/nope", 404)
    assert tree.xpath("//*[@role='alert']")
    assert response.headers["x-log-id"] in response.text


def test_reference_lists_every_operation(client: TestClient) -> None:
    tree = page(client, "/docs")
    shown = set(tree.xpath("//section/h2/code/text()"))
    paths = client.get("/openapi.json").json()["paths"]
    assert shown == {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


# -- their parts -------------------------------------------------------------------------------------------------------


def test_words_are_found_across_accents_case_and_endings() -> None:
    line = "I comuni e la CITTÀ: 35 comunità, ştiri; в общинах"
    found = [line[span.start : span.end] for span in find_words("comune citta 35 știri община", line)]
    assert found == ["comuni", "CITTÀ", "35", "ştiri", "общинах"]


def passage(text: str, sentences: tuple[Span, ...], start: int = 0) -> Passage:
    return Passage("d-1", "d", text, Span(start, start + len(text)), sentences, "", "en", None, None)


def test_excerpt_is_whole_sentences_around_the_words() -> None:
    sentences = [f"Sentence number {n} says nothing of use to anybody at all here." for n in range(20)]
    sentences[12] = "The quokka lives here."
    joined = " ".join(sentences)
    spans = []
    for sentence in sentences:
        start = joined.index(sentence)
        spans.append(Span(1000 + start, 1000 + start + len(sentence)))
    shown = excerpt(passage(joined, tuple(spans), 1000), "quokka")
    words = "".join(piece.text for piece in shown.pieces)
    assert "The quokka lives here." in words
    assert [piece.text for piece in shown.pieces if piece.marked] == ["quokka"]
    assert joined[shown.span.start - 1000 : shown.span.end - 1000] == words
    assert (shown.starts_inside, shown.ends_inside, len(words) <= 360) == (True, True, True)


def test_excerpt_of_a_passage_without_sentences_is_the_passage() -> None:
    shown = excerpt(passage("no sentences", ()), "none")
    assert "".join(piece.text for piece in shown.pieces) == "no sentences"
    assert shown.span == Span(0, 12)


def test_paragraphs_keep_every_character_of_the_span() -> None:
    body = "Head\n\nFirst paragraph.\nSecond line.\n\n\nThird."
    quoted = Span(body.index("paragraph"), body.index("rd."))
    shown = paragraphs(body, [], quoted)
    marked = [run for paragraph in shown for run in paragraph.runs if run.marked]
    assert [run.text for run in marked] == ["paragraph.\nSecond line.", "Thi"]
    assert [run.anchor for run in marked] == [f"p{quoted.start}", None]
    assert ["".join(run.text for run in paragraph.runs) for paragraph in shown] == [
        "Head",
        "First paragraph.\nSecond line.",
        "Third.",
    ]
