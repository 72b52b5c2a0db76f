"""Kept searches and their feeds: whose they are, what is new in them, what a feed reader gets without a credential."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from fastapi.testclient import TestClient
from lxml import html

from assistant.access import Access, Caller
from assistant.assistant import Assistant
from assistant.event import Actor
from assistant.person import erase_person, export_person
from assistant.reader import Reader
from assistant.saved_searches import MOST_SAVED, SavedSearches
from assistant.settings import load_settings
from assistant.wiring import open_access, open_generations, open_library
from index.document import Audience
from index.embedding import Embedder
from index.errors import InvalidRequest, NotFound
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest
from tests.ui.conftest import ORIGIN
from ui.app import create_app
from ui.exports.atom import Feed, FeedEntry, atom

ANNA, BEN = Caller("researcher", EVERYTHING, "key:anna"), Caller("researcher", EVERYTHING, "key:ben")
PAGE = {"Accept": "text/html"}


class Desk:
    """A library that grows while its server runs, and a researcher's, a narrow researcher's and a second one's keys."""

    def __init__(self, index: Index, reader: Reader, folder: Path) -> None:
        settings = load_settings(data_dir=folder / "data")
        self.index, self.folder, self.library = index, folder, index.library
        self.access: Access = open_access(settings, index.library)
        self.keys = {
            "one": self.access.keys.create("researcher", days=1),
            "two": self.access.keys.create("researcher", days=1),
            "narrow": self.access.keys.create("researcher", days=1, collections=["open"]),
        }
        self.client = TestClient(
            create_app(Assistant(index, reader, settings), self.access), base_url=ORIGIN, follow_redirects=False
        )
        self.write("Ferries", "The ferry to Ostrava leaves at nine.", "open", Audience.PUBLIC)
        self.write("Cellar", "The ferry's key hangs in the cellar.", "closed", Audience.INTERNAL)

    def write(self, title: str, text: str, collection: str = "open", audience: Audience = Audience.PUBLIC) -> None:
        path = self.folder / f"{title}.txt"
        path.write_text(f"{title}\n\n{text}\n", encoding="utf-8")
        report = ingest([str(path)], lambda: self.index, self.library, audience=audience, collection=collection)
        assert report.failed == 0, report.items

    def get(self, path: str, who: str = "one") -> html.HtmlElement:
        response = self.client.get(path, headers={**PAGE, "Authorization": f"Bearer {self.keys[who].secret}"})
        assert response.status_code == 200, response.text
        return html.document_fromstring(response.text)

    def post(self, path: str, who: str = "one", status: int = 303, **form: str) -> str:
        headers = {**PAGE, "Authorization": f"Bearer {self.keys[who].secret}"}
        response = self.client.post(path, data=form, headers=headers)
        assert response.status_code == status, response.text
        return response.headers.get("location", response.text)

    def saved(self, who: str = "one") -> list[str]:
        forms = self.get("/saved", who).xpath("//form[button[@value='run']]/@action")
        assert isinstance(forms, list)
        return [str(form) for form in forms]

    def feed_of(self, form: str, who: str = "one") -> str:
        made = html.document_fromstring(self.post(form, who, 200, act="feed"))
        return urlsplit(str(made.xpath("string(//p[@class='made']/code)"))).path


@pytest.fixture
def desk(tmp_path: Path, embedder: Embedder, reader: Reader) -> Iterator[Desk]:
    settings = load_settings(data_dir=tmp_path / "data")
    library = open_library(settings)
    index = Index(library, embedder, open_generations(settings, embedder.name))
    with closing(index):
        yield Desk(index, reader, tmp_path)


def test_a_kept_search_tells_what_is_new_and_marks_it(desk: Desk) -> None:
    assert desk.post("/saved", search="q=ferry&language=en&page=2&sel=4&since=1", name=" The  ferries ") == "/saved"
    tree = desk.get("/saved")
    assert tree.xpath("//li/h2/bdi/text()") == ["The ferries"]
    assert "Nothing new" in tree.text_content()
    desk.write("Winter ferries", "In winter the ferry leaves at ten.")
    assert "New: 1" in desk.get("/saved").text_content()
    (form,) = desk.saved()
    address = desk.post(form, act="run")
    query = parse_qs(urlsplit(address).query)
    assert (query["q"], query["language"], "sel" in query, "page" in query) == (["ferry"], ["en"], False, False)
    results = desk.get(address)
    assert results.xpath("//li[.//strong[@class='new']]/h3/a/text()") == ["Winter ferries"]
    assert "new on this page: 1" in results.get_element_by_id("found").text_content()
    assert "Nothing new" in desk.get("/saved").text_content()


