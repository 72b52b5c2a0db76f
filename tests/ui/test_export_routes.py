"""Exports over HTTP and from the shell: who gets what, as which file, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import time
from urllib.parse import urlsplit

import pytest
import rispy
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from assistant.settings import Settings
from tests.ui.conftest import CANARY, ORIGIN, PERMIT_QUOTE
from ui.bodies.export import MOST_EXPORTED
from ui.cli import command_line
from ui.exports.format import Format

MEDIA = {
    "ris": "application/x-research-info-systems", "bibtex": "application/x-bibtex",
    "csl": "application/vnd.citationstyles.csl+json", "csv": "text/csv", "jsonld": "application/ld+json",
}  # fmt: skip


@pytest.fixture(scope="module")
def ids(client: TestClient) -> dict[str, str]:
    """Ids of documents by audience, of one each."""
    return {d["audience"]: d["id"] for d in client.get("/v1/documents").json()["documents"]}


@pytest.fixture(scope="module")
def hit(client: TestClient) -> dict[str, str]:
    hits: list[dict[str, str]] = client.get("/v1/search", params={"q": "permit office hours"}).json()["hits"]
    return next(hit for hit in hits if PERMIT_QUOTE in hit["text"])


@pytest.mark.parametrize("format_", Format)
def test_each_format_is_a_file_of_its_type(client: TestClient, ids: dict[str, str], format_: Format) -> None:
    response = client.get("/v1/export", params={"ids": ids["public"], "format": format_.value})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == MEDIA[format_.value]
    assert response.headers["x-content-type-options"] == "nosniff"
    disposition = response.headers["content-disposition"]
    assert disposition.isascii()
    assert disposition.startswith('attachment; filename="missiondesk.')


def test_a_passage_brings_its_words_and_the_way_to_them(client: TestClient, hit: dict[str, str]) -> None:
    passage = client.get("/v1/export", params={"ids": hit["passage_id"], "format": "csl"}).json()[0]
    assert passage["note"] == hit["text"]
    assert (passage["title"], passage["language"], passage.get("section")) == (hit["title"], "en", hit["section"])
    address = passage["URL"]
    assert address.startswith(f"{ORIGIN}/documents/{hit['document_id']}?start=")
    path = urlsplit(address)
    page = client.get(f"{path.path}?{path.query}", headers={"Accept": "text/html"})
    assert PERMIT_QUOTE in page.text
    assert f'id="{path.fragment}"' in page.text


def test_ids_keep_their_order_and_come_once(client: TestClient, ids: dict[str, str], hit: dict[str, str]) -> None:
    wanted = [hit["passage_id"], ids["internal"], ids["public"]]
    for given in ({"ids": wanted}, {"ids": ",".join([*wanted, wanted[0]])}):
        rows = client.get("/v1/export", params={**given, "format": "csl"}).json()
        assert [row["id"] for row in rows] == wanted
    posted = client.post("/v1/export", json={"ids": wanted, "format": "csl"}).json()
    assert [row["id"] for row in posted] == wanted


def test_a_search_is_exported_in_its_order(client: TestClient) -> None:
    asked = {"q": "Vellmar", "language": ["it", "ar"]}
    hits = client.get("/v1/search", params={**asked, "limit": 100}).json()["hits"]
    text = client.get("/v1/export", params={**asked, "format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["id"], row["quote"]) for row in rows] == [(hit["passage_id"], hit["text"]) for hit in hits]


def test_a_visitor_exports_what_it_may_cite_and_nothing_else(
    client: TestClient, visitor: dict[str, str], ids: dict[str, str]
) -> None:
    def export(**given: object) -> tuple[int, str]:
        response = client.get("/v1/export", params={**given, "format": "csv"}, headers=visitor)  # type: ignore[dict-item]
        return response.status_code, response.text

    assert export(ids=ids["public"])[0] == 200
    found = export(q="code word of the medicine cupboard")
    assert found[0] == 200
    assert CANARY not in found[1]
    internal = client.get("/v1/search", params={"q": CANARY, "collection": "internal"}).json()["hits"][0]["passage_id"]
    refusals = [
        client.get("/v1/export", params={"ids": [ids["public"], wanted], "format": "ris"}, headers=visitor).json()
        for wanted in (ids["internal"], internal, "f" * 20, f"{'f' * 20}-1", f"{ids['public']}-999999", "x-1", "؟")
    ]
    assert {refusal["status"] for refusal in refusals} == {404}
    assert len({json.dumps({**refusal, "log_id": ""}) for refusal in refusals}) == 1


def test_a_passage_under_another_documents_name_is_missing(
    client: TestClient, ids: dict[str, str], hit: dict[str, str]
) -> None:
    number = hit["passage_id"].rpartition("-")[2]
    assert client.get("/v1/export", params={"ids": f"{ids['internal']}-{number}", "format": "ris"}).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"format": "ris"}, {"ids": "a"}, {"ids": "a", "format": "pdf"}, {"ids": "a", "q": "b", "format": "ris"},
        {"q": "", "format": "ris"}, {"q": "a", "limit": 101, "format": "ris"}, {"ids": "a" * 65, "format": "ris"},
        {"ids": ["a"] * (MOST_EXPORTED + 1), "format": "ris"}, {"ids": "a", "language": "it", "format": "ris"},
        {"ids": ",,", "format": "ris"},
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(client: TestClient, asked: dict[str, object]) -> None:
    response = client.get("/v1/export", params=asked)  # type: ignore[arg-type]
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


def test_an_export_that_is_known_is_not_sent_again(client: TestClient, ids: dict[str, str]) -> None:
    params = {"ids": ids["public"], "format": "bibtex"}
    tag = client.get("/v1/export", params=params).headers["etag"]
    again = client.get("/v1/export", params=params, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/v1/export", params=params, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_shell_writes_the_same_formats(client: TestClient, settings: Settings) -> None:
    run = CliRunner().invoke(
        command_line(), ["--data-dir", str(settings.data_dir), "search", "permit office", "--format", "ris"]
    )
    assert run.exit_code == 0, run.output
    titles = [entry["title"] for entry in rispy.loads(run.stdout)]
    hits = client.get("/v1/search", params={"q": "permit office"}).json()["hits"]
    assert titles == [hit["title"] for hit in hits]


def test_ten_thousand_ranges_cost_nothing(client: TestClient, ids: dict[str, str]) -> None:
    ranges = "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 20_000, 2))
    for path in (f"/v1/export?ids={ids['public']}&format=csv", f"/v1/documents/{ids['public']}", "/static/site.css"):
        client.get(path)
        started = time.perf_counter()
        response = client.get(path, headers={"Range": ranges})
        assert response.status_code in {200, 206, 416}
        assert len(response.content) < 100_000
        assert time.perf_counter() - started < 2, path  # some 20 ms on a machine with nothing else to do
