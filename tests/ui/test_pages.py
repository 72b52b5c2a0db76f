"""The researchers' pages: search with its state in the address, and documents with the quote marked."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from assistant.assistant import Assistant
from assistant.search_page import SearchPage
from index.document import Passage, Span
from index.hit import Facet
from index.scope import EVERYTHING
from tests.ui.conftest import HOSTILE_TITLE, PERMIT_QUOTE
from ui.excerpt import excerpt
from ui.facets import facet_groups
from ui.languages import preferred_language
from ui.reading import QuoteState, Text
from ui.search_state import SearchState
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
    assert not tree.xpath("//script[not(@type='application/ld+json')] | //@onclick | //@onerror | //@style | //style")
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
    assert narrowed.xpath("//form[@role='search']//input[@name='language']/@value") == ["it"]
    assert narrowed.xpath("//aside//a[@class='chosen']/@href") == ["/?q=Vellmar"]


def test_values_of_a_field_add_up_and_fields_narrow(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar&language=it&language=ar")
    assert set(strings(tree, "//section//blockquote/@lang")) == {"it", "ar"}
    assert strings(tree, "//form[@role='search']//input[@name='language']/@value") == ["it", "ar"]
    chosen = tree.xpath("//aside//a[@class='chosen']")
    assert [link.get("href") for link in chosen] == ["/?q=Vellmar&language=ar", "/?q=Vellmar&language=it"]
    assert chosen[0].get("aria-label") == "Remove the filter Italian"
    assert strings(tree, "//aside//a[@class='clear']/@href") == ["/?q=Vellmar"]
    english = tree.xpath("//aside//a[contains(., 'English')]")[0]
    assert parse_qs(urlsplit(english.get("href")).query)["language"] == ["it", "ar", "en"]
    staff = tree.xpath("//aside//a[contains(., 'Everyone')]") or tree.xpath("//aside//a[contains(., 'Staff only')]")
    assert staff == []  # all that is left is public: there is nothing to choose


def test_every_group_has_a_heading_and_links(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar")
    assert strings(tree, "//aside/h2/text()") == ["Language", "Kind of file", "Collection", "Who may read it"]
    for link in tree.xpath("//aside//ul/li/a[not(@class)]"):
        count = int(link.xpath("./span/text()")[0])
        assert f": {count}" in text(page(client, link.get("href")), "//*[@id='found']")


def test_values_are_shown_as_people_write_them(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar&country=italy&type=PDF&year=2018")
    assert strings(tree, "//aside//a[@class='chosen']/bdi/text()") == ["Italy", "2018", "PDF"]
    arabic = page(client, "/?q=Vellmar&country=IT", language="ar")
    assert strings(arabic, "//aside//a[@class='chosen']/bdi/text()") == ["إيطاليا"]


@pytest.mark.parametrize("filters", ["year=18", "country=Atlantis", "type=exe", "audience=all", "language=xx"])
def test_an_impossible_filter_is_explained_and_dropped(client: TestClient, filters: str) -> None:
    tree = page(client, f"/?q=Vellmar&{filters}", 422)
    assert text(tree, "//*[@role='alert']")
    assert strings(tree, "//form//input/@name") == ["q"]


def test_rare_values_stand_behind_more() -> None:
    facets = tuple(Facet("theme", f"Theme {number:02}", 100 - number) for number in range(30))
    years = tuple(Facet("year", str(year), year % 7 + 1) for year in (2017, 2020, 2018))
    found = SearchPage("q", "en", 100, (), facets + years)
    theme, year = facet_groups(SearchState(q="q", theme=["Theme 29"]), found)[0], facet_groups(SearchState(), found)[1]
    assert [link.value for link in theme.first] == ["Theme 29", *(f"Theme {number:02}" for number in range(7))]
    assert len(theme.more) == 22
    assert (theme.first[0].chosen, theme.first[0].url) == (True, "/?q=q")
    assert [link.value for link in year.first] == ["2020", "2018", "2017"]


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
    assert set(tree.xpath("//input[@name='q']/@value")) == {hostile}


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


def test_blocks_keep_every_character_of_the_span() -> None:
    body = "Head\n\nFirst paragraph.\nSecond line.\n\n\nThird."
    quoted = Span(body.index("paragraph"), body.index("rd."))
    shown = Text(body, []).read(QuoteState(start=quoted.start, end=quoted.end)).body
    runs = [run for block in shown for row in block.rows for cell in row for run in cell]
    assert [run.text for run in runs if run.marked] == ["paragraph.\nSecond line.", "Thi"]
    assert [run.anchor for run in runs if run.marked] == [f"p{quoted.start}", None]
    assert [block.kind for block in shown] == ["heading", "paragraph", "paragraph"]
    assert "".join(run.text for run in runs) == "HeadFirst paragraph.\nSecond line.Third."
