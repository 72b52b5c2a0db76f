"""Pages, sitemaps, feeds and crawls: what is found, what is stored, and what a second run sees."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.settings import load_settings
from index.crawled import CrawledPages
from index.document import Audience, Document
from index.errors import InvalidSetting
from index.library import Library
from index.scope import EVERYTHING
from ingest.pipeline import IngestReport
from ingest.web.address import parse_address
from ingest.web.links import find_links
from ingest.web.listing import read_listing
from ingest.web.pace import Pace
from ingest.web.policy import WebPolicy
from tests.ingest.conftest import CountingEmbedder
from tests.ingest.web.conftest import Fetch, Site

Held = Callable[[IngestReport], list[Document]]


def page(name: str, *links: str, head: str = "") -> str:
    anchors = "".join(f'<p>More is said on <a href="{link}">another page</a> of the office.</p>' for link in links)
    return (
        f"<!doctype html><html lang='en'><head><title>{name}</title>{head}</head><body><h1>{name}</h1>"
        f"<p>The {name} in Portovento is open from Monday to Friday. Every service of the {name} is free.</p>{anchors}"
        "</body></html>"
    )


def sitemap(*urls: str) -> str:
    entries = "".join(f"<url><loc>{url}</loc><lastmod>2020-01-01</lastmod></url>" for url in urls)
    return f"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"


def paths(report: IngestReport) -> list[tuple[str, str]]:
    """What became of each item: its path on the site, and its status or the code of its error."""
    return [
        ("/" + item.uri.partition("//")[2].partition("/")[2], item.error.code if item.error else item.status)
        for item in report.items
    ]


@pytest.fixture
def held(library: Library) -> Held:
    def read(report: IngestReport) -> list[Document]:
        return [library.document(str(item.document_id), EVERYTHING) for item in report.items if item.document_id]

    return read


# -- One page ----------------------------------------------------------------------------------------------------------


def test_one_page(site: Site, fetch: Fetch, held: Held, library: Library) -> None:
    site.page("/help?id=1", page("help desk", "/other"))
    report = fetch(f"{site.url.upper().replace('HTTP', 'http')}/help?id=1#hours")
    assert paths(report) == [("/help?id=1", "added")]
    document = held(report)[0]
    assert document.uri == f"{site.url}/help?id=1"
    assert document.title == "help desk"
    assert f"{site.url}/help?id=1" in library.known([f"{site.url}/help?id=1"])


def test_a_redirected_page_is_stored_under_its_own_address(site: Site, fetch: Fetch, held: Held) -> None:
    site.redirect("/", "/en/")
    site.page("/en/", page("help desk"), ETag='"1"')
    assert paths(fetch(site.url)) == [("/en/", "added")]
    assert paths(fetch(site.url, f"{site.url}/en/")) == [("/en/", "unchanged")]


def test_a_page_made_by_a_program_is_a_page(site: Site, fetch: Fetch, held: Held) -> None:
    site.page("/page.php", page("help desk"))
    site.page("/show.aspx?x=y.js", page("advice office"))
    assert fetch(f"{site.url}/page.php", f"{site.url}/show.aspx?x=y.js").added == 2


def test_what_a_page_is_its_content_says(site: Site, fetch: Fetch) -> None:
    site.page("/get", b"%PDF-1.7 broken", "text/html")
    site.page("/blob", b"\x00\x01\x02" * 500, "application/octet-stream")
    assert paths(fetch(f"{site.url}/get", f"{site.url}/blob")) == [("/get", "corrupt"), ("/blob", "binary")]


UKRAINIAN = "<html><body><h1>Довідка</h1><p>Офіс у місті працює з понеділка до п'ятниці.</p></body></html>"


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-u", "utf-16", "UTF-8"])
def test_the_server_says_how_a_page_is_encoded(charset: str, site: Site, fetch: Fetch, held: Held) -> None:
    site.page("/", UKRAINIAN.encode(charset), f'text/html; charset="{charset}"')
    assert "Офіс у місті працює з понеділка" in held(fetch(site.url))[0].text


def test_the_page_itself_is_believed_first(site: Site, fetch: Fetch, held: Held) -> None:
    text = UKRAINIAN.replace("<html>", "<html><head><meta charset='windows-1251'></head>")
    site.page("/1", text.encode("windows-1251"), "text/html; charset=koi8-u")
    site.page("/2", UKRAINIAN.encode(), "text/html; charset=iso-8859-1")
    for document in held(fetch(f"{site.url}/1", f"{site.url}/2")):
        assert "Офіс у місті працює з понеділка" in document.text


def test_the_date_is_the_pages_own(site: Site, fetch: Fetch, held: Held) -> None:
    dated = "<meta property='article:published_time' content='2016-12-09T10:00:00Z'>"
    site.page(
        "/1", page("help desk"), Last_Modified="Fri, 01 Mar 2024 10:00:00 GMT", Date="Fri, 01 Mar 2024 10:00:00 GMT"
    )
    site.page("/2", page("advice office", head=dated), Last_Modified="Fri, 01 Mar 2024 10:00:00 GMT")
    undated, published = held(fetch(f"{site.url}/1", f"{site.url}/2"))
    assert undated.date is None
    assert str(published.date) == "2016-12-09"


# -- Again -------------------------------------------------------------------------------------------------------------

VALIDATORS = [{"ETag": '"v1"'}, {"Last_Modified": "Fri, 01 Mar 2024 10:00:00 GMT"}]


@pytest.mark.parametrize("validators", VALIDATORS, ids=["etag", "last-modified"])
def test_what_has_not_changed_is_not_sent_again(
    validators: dict[str, str], site: Site, fetch: Fetch, counting: CountingEmbedder
) -> None:
    site.page("/", page("help desk"), **validators)
    first = fetch(site.url)
    counting.texts.clear()
    again = fetch(site.url)
    assert paths(again) == [("/", "unchanged")]
    assert again.items[0].document_id == first.items[0].document_id
    assert counting.texts == []
    assert ("If-None-Match" in site.headers[-1]) is ("ETag" in validators)
    site.page("/", page("new help desk"), ETag='"v2"')
    assert paths(fetch(site.url)) == [("/", "updated")]


def test_a_page_without_a_version_is_compared(site: Site, fetch: Fetch) -> None:
    site.page("/", page("help desk"))
    fetch(site.url)
    assert paths(fetch(site.url)) == [("/", "unchanged")]


def test_another_audience_needs_the_page_again(site: Site, fetch: Fetch, held: Held) -> None:
    site.page("/", page("help desk"), ETag='"v1"')
    fetch(site.url)
    report = fetch(site.url, audience=Audience.INTERNAL)
    assert paths(report) == [("/", "updated")]
    assert held(report)[0].audience is Audience.INTERNAL


def test_a_document_that_was_removed_is_read_again(site: Site, fetch: Fetch, library: Library) -> None:
    site.page("/", page("help desk"), ETag='"v1"')
    library.remove(str(fetch(site.url).items[0].document_id))
    assert paths(fetch(site.url)) == [("/", "added")]


def test_a_page_that_was_fetched_but_never_stored_is_read_again(site: Site, fetch: Fetch, library: Library) -> None:
    """As after a kill between the two: what is remembered of it names another version than the library holds."""
    site.page("/", page("help desk"), ETag='"v1"')
    fetch(site.url)
    pages = CrawledPages(library.engine)
    remembered = pages.get(f"{site.url}/")
    assert remembered is not None
    pages.put(replace(remembered, etag='"v2"', content_hash="of what was never stored"))
    site.page("/", page("new help desk"), ETag='"v2"')
    assert paths(fetch(site.url)) == [("/", "updated")]


def test_pages_read_by_an_older_version_are_read_again(
    site: Site, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/", page("help desk"), ETag='"v1"')
    fetch(site.url)
    monkeypatch.setattr("ingest.origin.PIPELINE_VERSION", "next")
    monkeypatch.setattr("ingest.web.visit.PIPELINE_VERSION", "next")
    assert paths(fetch(site.url)) == [("/", "updated")]


# -- Lists -------------------------------------------------------------------------------------------------------------


def test_a_sitemap_index_and_a_packed_sitemap(site: Site, fetch: Fetch) -> None:
    for number in range(4):
        site.page(f"/{number}", page(f"desk {number}"))
    one = sitemap(f"{site.url}/0", "/1", f"{site.url}/0#part", "http://elsewhere.test/", f"{site.url}/nowhere")
    site.page("/one.xml", one, "application/xml")
    site.page("/two.xml.gz", gzip.compress(sitemap(f"{site.url}/2", f"{site.url}/3").encode()), "application/x-gzip")
    index = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("one.xml", "two.xml.gz"))
    site.page("/sitemap.xml", f"<sitemapindex xmlns='urn:x'>{index}</sitemapindex>", "text/xml")
    report = fetch(f"{site.url}/sitemap.xml")
    assert paths(report) == [
        ("/0", "added"),
        ("/1", "added"),
        ("/nowhere", "http_error"),
        ("/2", "added"),
        ("/3", "added"),
    ]


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title>
<link>{url}/</link><atom:link href="{url}/feed" rel="self"/>
<item><title>A & B</title><link>{url}/0</link><pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate></item>
<item><guid>{url}/1</guid></item><item><guid isPermaLink="false">{url}/2</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="{url}/"/><entry><link rel="edit" href="{url}/2"/>
<link href="/0"/></entry><entry><link rel="alternate" href="{url}/1"/></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
<link>{url}/</link></channel><item><link>{url}/0</link></item><item><link>{url}/1</link></item></rdf:RDF>"""


