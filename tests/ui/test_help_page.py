"""The help page over HTTP, as a browser without scripts sends its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.contact import Contact
from assistant.conversations import Conversations
from assistant.messages import message
from assistant.settings import load_settings
from assistant.site_texts import SiteTexts
from assistant.sites import Site, Sites
from assistant.wiring import open_limiter
from tests.ui.conftest import CANARY, ORIGIN, PERMIT_QUOTE
from ui.app import create_app

QUESTION = "When is the permit office in Vellmar open?"
WORDS = SiteTexts("it", title="Lo sportello & noi", welcome="Benvenuti allo sportello.", person="Chiama lo sportello")
DESK = Contact("The good desk", phone="+39 06 1234")


@pytest.fixture(scope="module")
def site(assistant: Assistant) -> Iterator[Site]:
    sites = Sites(assistant.index.library.engine)
    site = sites.add(["https://good.org"], name="Good", contacts=(DESK,), texts=(WORDS,))
    yield site
    sites.remove(site.id)


def ask(client: TestClient, site: Site, question: str = QUESTION, **fields: str) -> Response:
    form = {"site": site.id, "language": "en", "question": question, **fields}
    return client.post("/help", data=form, headers={"Origin": ORIGIN})


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])


def test_the_page_has_a_form_in_the_language_asked_for(client: TestClient, site: Site) -> None:
    page = client.get("/help", params={"site": site.id, "language": "ar"})
    assert (page.status_code, '<html lang="ar" dir="rtl">' in page.text) == (200, True)
    assert (hidden(page, "site"), hidden(page, "session")) == (site.id, "")
    assert DESK.name in page.text
    assert "set-cookie" not in page.headers
    assert "script" not in page.headers["content-security-policy"]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar", "ru", "it", "ro", "uk", "so"])
def test_every_language_has_its_words(client: TestClient, site: Site, language: str) -> None:
    page = client.get("/help", params={"site": site.id, "language": language})
    assert f'<html lang="{language}"' in page.text
    assert page.text.count('hreflang="') == 9


def test_a_site_says_it_in_its_own_words_where_it_has_them(client: TestClient, site: Site) -> None:
    asked = {"site": site.id, "language": "it"}
    page = client.get("/help", params=asked)
    own = ("Lo sportello &amp; noi", "Benvenuti allo sportello.", "Chiama lo sportello")
    general = (message("widget_notice", "it"), message("widget_question", "it"))
    assert [words for words in own if words not in page.text] == []
    assert [words for words in general if words not in unescape(page.text)] == []
    after = ask(client, site, language="it")
    assert "Benvenuti allo sportello." in after.text
    other = client.get("/help", params={"site": site.id, "language": "ro"})
    assert "sportello" not in other.text, "nobody is shown another language than theirs"


def test_the_widget_is_sent_the_sites_own_words(client: TestClient, site: Site) -> None:
    sent = client.get("/widget/texts/it.json", params={"site": site.id}).json()["texts"]
    assert (sent["title"], sent["welcome"], sent["person"]) == (WORDS.title, WORDS.welcome, WORDS.person)
    assert (sent["question"], sent["notice"]) == (message("widget_question", "it"), message("widget_notice", "it"))
    for tag, site_id in (("ro", site.id), ("it", "unknown"), ("it", "")):
        other = client.get(f"/widget/texts/{tag}.json", params={"site": site_id}).json()["texts"]
        assert other["title"] == message("widget_title", tag)
        assert "welcome" not in other


def test_an_answer_is_cited_with_its_quote(client: TestClient, site: Site) -> None:
    page = ask(client, site)
    assert page.status_code == 200
    assert re.search(r'class="statement"[^>]*>' + re.escape(PERMIT_QUOTE), page.text)
    assert f"{PERMIT_QUOTE}</blockquote>" in page.text
    link = re.search(r'href="(/documents/[^"]+)"', page.text)
    assert link is not None
    assert PERMIT_QUOTE in client.get(unescape(link[1])).text


def test_the_next_question_goes_on_in_the_same_session(
    client: TestClient, site: Site, conversations: Conversations, access: Access
) -> None:
    first = ask(client, site)
    carried = {name: hidden(first, name) for name in ("session", "conversation")}
    second = ask(client, site, **carried)
    assert hidden(second, "conversation") == carried["conversation"]
    sessions = [access.widget.help_visit(hidden(page, "session"), site).session for page in (first, second)]
    assert sessions[0] == sessions[1]


@pytest.mark.parametrize("session", ["", "made-up", "eyJzaXRlIjoiZGVtbyJ9.aaaa.bbbb"])
def test_a_session_that_is_not_in_force_is_replaced(client: TestClient, site: Site, session: str) -> None:
    page = ask(client, site, session=session, conversation="0" * 32)
    assert page.status_code == 200
    assert PERMIT_QUOTE in page.text
    assert hidden(page, "session") not in ("", session)


def test_its_session_is_good_for_nothing_else(client: TestClient, site: Site) -> None:
    token = hidden(ask(client, site), "session")
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://good.org"}
    assert client.post("/v1/ask", json={"question": QUESTION}, headers=headers).status_code == 401


def test_a_widgets_token_is_no_session_of_the_page(client: TestClient, site: Site, access: Access) -> None:
    token = access.widget.open(site).token
    assert hidden(ask(client, site, session=token), "session") != token


def test_internal_documents_are_not_told(client: TestClient, site: Site) -> None:
    for question in ("What is the code word of the medicine cupboard?", "Who may open the Vellmar cupboard at night?"):
        assert CANARY not in ask(client, site, question).text


def test_no_answer_has_the_sites_contacts(client: TestClient, site: Site) -> None:
    page = ask(client, site, "What is the capital of Peru?")
    assert page.text.count('href="tel:+39061234"') == 2
    assert "no-answer" in page.text
    assert "blockquote" not in page.text


def test_an_unknown_site_and_one_without_origins_get_no_form(client: TestClient, assistant: Assistant) -> None:
    sites = Sites(assistant.index.library.engine)
    closed = sites.add([], name="Closed")
    for site_id in ("", "0123456789abcdef", "x" * 150, closed.id):
        page = client.get("/help", params={"site": site_id, "language": "en"})
        assert (page.status_code, "<form" in page.text) == (403, False)
    assert ask(client, closed).status_code == 403


def test_another_sites_page_cannot_send_the_form(client: TestClient, site: Site) -> None:
    form = {"site": site.id, "question": QUESTION}
    assert client.post("/help", data=form, headers={"Origin": "https://good.org"}).status_code == 403


@pytest.mark.parametrize("question", ["", "  ", "?!", "x" * 2001])
def test_what_is_no_question_is_refused_and_kept_in_the_form(client: TestClient, site: Site, question: str) -> None:
    page = ask(client, site, question)
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    assert hidden(page, "site") == site.id


def test_markup_in_a_question_stays_text(client: TestClient, site: Site) -> None:
    page = ask(client, site, "<script>alert(1)</script> <img src=x onerror=alert(2)> capital of Peru")
    assert re.search(r"<(script|img)", page.text) is None


def test_the_day_is_over_however_near_midnight(
    assistant: Assistant, access: Access, conversations: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.budget._seconds_left", lambda: 600)
    sites = Sites(assistant.index.library.engine)
    site = sites.add(["https://spent.example"], daily_budget=0)
    limiter = open_limiter(load_settings(), assistant.index.library)
    app = create_app(assistant, access, conversations=conversations, limiter=limiter)
    page = ask(TestClient(app, base_url=ORIGIN), site)
    sites.remove(site.id)
    assert (page.status_code, page.headers["retry-after"]) == (429, "600")
    assert "tomorrow" in page.text


def test_questions_are_counted_by_session_and_address(
    assistant: Assistant, access: Access, conversations: Conversations, site: Site
) -> None:
    settings = load_settings(widget_session_questions="2 per minute", widget_address_sessions="2 per minute")
    limiter = open_limiter(settings, assistant.index.library)
    app = create_app(assistant, access, conversations=conversations, limiter=limiter)
    client = TestClient(app, base_url=ORIGIN)
    session = hidden(ask(client, site), "session")
    assert ask(client, site, session=session).status_code == 200
    slow = ask(client, site, session=session)
    assert slow.status_code == 429
    assert 1 <= int(slow.headers["retry-after"]) <= 60
    assert QUESTION in slow.text
    assert DESK.name in slow.text
    statuses = [ask(client, site).status_code for _ in range(4)]
    assert statuses == [200, 429, 429, 429]
