"""The researchers' pages in a real browser: with and without scripts, for the eye, the ear, and on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.documents import ENGLISH_QUESTION, ENGLISH_SENTENCE

SEARCH = "/?q=desk+families+volunteers"
PAGES = ("/", SEARCH, f"{SEARCH}&without=language:ar&sort=date:desc&sel=1,2", "/?q=Calderra&language=fi",
         "/basket?sel=1,2,3", "/basket", "/saved", f"/compare?q={ENGLISH_QUESTION}")  # fmt: skip


def test_hit_opens_its_document_at_the_passage(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/")
    page.get_by_role("searchbox").fill("night shelter Calderra families")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/?q=night+shelter*")
    page.locator("ol li a").first.click()
    page.wait_for_url("**/documents/**")
    assert ENGLISH_SENTENCE in "".join(page.locator("mark").all_text_contents())
    assert page.evaluate("scrollY") > 0
    box = page.locator("mark", has_text="night shelter").first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 800


def test_everything_works_without_a_script(visit: Visit, origin: str, tmp_path: Path) -> None:
    """Query, facet, order, pages, basket, export, kept search."""
    page = visit(origin, scripts=False).open("/")
    page.get_by_role("searchbox").fill("desk families volunteers")
    page.get_by_role("button", name="Search").click()
    total = _total(page)
    facet = page.locator("aside li a:not([class])", has_text="English")
    count = int(facet.locator(".count").inner_text())
    facet.click()
    assert _total(page) == count < total
    page.get_by_role("link", name="Remove the filter English").click()
    page.get_by_role("link", name="Leave out Arabic").click()
    assert set(page.locator("blockquote").evaluate_all("all => all.map(each => each.lang)")) == {"en"}
    page.locator("aside a.out").click()
    assert _total(page) == total
    first = _boxes(page)
    if total > len(first):
        page.get_by_role("link", name="Next").click()
        assert not set(_boxes(page)) & set(first)
        page.get_by_role("link", name="Previous").click()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Keep the selection").click()
    assert page.get_by_role("checkbox", checked=True).count() == 2
    page.get_by_role("link", name="newest first").click()
    page.get_by_role("link", name="Basket (2)").click()
    assert page.locator("ol.entries > li").count() == 2
    with page.expect_download() as download:
        page.locator("p.exports a", has_text="CSL-JSON").click()
    download.value.save_as(tmp_path / "basket.json")
    items = json.loads((tmp_path / "basket.json").read_text(encoding="utf-8"))
    assert [item["id"].rpartition("-")[2] for item in items] == first[:2]
    page.get_by_role("link", name="Back to the search").click()
    page.get_by_role("button", name="Save this search").click()
    page.wait_for_url("**/saved")
    assert "Nothing new" in page.locator("main").inner_text()
    page.get_by_role("button", name="Delete").first.click()
    page.wait_for_url("**/saved")


def test_a_feed_is_made_in_the_browser_and_read_without_one(visit: Visit, origin: str) -> None:
    page = visit(origin, scripts=False).open(SEARCH)
    page.get_by_role("button", name="Save this search").click()
    page.get_by_role("button", name="Make a feed").click()
    address = page.locator(".made code").inner_text()
    assert address.startswith(f"{origin}/feeds/mdf_")
    feed = page.request.get(address)
    assert (feed.status, feed.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    page.get_by_role("button", name="End the feed").click()
    assert page.request.get(address).status == 404
    page.get_by_role("button", name="Delete").first.click()


def test_a_copied_address_shows_a_colleague_the_same(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/?q=Calderra")
    page.locator("aside li a:not([class])", has_text="English").click()
    page.get_by_role("link", name="Select all on this page").click()
    colleague = visit(origin, "ar-EG").open(page.url.removeprefix(origin))
    assert _boxes(colleague) == _boxes(page) != []
    assert colleague.get_by_role("checkbox", checked=True).count() == len(_boxes(page))
    page.go_back()
    assert page.get_by_role("checkbox", checked=True).count() == 0


def test_how_many_were_found_is_told_once(visit: Visit, origin: str) -> None:
    page = visit(origin).open(SEARCH)
    expect(page.get_by_role("status")).to_have_count(1)
    assert str(_total(page)) in page.get_by_role("status").inner_text()
    assert page.locator("[aria-live]").count() == 0
    for path in ("/basket?sel=1,2", f"/compare?q={ENGLISH_QUESTION}"):
        page.goto(path)
        expect(page.get_by_role("status")).to_have_count(1)


@pytest.mark.parametrize("locale", ["en-GB", "ar-EG"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_accessibility_faults(visit: Visit, origin: str, locale: str, scheme: str) -> None:
    visitor = visit(origin, locale, color_scheme=scheme)
    for path in PAGES:
        page = visitor.open(path)
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert violations(page) == [], path
        page.close()


@pytest.mark.parametrize("locale", ["en-GB", "ar-EG"])
def test_pages_fit_a_narrow_window(visit: Visit, origin: str, locale: str) -> None:
    visitor = visit(origin, locale, viewport={"width": 320, "height": 640})
    for path in PAGES:
        page = visitor.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.close()


@pytest.mark.parametrize("path", [SEARCH, "/basket?sel=1,2"])
def test_on_paper_there_is_what_was_found_and_nothing_to_click(visit: Visit, origin: str, path: str) -> None:
    page = visit(origin).open(path)
    page.emulate_media(media="print")
    assert page.locator("blockquote").first.is_visible()
    assert page.locator("h1").is_visible()
    for selector in (".site nav", "form.search", "aside", ".acts", ".selecting", ".exports", ".saving", ".call"):
        assert [each.is_visible() for each in page.locator(selector).all()].count(True) == 0, selector


def _total(page: Page) -> int:
    return int(page.locator("#found").inner_text().split()[-1])


def _boxes(page: Page) -> list[str]:
    boxes: list[str] = page.get_by_role("checkbox").evaluate_all("all => all.map(each => each.value)")
    return boxes