@pytest.mark.parametrize("feed", [RSS, ATOM, RDF], ids=["rss", "atom", "rdf"])
def test_a_feed(feed: str, site: Site, fetch: Fetch) -> None:
    for number in range(3):
        site.page(f"/{number}", page(f"desk {number}"), ETag=f'"{number}"')
    site.page("/feed", feed.format(url=site.url), "application/rss+xml")
    assert paths(fetch(f"{site.url}/feed")) == [("/0", "added"), ("/1", "added")]
    site.page("/feed", feed.format(url=site.url).replace("/0", "/2"), "application/rss+xml")
    later = fetch(f"{site.url}/feed", prune=True)
    assert sorted(paths(later)) == [("/1", "unchanged"), ("/2", "added")], "what leaves a feed is not gone"


def test_lists_of_nothing(site: Site, fetch: Fetch) -> None:
    site.page("/sitemap.xml", sitemap("http://elsewhere.test/"), "text/xml")
    assert paths(fetch(f"{site.url}/sitemap.xml")) == [("/sitemap.xml", "empty")]


def test_no_entity_of_a_list_is_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("http://site.test/secret")
    evil = f"<!DOCTYPE urlset [<!ENTITY x SYSTEM '{(tmp_path / 'secret.txt').as_uri()}'>]>" + sitemap(
        "&x;", "http://a.b/"
    )
    listing = read_listing(evil.encode(), 1_000_000)
    assert listing is None or "secret" not in " ".join(listing.links)


