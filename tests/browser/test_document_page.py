"""The page behind every citation: the quoted words are marked and in view."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.documents import ARABIC_QUESTION, ARABIC_SENTENCE, ENGLISH_QUESTION, ENGLISH_SENTENCE
from tests.browser.visitor import is_in_view


def citation_url(page: Page, question: str, quote: str) -> str:
    """The address that the API gives to the citation with these words."""
    response = page.request.post("/v1/ask", data={"question": question})
    citations = json.loads(response.body())["citations"]
    return next(str(citation["url"]) for citation in citations if quote in citation["quote"])


@pytest.mark.parametrize(
    ("question", "sentence", "direction"),
    [(ENGLISH_QUESTION, ENGLISH_SENTENCE, "ltr"), (ARABIC_QUESTION, ARABIC_SENTENCE, "rtl")],
    ids=["en", "ar"],
)
def test_quote_is_marked_and_in_view(visit: Visit, origin: str, question: str, sentence: str, direction: str) -> None:
    page = visit(origin).open("/")
    page.goto(citation_url(page, question, sentence))
    mark = page.locator("mark")
    assert "".join(mark.all_text_contents()) == sentence
    assert is_in_view(page, "mark")
    assert page.evaluate("scrollY") > 0
    assert mark.first.evaluate("mark => getComputedStyle(mark).direction") == direction
