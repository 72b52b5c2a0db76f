"""What may be left out, put in order, put aside, cited and taken along, without a script and with the address alone."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import rispy
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.ui.conftest import CANARY, ORIGIN, PERMIT_QUOTE
from tests.ui.keyed import PUBLIC_KEY, STAFF_KEY, KeyedAccess
from tests.ui.test_pages import page, strings, text
from ui.api_call import api_call
from ui.app import create_app
from ui.exports.record import document_record
from ui.exports.reference import references
from ui.search_state import SearchState
from ui.selection import MOST_SELECTED, selected


def numbers(client: TestClient, words: str = "Vellmar") -> list[int]:
    hits = client.get("/v1/search", params={"q": words, "limit": 100}).json()["hits"]
    return [int(hit["passage_id"].rpartition("-")[2]) for hit in hits]


# -- leaving out, and order --------------------------------------------------------------------------------------------


def test_what_is_left_out_is_in_no_result_and_can_be_admitted_again(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar")
    leave = tree.xpath("//aside//a[@class='leave'][@aria-label='Leave out Italian']/@href")[0]
    without = page(client, leave)
    assert "it" not in strings(without, "//section//blockquote/@lang")
    total = int(text(tree, "//*[@id='found']").rpartition(" ")[2])
    italian = int(tree.xpath("//aside//a[contains(., 'Italian')]/span/text()")[0])
    assert text(without, "//*[@id='found']").endswith(f": {total - italian}")
    assert strings(without, "//aside//a[@class='out']/@href") == ["/?q=Vellmar"]
    assert strings(without, "//form[@role='search']//input[@name='without']/@value") == ["language:it"]


@pytest.mark.parametrize("field", ["language:it", "type:text", "audience:internal", "collection:public"])
def test_page_and_api_leave_out_the_same(client: TestClient, field: str) -> None:
    state = SearchState(q="Vellmar", without=[field])
    call = api_call(state)
    found = client.get(call.get).json()
    assert client.post("/v1/search", json=json.loads(call.post)).json()["total"] == found["total"]
    whole = client.get("/v1/search", params={"q": "Vellmar"}).json()
    name, _, value = field.partition(":")
    assert found["total"] == whole["total"] - whole["facets"][name][value]
    assert value not in found["facets"][name]


@pytest.mark.parametrize("pair", ["it", "language:", "language:xx", "colour:red", "year:soon"])
def test_what_cannot_be_left_out_is_explained(client: TestClient, pair: str) -> None:
    assert client.get("/v1/search", params={"q": "Vellmar", "without": pair}).status_code == 422
    assert text(page(client, f"/?q=Vellmar&without={pair}", 422), "//*[@role='alert']")


def test_results_can_be_put_in_order(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar")
    assert strings(tree, "//p[@class='sorts']/a[@aria-current]/@href") == ["/?q=Vellmar"]
    newest = strings(tree, "//p[@class='sorts']/a/@href")[1]
    assert parse_qs(urlsplit(newest).query) == {"q": ["Vellmar"], "sort": ["date:desc"]}
    shown = strings(page(client, newest), "//li//h3/a/@lang")
    assert shown[0] == "en", "the one document with a date"
    found = client.get("/v1/search", params={"q": "Vellmar", "sort": "date:desc"}).json()["hits"]
    assert [hit["language"] for hit in found] == shown
    exported = client.get("/v1/export", params={"q": "Vellmar", "sort": "date:desc", "format": "csl"}).json()
    assert [item["id"] for item in exported] == [hit["passage_id"] for hit in found]


# -- putting aside -----------------------------------------------------------------------------------------------------


def test_boxes_put_passages_into_the_basket_and_take_them_out(client: TestClient) -> None:
    tree = page(client, "/?q=Vellmar")
    boxes = strings(tree, "//ol//input[@type='checkbox'][@name='sel']/@value")
    assert len(boxes) == len(numbers(client))
    assert strings(tree, "//ol//input[@checked]/@value") == []
    # As a browser sends the form with two boxes ticked, and something from another page.
    kept = page(client, f"/?q=Vellmar&sel=777777&sel={boxes[0]}&sel={boxes[1]}")
    assert strings(kept, "//ol//input[@checked]/@value") == boxes[:2]
    assert strings(kept, "//form[not(@role)]//input[@type='hidden'][@name='sel']/@value") == ["777777"]
    assert "Basket (3)" in text(kept, "//p[@class='basket']")
    links = strings(kept, "//aside//a/@href | //p[@class='sorts']/a/@href | //p[@class='basket']/a/@href")
    assert {parse_qs(urlsplit(link).query)["sel"][0] for link in links} == {f"777777,{boxes[0]},{boxes[1]}"}
    whole = strings(tree, "//div[@class='selecting']/a/@href")
    assert [parse_qs(urlsplit(link).query)["sel"] for link in whole] == [[",".join(boxes)]]


def test_the_basket_shows_cites_and_exports_what_is_in_it(client: TestClient) -> None:
    chosen = numbers(client)[:3]
    tree = page(client, f"/basket?q=Vellmar&sel={','.join(map(str, chosen))}")
    assert len(tree.xpath("//ol[@class='entries']/li")) == 3
    links = dict(zip(strings(tree, "//p[@class='exports']/a/text()"),
                     strings(tree, "//p[@class='exports']/a/@href"), strict=True))  # fmt: skip
    assert list(links) == ["RIS", "BibTeX", "CSL-JSON", "CSV", "JSON-LD"]
    items = client.get(links["CSL-JSON"]).json()
    assert [int(item["id"].rpartition("-")[2]) for item in items] == chosen
    assert len(rispy.loads(client.get(links["RIS"]).text)) == 3
    cited = strings(tree, "//ul[@class='references']/li/text()")
    assert len(cited) == len(set(cited)) > 0
    assert all(any(item["title"] in line for line in cited) for item in items)
    back = strings(tree, "//main/p[1]/a/@href")[0]
    assert back == f"/?q=Vellmar&sel={','.join(map(str, chosen))}"


def test_a_passage_can_be_taken_out_and_the_rest_put_in_order(client: TestClient) -> None:
    chosen = numbers(client)
    address = f"/basket?sel={','.join(map(str, chosen))}"
    tree = page(client, address)
    removals = strings(tree, "//ol[@class='entries']/li/div[@class='acts']/a/@href")
    left = page(client, removals[0])
    assert len(left.xpath("//ol[@class='entries']/li")) == len(chosen) - 1
    by_date, by_title = strings(tree, "//p[starts-with(@class, 'sorts')]/a/@href")
    assert strings(page(client, by_date), "//li/h2/a/@lang")[0] == "en"
    titles = strings(page(client, by_title), "//li/h2/a/text()")
    assert titles == sorted(titles, key=str.casefold)


def test_a_basket_tells_no_more_than_its_reader_may_see(
    client: TestClient, assistant: Assistant, keyed_access: KeyedAccess
) -> None:
    hits = client.get("/v1/search", params={"q": CANARY, "collection": "internal"}).json()["hits"]
    secret = int(hits[0]["passage_id"].rpartition("-")[2])
    assert assistant.index.library.passages.read([secret], EVERYTHING)
    assert assistant.index.library.passages.read([secret], PUBLIC_ONLY) == {}
    keyed = TestClient(create_app(assistant, keyed_access), base_url=ORIGIN)
    seen = [
        keyed.get(f"/basket?sel={number}", headers={"Authorization": f"Bearer {key}", "Accept": "text/html"}).text
        for key, number in ((STAFF_KEY, secret), (PUBLIC_KEY, secret), (PUBLIC_KEY, 999999999))
    ]
    assert [CANARY in body for body in seen] == [True, False, False]
    assert seen[1] == seen[2].replace("999999999", str(secret))
    tree = page(client, "/basket?sel=999999999")
    assert text(tree, "//p[@class='problem']").startswith("Passages that are gone or that you may not see: 1.")
    assert not tree.xpath("//ol")


@pytest.mark.parametrize("value", ["", "x", "-1", "1;2", "0", "9" * 40, "١", ",,"])
def test_strange_selections_are_harmless(client: TestClient, value: str) -> None:
    assert selected(value) == ()
    assert "The basket is empty" in text(page(client, f"/basket?sel={value}"), "//main")
    page(client, f"/?q=Vellmar&sel={value}")


def test_a_basket_is_bounded() -> None:
    assert len(selected(",".join(map(str, range(1, 1000))))) == MOST_SELECTED
    assert selected(["3,1", "3", "2"]) == (3, 1, 2)


# -- citing ------------------------------------------------------------------------------------------------------------


def test_a_hit_is_cited_where_it_stands(client: TestClient) -> None:
    first = page(client, "/?q=permit+office+Vellmar").xpath("//section//ol/li")[0]
    reference = " ".join(first.xpath(".//p[@class='reference']/text()"))
    assert "Residence permits in Vellmar" in reference
    assert "2024" in reference
    assert "/documents/" in reference
    ris = first.xpath(".//details//a[text()='RIS']/@href")[0]
    assert PERMIT_QUOTE in client.get(ris).text


def test_references_come_in_their_order_on_one_line(assistant: Assistant) -> None:
    documents = assistant.documents(scope=EVERYTHING)
    cited = references([document_record(document, "https://desk.example") for document in documents])
    assert len(cited) == len(documents)
    assert all(f"/documents/{document.id}" in line for document, line in zip(documents, cited, strict=True))
    assert references([]) == []
