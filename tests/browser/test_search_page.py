"""The researchers' search: a hit leads to its passage."""

from __future__ import annotations

from tests.browser.conftest import Visit
from tests.browser.documents import ENGLISH_SENTENCE


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