def test_searches_are_named_and_deleted(desk: Desk) -> None:
    desk.post("/saved", search="q=ferry&without=language:it&country=Italy")
    (form,) = desk.saved()
    desk.post(form, act="rename", name="Boats <b>")
    tree = desk.get("/saved")
    assert tree.xpath("//li/h2/bdi/text()") == ["Boats <b>"]
    assert parse_qs(urlsplit(desk.post(form, act="run")).query)["country"] == ["IT"]
    assert desk.post(form, act="rename", status=422, name="   ")
    desk.post(form, act="remove")
    assert desk.saved() == []
    assert desk.post(form, act="run", status=404)


@pytest.mark.parametrize("search", ["", "q=", "language=it", "q=a&country=Atlantis", "q=%ED%A0%80&x"])
def test_what_is_no_search_is_not_kept(desk: Desk, search: str) -> None:
    if search.startswith("q=%ED"):
        desk.post("/saved", search=search)  # replaced by the signs of what cannot be read
        return
    desk.post("/saved", search=search, status=422)


def test_what_is_kept_is_its_owners_alone(desk: Desk) -> None:
    desk.post("/saved", search="q=ferry")
    (form,) = desk.saved()
    assert desk.saved("two") == []
    for act in ("run", "rename", "remove", "feed", "end"):
        desk.post(form, "two", 404, act=act, name="Mine")
    assert desk.saved() == [form]


def test_a_feed_needs_no_credential_and_tells_what_its_owner_may_see(desk: Desk) -> None:
    for who in ("one", "narrow"):
        desk.post("/saved", who, search="q=ferry", name=f"Ferries of {who}")
    wide, narrow = (desk.feed_of(desk.saved(who)[0], who) for who in ("one", "narrow"))
    found = {path: feedparser.parse(desk.client.get(path).content) for path in (wide, narrow)}
    assert [read.bozo for read in found.values()] == [False, False]
    assert {entry.title for entry in found[wide].entries} == {"Ferries", "Cellar"}
    assert {entry.title for entry in found[narrow].entries} == {"Ferries"}
    assert found[narrow].feed.title == "Ferries of narrow"
    desk.access.keys.revoke(desk.keys["narrow"].key.id)
    assert [desk.client.get(path).status_code for path in (wide, narrow)] == [200, 404]


def test_a_feed_opens_nothing_else_and_ends_when_it_is_told_to(desk: Desk) -> None:
    desk.post("/saved", search="q=ferry")
    (form,) = desk.saved()
    first = desk.feed_of(form)
    token = first.rpartition("/")[2]
    for path in ("/v1/search?q=ferry", "/", "/saved", "/v1/documents"):
        assert desk.client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    second = desk.feed_of(form)
    assert [desk.client.get(path).status_code for path in (first, second)] == [404, 200]
    desk.post(form, act="end")
    assert desk.client.get(second).status_code == 404
    stored = desk.folder / "data" / "library.sqlite3"
    desk.feed_of(form)
    assert token.encode() not in stored.read_bytes() + stored.with_name(stored.name + "-wal").read_bytes()


def test_a_feeds_address_is_in_no_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.post("/saved", search="q=ferry")
    path = desk.feed_of(desk.saved()[0])
    with caplog.at_level(logging.DEBUG, "missiondesk"):
        desk.client.get(path)
        desk.client.get(path + "x")
    written = json.dumps([record.__dict__ for record in caplog.records], default=str)
    assert "/feeds/{token}" in written
    assert path.rpartition("/")[2] not in written


def test_entries_keep_their_ids_and_the_newest_comes_first(desk: Desk) -> None:
    desk.post("/saved", search="q=ferry")
    path = desk.feed_of(desk.saved()[0])
    before = feedparser.parse(desk.client.get(path).content)
    desk.write("Ferries", "The ferry to Ostrava leaves at eleven now.")
    desk.write("Night ferries", "At night there is no ferry.")
    after = feedparser.parse(desk.client.get(path).content)
    assert [entry.title for entry in after.entries] == ["Night ferries", "Ferries", "Cellar"]
    ids = {entry.title: entry.id for entry in after.entries}
    assert {entry.title: entry.id for entry in before.entries} == {name: ids[name] for name in ("Ferries", "Cellar")}
    assert after.feed.id == before.feed.id
    assert all(entry.link.startswith(f"{ORIGIN}/documents/") for entry in after.entries)
    assert after.feed.updated_parsed >= before.feed.updated_parsed