def test_a_page_that_speaks_of_feeds_is_a_page() -> None:
    assert read_listing(b"<html><body><p>Use &lt;rss&gt; or <feed></feed>.</p></body></html>", 1000) is None
    assert read_listing(b"<urlset", 1000) in (None, read_listing(b"<urlset/>", 1000))


# -- Crawls ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def linked(site: Site) -> Site:
    """/en/ leads to a and b, a to c and back, c to d; and there are ways out of the folder and of the site."""
    out = ("/it/", "http://elsewhere.test/en/", "/en/photo.jpg", "mailto:help@site.test", "javascript:void(0)")
    site.page("/en/", page("welcome", "a", "b?x=1#top", *out), ETag='"0"')
    site.page("/en/a", page("help desk", "/en/c", "/en/"), ETag='"a"')
    site.page("/en/b?x=1", page("advice office", "moved"), ETag='"b"')
    site.page("/en/c", page("clinic", "./d", "/en/a"), ETag='"c"')
    site.page("/en/d", page("library"), ETag='"d"')
    site.redirect("/en/moved", "/en/a")
    return site


@pytest.mark.parametrize(("depth", "found"), [(0, [""]), (1, ["", "a", "b?x=1"]), (9, ["", "a", "b?x=1", "c", "d"])])
def test_links_are_followed_within_the_folder(depth: int, found: list[str], linked: Site, fetch: Fetch) -> None:
    report = fetch(f"{linked.url}/en/", depth=depth)
    assert paths(report) == [(f"/en/{name}", "added") for name in found]
    linked.asked.clear()
    again = fetch(f"{linked.url}/en/", depth=depth)
    assert paths(again) == [(f"/en/{name}", "unchanged") for name in found], "links are remembered with the page"
    assert [headers.get("If-None-Match") for headers in linked.headers[-1:]] != [None]


def test_a_crawl_ends_at_the_limit_of_pages_and_says_so(linked: Site, fetch: Fetch) -> None:
    report = fetch(f"{linked.url}/en/", depth=9, pages=2)
    assert paths(report) == [("/en/", "added"), ("/en/a", "added"), ("/en/", "too_many_pages")]
    linked.page("/sitemap.xml", sitemap("/en/", "/en/a", "/en/c"), "text/xml")
    listed = fetch(f"{linked.url}/sitemap.xml", pages=2)
    assert sorted(paths(listed)) == [("/en/", "unchanged"), ("/en/a", "unchanged"), ("/sitemap.xml", "too_many_pages")]


def test_a_page_that_is_gone_is_reported_and_only_pruned_when_asked(
    linked: Site, fetch: Fetch, library: Library
) -> None:
    fetch(f"{linked.url}/en/", depth=9)
    linked.status("/en/c", 410)
    report = fetch(f"{linked.url}/en/", depth=9)
    assert paths(report)[3:] == [("/en/c", "gone"), ("/en/d", "gone")]
    assert len(library.documents(EVERYTHING)) == 5
    pruned = fetch(f"{linked.url}/en/", depth=9, prune=True)
    assert paths(pruned)[3:] == [("/en/c", "removed"), ("/en/d", "removed")]
    assert (pruned.removed, pruned.failed) == (2, 0)
    assert len(library.documents(EVERYTHING)) == 3
    assert paths(fetch(f"{linked.url}/en/", depth=9))[3:] == [("/en/c", "http_error")]


