"""Searches in ReliefWeb's shape, and the page that shows its search as a call of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from tests.ui.conftest import CANARY
from tests.ui.test_pages import strings
from ui.api_call import api_call
from ui.search_state import SearchState

FIELDS = ["language", "country", "theme", "organisation", "year", "type", "collection", "audience"]
Json = dict[str, Any]


def ask(client: TestClient, headers: dict[str, str] | None = None, query: str = "Vellmar", **more: object) -> Json:
    response = client.post("/v1/search", json={"query": {"value": query}, "limit": 100, **more}, headers=headers)
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def titles(found: Json) -> set[str]:
    return {hit["title"].split()[0] for hit in found["hits"]}


def leaf(field: str, value: object, **more: object) -> Json:
    return {"field": field, "value": value, **more}


def both(*conditions: Json, **more: object) -> Json:
    return {"operator": "AND", "conditions": list(conditions), **more}


ALL = {"Residence", "Ricongiungimento", "عيادة", "Night"}


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (None, ALL),
        (leaf("type", "markdown"), {"Residence"}),
        (leaf("type", "markdown", negate=True), ALL - {"Residence"}),
        (leaf("language", ["it", "ar"]), {"Ricongiungimento", "عيادة"}),
        (leaf("language", ["it", "ar"], negate=True), {"Residence", "Night"}),
        (leaf("type", ["markdown", "text"], operator="AND"), set()),
        (leaf("date", {"from": "2024-03-05", "to": "2024-03-05"}), {"Residence"}),
        (leaf("date", {"to": "2024-03-04"}), set()),
        (leaf("date", {"from": "2024-03-06"}, negate=True), ALL),
        (both(leaf("collection", "public"), leaf("language", "en")), {"Residence"}),
        (both(leaf("collection", "public"), leaf("collection", "internal")), set()),
        (both(leaf("language", "en"), leaf("audience", "internal", negate=True)), {"Residence"}),
        (
            {"operator": "OR", "conditions": [leaf("year", "2024"), leaf("audience", "internal")]},
            {"Residence", "Night"},
        ),
        (
            {"operator": "OR", "negate": True, "conditions": [leaf("year", "2024"), leaf("audience", "internal")]},
            {"Ricongiungimento", "عيادة"},
        ),
        (both(leaf("type", "text"), both(leaf("collection", "public"), negate=True)), {"Night"}),
    ],
)
def test_filters_are_put_together(client: TestClient, filter_: Json | None, expected: set[str]) -> None:
    found = ask(client, filter=filter_)
    assert titles(found) == expected
    assert found["total"] == len(found["hits"])


@pytest.mark.parametrize("filter_", [None, leaf("type", "html", negate=True), leaf("date", {"from": "2020-01-01"})])
def test_a_facets_count_is_the_total_after_its_choice(client: TestClient, filter_: Json | None) -> None:
    found = ask(client, filter=filter_, facets=[{"field": field, "limit": 200} for field in FIELDS])
    assert list(found["facets"]) == FIELDS
    assert found["facets"]["language"]
    for field, values in found["facets"].items():
        for value, count in values.items():
            chosen = both(*([filter_] if filter_ else []), leaf(field, value))
            assert ask(client, filter=chosen)["total"] == count


def test_facets_are_those_asked_for_in_the_order_asked_for(client: TestClient) -> None:
    asked = [{"field": "language", "limit": 2, "sort": "value:asc"}]
    assert list(ask(client, facets=asked)["facets"]["language"]) == ["ar", "en"]
    assert len(ask(client, facets=[{"field": "language", "limit": 1}])["facets"]["language"]) == 1
    assert ask(client)["facets"] == {}


def test_fields_are_those_asked_for(client: TestClient) -> None:
    ids = ["document_id", "passage_id"]
    assert list(ask(client, fields={"include": ["title"]})["hits"][0]) == [*ids, "title"]
    assert "text" not in ask(client, fields={"exclude": ["text", "passage_id"]})["hits"][0]
    assert set(ids) <= ask(client, fields={"exclude": ["text", "passage_id"]})["hits"][0].keys()


def test_dates_put_the_best_in_order_and_pages_go_on(client: TestClient) -> None:
    for sort in ("date:desc", "date:asc"):
        whole = ask(client, sort=[sort])
        dates = [hit["date"] for hit in whole["hits"]]
        assert dates[0] == "2024-03-05"
        assert dates == sorted(dates, key=lambda day: day is None)
        paged, cursor = [], None
        for _ in range(50):
            page = ask(client, sort=[sort], limit=2, cursor=cursor)
            paged += [hit["passage_id"] for hit in page["hits"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert paged == [hit["passage_id"] for hit in whole["hits"]]


def test_a_visitors_filter_never_widens_what_it_sees(client: TestClient, visitor: dict[str, str]) -> None:
    for filter_ in (
        leaf("audience", "internal"), leaf("audience", "public", negate=True), both(leaf("audience", ["internal"])),
        {"operator": "OR", "conditions": [leaf("audience", "internal"), leaf("audience", "public")]},
    ):  # fmt: skip
        found = ask(client, visitor, filter=filter_, facets=[{"field": "audience"}, {"field": "collection"}])
        assert CANARY not in json.dumps(found)
        assert "internal" not in json.dumps(found["facets"])


def nested(depth: int) -> Json:
    return both(nested(depth - 1)) if depth else leaf("type", "pdf")


@pytest.mark.parametrize(
    "more",
    [
        {"filter": {}}, {"filter": {"field": "type"}}, {"filter": {"value": "pdf"}}, {"filter": leaf("type", [])},
        {"filter": {"field": "type", "value": "pdf", "conditions": [leaf("type", "pdf")]}},
        {"filter": leaf("type", "exe")}, {"filter": leaf("country", "Atlantis")}, {"filter": leaf("date", "2024")},
        {"filter": leaf("type", {"from": "2024-01-01"})}, {"filter": leaf("date", {})},
        {"filter": leaf("date", {"from": "2024-02-01", "to": "2024-01-01"})}, {"filter": leaf("source", "x")},
        {"filter": {"operator": "OR", "conditions": [leaf("language", "en"), leaf("type", "pdf")]}},
        {"filter": both(leaf("language", "en"), leaf("language", "it"))}, {"filter": nested(7)},
        {"filter": leaf("language", ["en", "it"], operator="AND")}, {"filter": nested(400)},
        {"filter": both(*[both(*[leaf("type", "pdf")] * 30)] * 2)}, {"filter": leaf("theme", "\ud800")},
        {"sort": ["title:asc"]}, {"sort": []}, {"limit": 101}, {"cursor": "x"}, {"facets": [{"field": "date"}]},
        {"fields": {"include": ["secret"]}}, {"offset": 5}, {"query": {"value": "a", "fields": ["title"]}},
        {"query": {"value": "a", "operator": "AND"}}, {"query": {"value": " "}}, {"query": "a"},
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(client: TestClient, more: Json) -> None:
    body = json.dumps({"query": {"value": "Vellmar"}, **more})
    response = client.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    "address", ["/?q=Vellmar", "/?q=permit+%26+fees%22&language=en&language=it&type=markdown", "/?q=عيادة&page=2"]
)
def test_the_pages_calls_find_what_the_page_shows(client: TestClient, address: str) -> None:
    tree = html.document_fromstring(client.get(address, headers={"Accept": "text/html"}).text)
    get, post = strings(tree, "//details[@class='call']//code/text()")
    by_get = client.get(get.removeprefix("GET ")).json()
    by_post = client.post("/v1/search", json=json.loads(post.partition("\n")[2])).json()
    shown = [link.partition("?")[0] for link in strings(tree, "//ol/li/h3/a/@href")]
    assert shown
    assert [f"/documents/{hit['document_id']}" for hit in by_get["hits"]][-len(shown) :] == shown
    assert by_post["hits"] == by_get["hits"]
    assert by_post["facets"] == by_get["facets"]
    assert by_post["total"] == by_get["total"]


def test_the_page_offers_its_passages_as_files(client: TestClient) -> None:
    tree = html.document_fromstring(client.get("/?q=Vellmar&language=it", headers={"Accept": "text/html"}).text)
    links = strings(tree, "//p[@class='exports']/a/@href")
    assert len(links) == 5
    for link in links:
        response = client.get(link)
        assert response.status_code == 200
        assert "Ricongiungimento" in response.text


def test_a_call_holds_the_whole_state() -> None:
    call = api_call(SearchState(q='a "b"', language=["it"], year=["2018", "2019"], page=3))
    assert call.get == "/v1/search?q=a+%22b%22&language=it&year=2018&year=2019&limit=30"
    body = json.loads(call.post)
    assert (body["query"], body["limit"]) == ({"value": 'a "b"'}, 30)
    conditions = [{"field": "language", "value": ["it"]}, {"field": "year", "value": ["2018", "2019"]}]
    assert body["filter"]["conditions"] == conditions