def test_a_reader_that_has_it_already_is_sent_nothing(desk: Desk) -> None:
    desk.post("/saved", search="q=ferry")
    path = desk.feed_of(desk.saved()[0])
    first = desk.client.get(path)
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        again = desk.client.get(path, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
    for headers in ({"If-None-Match": '"x"', "If-Modified-Since": modified}, {"If-Modified-Since": "soon"},
                    {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}):  # fmt: skip
        assert desk.client.get(path, headers=headers).status_code == 200


def test_any_search_has_a_feed_for_whoever_sends_a_credential(desk: Desk) -> None:
    tree = desk.get("/?q=ferry&language=en&sel=1")
    (link,) = tree.xpath("//link[@rel='alternate']/@href")
    assert link == "/feed.atom?q=ferry&language=en"
    sent = {"Authorization": f"Bearer {desk.keys['narrow'].secret}"}
    read = feedparser.parse(desk.client.get(link, headers=sent).content)
    assert [entry.title for entry in read.entries] == ["Ferries"]
    assert desk.client.get(link).status_code == 401
    assert desk.client.get("/feed.atom?q=", headers=sent).status_code == 422


def test_rights_are_those_of_now(desk: Desk) -> None:
    rights = desk.access.rights
    assert rights("loopback") is None, "there are keys"
    assert rights(desk.keys["narrow"].key.owner) == desk.access.caller(desk.keys["narrow"].secret).scope
    assert rights("key:nobody") is None
    assert rights("oidc:anna") == PUBLIC_ONLY
    begun = desk.access.sign_ins.begin_for("oidc:anna", "researcher")
    assert rights("oidc:anna") == EVERYTHING
    desk.access.sign_ins.end(begun.token)
    assert rights("oidc:anna") == PUBLIC_ONLY


def test_a_person_is_told_of_their_searches_and_rid_of_them(desk: Desk) -> None:
    saved, root = SavedSearches(desk.library.engine), Actor("cli:root")
    for caller in (ANNA, BEN):
        held = saved.add(caller, f"Search of {caller.owner}", "q=ferry", 0)
        saved.open_feed(held.id, caller)
    told = export_person(desk.library.engine, ANNA.owner, root)["saved_searches"]
    assert json.dumps(told).count("Search of key:anna") == 1
    assert "ben" not in json.dumps(told)
    assert erase_person(desk.library.engine, ANNA.owner, root).counts["saved_searches"] == 1
    assert (saved.of(ANNA), len(saved.of(BEN))) == ([], 1)


def test_a_list_is_bounded(desk: Desk) -> None:
    saved = SavedSearches(desk.library.engine)
    for number in range(MOST_SAVED):
        saved.add(ANNA, f"{number}", "q=ferry", 0)
    with pytest.raises(InvalidRequest):
        saved.add(ANNA, "one more", "q=ferry", 0)
    saved.add(BEN, "first", "q=ferry", 0)
    with pytest.raises(NotFound):
        saved.of_feed("mdf_nothing")


def test_whatever_a_document_says_is_valid_in_a_feed(desk: Desk) -> None:
    found = feedparser.parse(desk.client.get("/feed.atom?q=a", headers={
        "Authorization": f"Bearer {desk.keys['one'].secret}"}).content)  # fmt: skip
    assert not found.bozo
    when = desk.access.keys.all()[0].created_at
    hostile = "<script>&]]>\x00\x0b\ud800 \ufffe عيادة"
    entry = FeedEntry("urn:x:1", hostile, "https://desk.example/?a=1&b=2", when, "ar", hostile, hostile)
    read = feedparser.parse(atom(Feed("urn:x", hostile, hostile, "https://desk.example/", "en", when, [entry])))
    assert (read.bozo, read.entries[0].title_detail.type) == (False, "text/plain")
    assert read.entries[0].link == "https://desk.example/?a=1&b=2"