def test_nothing_is_gone_because_a_page_failed_today(linked: Site, fetch: Fetch, library: Library) -> None:
    fetch(f"{linked.url}/en/", depth=9)
    linked.status("/en/a", 503)
    report = fetch(f"{linked.url}/en/", depth=9, prune=True)
    assert [code for _, code in paths(report)].count("http_error") >= 1
    assert report.removed == 0
    assert len(library.documents(EVERYTHING)) == 5
    fetch(f"{linked.url}/en/", depth=1, prune=True)
    assert len(library.documents(EVERYTHING)) == 5, "a shorter crawl finds less, which means nothing"


def test_a_page_that_left_the_sitemap(site: Site, fetch: Fetch, library: Library) -> None:
    for number in range(3):
        site.page(f"/{number}", page(f"desk {number}"))
    site.page("/sitemap.xml", sitemap("/0", "/1", "/2"), "text/xml")
    fetch(f"{site.url}/sitemap.xml")
    site.page("/sitemap.xml", sitemap("/0", "/2"), "text/xml")
    site.status("/2", 404)
    assert paths(fetch(f"{site.url}/sitemap.xml")) == [("/0", "unchanged"), ("/2", "gone"), ("/1", "gone")]
    site.status("/sitemap.xml", 500)
    fetch(f"{site.url}/sitemap.xml", prune=True)
    assert len(library.documents(EVERYTHING)) == 3
    fetch(f"{site.url}/2", prune=True)
    assert {document.uri for document in library.documents(EVERYTHING)} == {f"{site.url}/0", f"{site.url}/1"}


def test_a_page_nested_without_end_has_its_links_found() -> None:
    address = parse_address("http://site.test/a/")
    deep = b"<div>" * 100_000 + b"<a href='b'>b</a><base href='/c/'><a href='//other.test'>" + b"</div>" * 100_000
    assert [link.url for link in find_links(deep, address)] == ["http://site.test/c/b", "http://other.test/"]
    assert find_links(b"", address) == []


# -- Manners -----------------------------------------------------------------------------------------------------------


def test_robots_are_told_what_not_to_read(linked: Site, fetch: Fetch) -> None:
    linked.page("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: missiondesk\nDisallow: /*/a\n", "text/plain")
    assert paths(fetch(f"{linked.url}/en/", depth=9)) == [
        ("/en/", "added"),
        ("/en/a", "robots"),
        ("/en/b?x=1", "added"),
        ("/en/moved", "robots"),
    ]
    assert linked.asked.count("/robots.txt") == 1
    assert "/en/a" not in linked.asked


@pytest.mark.parametrize(("status", "code"), [(404, "added"), (403, "added"), (500, "robots")])
def test_a_robots_file_that_cannot_be_had(status: int, code: str, site: Site, fetch: Fetch) -> None:
    site.status("/robots.txt", status)
    site.page("/", page("help desk"))
    assert paths(fetch(site.url)) == [("/", code)]


def test_hosts_do_not_wait_for_each_other() -> None:
    pace = Pace(0.5)
    started = time.monotonic()
    for host in ("a", "b", "c"):
        pace.wait(host)
    assert time.monotonic() - started < 0.4
    pace.wait("a")
    assert time.monotonic() - started >= 0.5


def test_a_site_says_how_often_it_may_be_asked(site: Site, fetch: Fetch, policy: WebPolicy) -> None:
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    for name in ("", "1"):
        site.page(f"/{name}", page(f"desk {name}"))
    fetch(site.url, f"{site.url}/1", policy=replace(policy, interval=0.01))
    assert site.asked == ["/robots.txt", "/", "/1"]
    assert site.times[2] - site.times[1] >= 0.4


def test_settings_say_what_may_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MISSIONDESK_WEB_PRIVATE_NETWORKS", "10.1.0.0/16, fd00:1::/32")
    monkeypatch.setenv("MISSIONDESK_WEB_PORTS", "443,8443")
    settings = load_settings()
    assert [str(network) for network in settings.web_private_networks] == ["10.1.0.0/16", "fd00:1::/32"]
    assert settings.web_ports == (443, 8443)
    monkeypatch.setenv("MISSIONDESK_WEB_PRIVATE_NETWORKS", "intranet")
    with pytest.raises(InvalidSetting, match="web_private_networks"):
        load_settings()
    monkeypatch.delenv("MISSIONDESK_WEB_PRIVATE_NETWORKS")
    Path("missiondesk.toml").write_text('web_private_networks = ["10.2.0.0/16"]\nweb_contact = "a\\nb"\n')
    with pytest.raises(InvalidSetting, match="web_contact"):
        load_settings()
