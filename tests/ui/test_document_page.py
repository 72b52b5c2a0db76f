"""A document's page: its text with its structure, what it tells programs, and where else the same text stands."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_access, open_generations, open_library
from index.document import Audience, Passage, Span, Translation
from index.embedding import Embedder
from index.index import Index
from index.scope import EVERYTHING
from ingest.pipeline import ingest
from tests.ui.conftest import ORIGIN, PERMIT_QUOTE
from tests.ui.test_exports import records
from tests.ui.test_pages import BROWSER, document_id, page, strings, text
from ui.app import create_app
from ui.embedded import Described, coins, linked_data, meta_tags
from ui.exports.record import Record
from ui.fragment import text_fragment
from ui.reading import MOST_ENTRIES, QuoteState, Text

GUIDE = """# Guide for new arrivals

## Health

### Emergencies

Call 112 at any hour; the call is free from every telephone, and somebody answers in several languages.

### Doctors

Every family may choose a doctor of its own, and it may change to another one twice in a year.

## Papers

Bring these papers with you when you come to the desk:

- passport
- two photographs
- birth certificate

Then, in this order:

1. Take a number.
2. Wait until it is called.
3. Sign the form.
"""
OFFICES = """Office,Telephone,Opening hours
Vellmar,06 12 34 56,Tuesdays 9-13
Dunmere,06 65 43 21,Fridays
Istmere,06 11 22 33,Mondays
"""
GUIA = GUIDE.replace("Guide for new arrivals", "Guía para recién llegados")
TITLE = "Guide </script><script>alert(1)</script> & arrivals"
SIDECAR = f"""file,title,authors,organisation,country,theme,date,language,translation_of
guide.en.md,{TITLE},Anna Rossi; محمد علي,Meridian Agency,IT,health,2024-03-05,en,
guide.es.md,,,,,,,es,guide.en.md
"""


@pytest.fixture(scope="module")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guides") / "guides"
    folder.mkdir()
    (folder / "guide.en.md").write_text(GUIDE, encoding="utf-8")
    (folder / "metadata.csv").write_text(SIDECAR, encoding="utf-8")
    (folder / "guide.es.md").write_text(GUIA, encoding="utf-8")
    (folder / "offices.csv").write_text(OFFICES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, library_folder: Path, embedder: Embedder) -> Iterator[Index]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("library") / "data")
    index = Index(open_library(settings), embedder, open_generations(settings, embedder.name))
    report = ingest([str(library_folder)], lambda: index, index.library, audience=Audience.PUBLIC)
    assert report.failed == 0, report.items
    yield index
    index.close()


@pytest.fixture(scope="module")
def desk(index: Index, reader: Reader) -> TestClient:
    settings = load_settings()
    app = create_app(Assistant(index, reader, settings), open_access(settings, index.library))
    return TestClient(app, base_url=ORIGIN)


def named(index: Index, uri: str) -> str:
    return next(each.id for each in index.library.documents(EVERYTHING) if each.uri.endswith(uri))


# -- the text ----------------------------------------------------------------------------------------------------------


def test_headings_have_levels_and_are_listed(desk: TestClient, index: Index) -> None:
    tree = page(desk, f"/documents/{named(index, 'guide.en.md')}")
    levels = [
        (element.tag, element.text_content()) for element in tree.xpath("//*[@class='text']//*[self::h2|self::h3]")
    ]
    assert levels[-4:] == [("h2", "Health"), ("h3", "Emergencies"), ("h3", "Doctors"), ("h2", "Papers")]
    listed = tree.xpath("//details//li[a]")
    assert [entry.text_content().strip() for entry in listed][-4:] == ["Health", "Emergencies", "Doctors", "Papers"]
    for entry in listed:
        target = str(entry.xpath("./a/@href")[0]).removeprefix("#")
        assert text(tree, f"//*[@id='{target}']") == entry.text_content().strip()


def test_lists_are_lists(desk: TestClient, index: Index) -> None:
    tree = page(desk, f"/documents/{named(index, 'guide.en.md')}")
    papers, steps = tree.xpath("//*[@class='text']//ul")
    assert [item.text_content() for item in papers] == ["passport", "two photographs", "birth certificate"]
    assert [item.text_content() for item in steps] == [
        "1. Take a number.",
        "2. Wait until it is called.",
        "3. Sign the form.",
    ]
    assert steps.get("class") == "numbered"


def test_tables_are_tables_and_a_row_can_be_marked(desk: TestClient, index: Index) -> None:
    offices = named(index, "offices.csv")
    stored = index.library.document(offices, EVERYTHING).text
    start = stored.index("Office: Dunmere")
    end = stored.index("\n", start)
    tree = page(desk, f"/documents/{offices}?start={start}&end={end}")
    assert strings(tree, "//table//th/text()") == ["Office", "Telephone", "Opening hours"]
    assert [[cell.text_content() for cell in row] for row in tree.xpath("//tbody/tr")] == [
        ["Vellmar", "06 12 34 56", "Tuesdays 9-13"], ["Dunmere", "06 65 43 21", "Fridays"],
        ["Istmere", "06 11 22 33", "Mondays"],
    ]  # fmt: skip
    assert strings(tree, "//mark/text()") == ["Dunmere", "06 65 43 21", "Fridays"]
    assert strings(tree, "//mark/@id") == [f"p{start}"]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ("a | b\nc | d | e", [["a", "b"], ["c", "d", "e"]]),
        ("North\nName: Ann; Age: 4\nName: Bo; Age: 5\nAge: 6", [["North"], ["Ann", "4"], ["Bo", "5"], ["", "6"]]),
        ("Name: A; B; Age: 4\nName: Bo: c; Age: 5", [["A; B", "4"], ["Bo: c", "5"]]),
    ],
)
def test_rows_are_divided_into_cells(lines: str, rows: list[list[str]]) -> None:
    (table,) = Text(lines, []).read(QuoteState()).body
    assert table.kind == "table"
    assert [["".join(run.text for run in cell) for cell in row] for row in table.rows] == rows


@pytest.mark.parametrize(
    "lines", ["Note: one thing\nand another", "First line\nsecond | line\nthird line", "a: b; c: d"]
)
def test_what_is_no_table_stays_a_paragraph(lines: str) -> None:
    (block,) = Text(lines, []).read(QuoteState()).body
    assert block.kind == "paragraph"


def test_each_block_has_its_passages_language(desk: TestClient, index: Index) -> None:
    body = "Good morning to everybody here.\n\nBuongiorno a tutti quanti."
    passages = [passage(body, 0, 31, "en", 1), passage(body, 33, len(body), "it", 2)]
    shown = Text(body, passages).read(QuoteState()).body
    assert [(block.language, block.page) for block in shown] == [("en", 1), ("it", 2)]


def passage(body: str, start: int, end: int, language: str, number: int | None, section: str | None = None) -> Passage:
    return Passage(f"d-{start}", "d", body[start:end], Span(start, end), (), "", language, number, section)


# -- long texts --------------------------------------------------------------------------------------------------------


def long_text(paragraphs: int) -> str:
    choose = random.Random(4)
    words = ["shelter", "permit", "family", "doctor", "school", "appointment", "interpreter", "document", "Vellmar"]
    made = [" ".join(choose.choice(words) + str(choose.randint(1, 99)) for _ in range(60)) for _ in range(paragraphs)]
    return "\n\n".join(f"Chapter {number}\n\n{each}." for number, each in enumerate(made, 1))


def test_a_long_text_is_shown_in_the_part_that_is_quoted() -> None:
    body = long_text(600)
    start = body.index("Chapter 500")
    whole = Text(body, [])
    shown = whole.read(QuoteState(start=start, end=start + 11))
    assert shown.parts > 3
    assert shown.part is not None
    assert shown.part > 1
    assert [run.text for block in shown.body for row in block.rows for run in row[0] if run.marked] == ["Chapter 500"]
    parts = [whole.read(QuoteState(part=number)).body for number in range(1, shown.parts + 1)]
    anchors = [block.anchor for part in parts for block in part]
    assert anchors == [block.anchor for block in whole.read(QuoteState(whole=True)).body]
    assert len(shown.outline) == MOST_ENTRIES
    for entry in shown.outline:
        assert entry.anchor in {block.anchor for block in parts[entry.part - 1]}


def test_a_page_asked_for_is_in_the_part_shown() -> None:
    body = long_text(600)
    places = [body.index(f"Chapter {number}\n") for number in range(1, 601)]
    passages = [
        passage(body, start, end, "en", number)
        for number, (start, end) in enumerate(zip(places, [*places[1:], len(body)], strict=True), 1)
    ]
    shown = Text(body, passages).read(QuoteState(page=377))
    assert 377 in {block.page for block in shown.body}
    assert shown.page == 377


def test_the_parts_of_a_long_text_lead_to_each_other(
    desk: TestClient, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.routes.document_page.Text", partial(Text, part=100))
    guide = index.library.document(named(index, "guide.en.md"), EVERYTHING)
    start = guide.text.index("Sign the form")
    quoted = f"start={start}&end={start + 13}"
    tree = page(desk, f"/documents/{guide.id}?{quoted}")
    assert strings(tree, "//mark/text()") == ["Sign the form"]
    assert "Call 112" not in text(tree, "//*[@class='text']")
    seen = []
    while tree.xpath("//nav[@class='parts'][1]/a[@rel='prev']"):
        seen.append(text(tree, "//*[@class='text']"))
        tree = page(desk, strings(tree, "//nav[@class='parts'][1]/a[@rel='prev']/@href")[0])
    seen.append(text(tree, "//*[@class='text']"))
    assert text(tree, "//nav[@class='parts'][1]/span") == f"Part 1 of {len(seen)}"
    whole = page(desk, strings(tree, "//nav[@class='parts'][1]/a[not(@rel)]/@href")[0])
    assert text(whole, "//*[@class='text']") == " ".join(reversed(seen))
    assert strings(whole, "//mark/text()") == ["Sign the form"]
    # A heading of another part is reached in that part.
    for address in strings(tree, "//details//a/@href"):
        anchor = urlsplit(address).fragment
        target = page(desk, address) if "?" in address else tree
        assert target.xpath(f"//*[@id='{anchor}']")


def test_first_load_weighs_little(desk: TestClient, client: TestClient, assistant: Assistant, index: Index) -> None:
    for library_client, id_ in ((desk, named(index, "guide.en.md")), (client, document_id(assistant, "Residence"))):
        sent = [
            library_client.get(address, headers=BROWSER).content
            for address in (f"/documents/{id_}", "/static/site.css")
        ]
        assert sum(len(gzip.compress(each, 9)) for each in sent) <= 15_000
    # The longest text that is shown whole, of words that hardly repeat.
    body = long_text(260)[:120_000]
    shown = Text(body, []).read(QuoteState())
    words = "".join(run.text for block in shown.body for row in block.rows for cell in row for run in cell)
    assert len(gzip.compress(words.encode(), 9)) <= 80_000


# -- what programs read ------------------------------------------------------------------------------------------------


def test_zoteros_tags_say_what_the_sidecar_says(desk: TestClient, index: Index) -> None:
    id_ = named(index, "guide.en.md")
    tree = page(desk, f"/documents/{id_}")
    tags = [(tag.get("name"), tag.get("content")) for tag in tree.xpath("//head/meta[@name]")]
    told = dict(tags)
    assert told["citation_title"] == TITLE
    assert [content for name, content in tags if name == "citation_author"] == ["Anna Rossi", "محمد علي"]
    assert told["citation_publication_date"] == "2024/03/05"
    assert told["citation_language"] == "en"
    assert told["citation_publisher"] == "Meridian Agency"
    assert told["citation_public_url"] == f"{ORIGIN}/documents/{id_}"
    assert told["z.itemType"] == "document"
    assert "citation_pdf_url" not in told


def test_linked_data_is_whole_and_breaks_out_of_nothing(desk: TestClient, index: Index) -> None:
    id_, other = named(index, "guide.en.md"), named(index, "guide.es.md")
    response = desk.get(f"/documents/{id_}", headers=BROWSER)
    assert "<script>alert" not in response.text
    node = json.loads(strings(html.document_fromstring(response.text), "//script/text()")[0])
    assert node["headline"] == TITLE
    assert node["abstract"].startswith("Guide for new arrivals Health Emergencies Call 112")
    assert len(node["abstract"]) <= 301
    assert node["inLanguage"] == "en"
    assert node["keywords"] == "health"
    assert [author["name"] for author in node["author"]] == ["Anna Rossi", "محمد علي"]
    assert node["publisher"] == {"@type": "Organization", "name": "Meridian Agency"}
    assert node["spatialCoverage"] == {"@type": "Country", "identifier": "IT"}
    assert node["datePublished"] == "2024-03-05"
    assert node["dateModified"] == datetime.now(UTC).date().isoformat()
    assert node["isAccessibleForFree"] is True
    assert node["isBasedOn"] == "guides/guide.en.md"
    assert node["url"] == node["@id"] == f"{ORIGIN}/documents/{id_}"
    assert [work["@id"] for work in node["workTranslation"]] == [f"{ORIGIN}/documents/{other}"]


@pytest.mark.parametrize("record", records(200), ids=lambda record: record.id[-4:])
def test_an_openurl_and_the_tags_say_the_same_as_the_record(record: Record) -> None:
    read = parse_qs(coins(record), strict_parsing=True)
    assert read["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"]
    assert read["rft.title"] == [" ".join(record.title.split())]
    assert read.get("rft.creator", []) == [" ".join(author.split()) for author in record.authors]
    assert read.get("rft.date") == ([record.date.isoformat()] if record.date else None)
    assert read["rft.language"] == [record.language]
    assert read.get("rft.identifier") == ([record.url] if record.url else None)
    described = Described(record, record.title, datetime(2024, 1, 2), [Translation("b", "it", record.title, "x")])
    tags = meta_tags(described)
    assert ("citation_title", " ".join(record.title.split())) in tags
    assert ("citation_technical_report_institution" in dict(tags)) == bool(
        record.genre == "report" and record.organisation
    )
    data = str(linked_data(described))
    assert "<" not in data
    assert json.loads(data)["headline"] == record.title
    assert json.loads(data)["workTranslation"][0]["name"] == record.title


def test_the_header_links_to_the_reference_in_each_format(desk: TestClient, index: Index) -> None:
    response = desk.get(f"/documents/{named(index, 'guide.en.md')}", headers=BROWSER)
    links = [link.partition(">; ") for link in response.headers["link"].removeprefix("<").split(", <")]
    described = [address for address, _, told in links if 'rel="describedby"' in told]
    assert len(described) == 5
    for address in described:
        assert desk.get(address).status_code == 200
    shown = strings(html.document_fromstring(response.text), "//p[@class='exports']/a/@href")
    assert [f"{ORIGIN}{address}" for address in shown] == described
    assert [address for address, _, told in links if told == 'rel="cite-as"'] == [
        f"{ORIGIN}/documents/{named(index, 'guide.en.md')}"
    ]


def test_an_internal_document_is_not_said_to_be_for_everybody(client: TestClient, assistant: Assistant) -> None:
    tree = page(client, f"/documents/{document_id(assistant, 'Night duty')}")
    assert "isAccessibleForFree" not in json.loads(strings(tree, "//script/text()")[0])


# -- other places of the same text -------------------------------------------------------------------------------------


def test_translations_lead_to_each_other(desk: TestClient, index: Index) -> None:
    english, spanish = named(index, "guide.en.md"), named(index, "guide.es.md")
    for here, there, tongue in ((english, spanish, "es"), (spanish, english, "en")):
        tree = page(desk, f"/documents/{here}")
        assert strings(tree, "//dl//a[@hreflang]/@href") == [f"/documents/{there}"]
        assert strings(tree, "//head/link[@rel='alternate']/@hreflang") == [tongue]


def test_copies_and_versions_are_told_and_the_address_stays(desk: TestClient, index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    body = "# Night shelter\n\nThe night shelter of Vellmar opens at eight in the evening and has forty beds for all.\n"
    for name in ("first.md", "second.md"):
        (folder / name).write_text(body, encoding="utf-8")
        ingest([str(folder / name)], lambda: index, index.library, audience=Audience.PUBLIC)
    first, second = named(index, "first.md"), named(index, "second.md")
    assert text(page(desk, f"/documents/{second}"), "//dt[.='The same text as']/../dd") == "Night shelter (English)"
    copies = page(desk, f"/documents/{first}")
    assert strings(copies, "//dt[.='Copies of this text']/../dd//a/@href") == [f"/documents/{second}"]
    assert "1, read on" in text(copies, "//dt[.='Version']/../dd")
    assert "replaced" not in text(copies, "//dt[.='Version']/../dd")
    (folder / "first.md").write_text(body.replace("forty", "fifty"), encoding="utf-8")
    ingest([str(folder / "first.md")], lambda: index, index.library, audience=Audience.PUBLIC)
    again = page(desk, f"/documents/{first}")
    assert "fifty beds" in text(again, "//*[@class='text']")
    assert "2, read on" in text(again, "//dt[.='Version']/../dd")
    assert "Earlier versions were replaced" in text(again, "//dt[.='Version']/../dd")
    assert "forty" not in desk.get(f"/documents/{first}", headers=BROWSER).text


# -- links to words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "named_words"),
    [
        (["Réfugiés, demandeurs – d'asile"], ["Réfugiés, demandeurs – d'asile"]),
        (["self-help, today"], ["self-help, today"]),
        (["مكتب الهجرة، الطابق الأول"], ["مكتب الهجرة، الطابق الأول"]),
        (["first line", "  ", "last line"], ["first line", "last line"]),
        (["收容所" * 60], [("收容所" * 60)[:60], ("收容所" * 60)[-60:]]),
        (["word " * 50], [("word " * 12).strip(), ("word " * 12).strip()]),
        (["…", "–"], []),
    ],
)
def test_fragments_say_the_words_and_nothing_else(lines: list[str], named_words: list[str]) -> None:
    fragment = text_fragment(lines)
    assert set(fragment.removeprefix(":~:text=")) <= set(
        "%,._ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    )
    assert [unquote(part) for part in fragment.removeprefix(":~:text=").split(",") if part] == named_words


def test_the_marked_words_have_an_address(client: TestClient, assistant: Assistant) -> None:
    id_ = document_id(assistant, "Residence")
    start = assistant.document(id_, scope=EVERYTHING).text.index(PERMIT_QUOTE)
    tree = page(client, f"/documents/{id_}?start={start}&end={start + len(PERMIT_QUOTE)}")
    address = strings(tree, "//a[@class='quoted']/@href")[0]
    anchor, _, words = urlsplit(address).fragment.partition(":~:text=")
    assert anchor == f"p{start}"
    assert unquote(words) == PERMIT_QUOTE
