"""The administrators' pages of the sites that embed the widget, over HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.audit import Audit, Wanted
from assistant.messages import message
from assistant.site_texts import SiteTexts
from assistant.sites import Site, Sites
from assistant.widget_access import PREVIEW_SECONDS
from index.scope import EVERYTHING
from tests.ui.conftest import ORIGIN
from tests.ui.keyed import CALLERS, STAFF_KEY, KeyedAccess
from ui.app import create_app

PAGE = "https://good.org"
ADMIN = {"Authorization": "Bearer admin-key"}


@pytest.fixture(scope="module")
def admin(assistant: Assistant, keyed_access: KeyedAccess) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CALLERS, "admin-key", Caller("admin", EVERYTHING, "key:admin"))
        app = create_app(assistant, keyed_access)
        yield TestClient(app, base_url=ORIGIN, headers=ADMIN, follow_redirects=False)


@pytest.fixture
def site(assistant: Assistant) -> Iterator[Site]:
    sites = Sites(assistant.index.library.engine)
    site = sites.add([PAGE], name='The "good" <site>', texts=(SiteTexts("it", title="Lo sportello"),))
    yield site
    sites.remove(site.id)


def named(admin: TestClient, site: Site) -> str:
    """How the site's preview names it."""
    page = admin.get(f"/sites/{site.id}/preview?language=it")
    found = re.search(r'<script src="/widget\.js" data-site="([^"]+)" async>', page.text)
    assert found is not None, page.text
    return unescape(found[1])


def opened(client: TestClient, site_id: str, origin: str | None = ORIGIN) -> int:
    headers = {"Authorization": "", **({} if origin is None else {"Origin": origin})}
    return client.post("/v1/widget/sessions", json={"site": site_id}, headers=headers).status_code


def test_the_list_links_to_every_site(admin: TestClient, site: Site) -> None:
    page = admin.get("/sites")
    assert page.status_code == 200
    assert f'<a href="/sites/{site.id}"><bdi>The &#34;good&#34; &lt;site&gt;</bdi></a>' in page.text
    assert PAGE in page.text
    assert "script" not in page.headers["content-security-policy"]


def test_a_site_is_added_and_its_line_shown(admin: TestClient, assistant: Assistant) -> None:
    form = {"name": "New", "origins": "https://new.org\r\nhttps://www.new.org\r\n", "daily": "40"}
    added = admin.post("/sites", data=form)
    assert added.status_code == 303
    site = Sites(assistant.index.library.engine).get(added.headers["location"].removeprefix("/sites/"))
    assert (site.name, site.origins, site.daily_budget) == ("New", ("https://new.org", "https://www.new.org"), 40)
    page = admin.get(added.headers["location"])
    line = re.search(r'<pre class="snippet"[^>]*><code>(.*?)</code>', page.text)
    assert line is not None
    assert unescape(line[1]) == (
        f'<script src="{ORIGIN}/widget.js" data-site="{site.id}" async></script>'
        f'<noscript><a href="{ORIGIN}/help?site={site.id}">Help</a></noscript>'
    )
    assert message("sites_no_address", "en", setting="public_url") in unescape(page.text)
    entry = Audit(assistant.index.library.engine).newest(1, Wanted())[0]
    assert (entry.action, entry.object_id, entry.actor.name) == ("site.created", site.id, "key:admin")
    Sites(assistant.index.library.engine).remove(site.id)


@pytest.mark.parametrize(
    "form",
    [
        {"origins": ""}, {"origins": "good.org"}, {"origins": "https://good.org/help"}, {"origins": "*"},
        {"origins": PAGE, "daily": "-1"}, {"origins": PAGE, "daily": "many"}, {"origins": PAGE, "name": "x" * 201},
        {"origins": "\n".join(f"https://s{number}.org" for number in range(51))},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_what_was_written(admin: TestClient, form: dict[str, str]) -> None:
    before = admin.get("/sites").text.count('<a href="/sites/')
    page = admin.post("/sites", data={"name": "Kept <b>", **form})
    assert page.status_code == 422
    assert message("sites_invalid", "en", example="https://www.example.org") in unescape(page.text)
    assert form["origins"] in page.text
    assert "Kept &lt;b&gt;" in page.text or "name" in form
    assert admin.get("/sites").text.count('<a href="/sites/') == before


def test_an_unknown_field_is_refused(admin: TestClient) -> None:
    assert admin.post("/sites", data={"origins": PAGE, "role": "admin"}).status_code == 422


def test_the_preview_is_a_page_of_ours_that_only_we_may_frame(admin: TestClient, site: Site) -> None:
    page = admin.get(f"/sites/{site.id}/preview?language=ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert admin.get("/widget-demo").headers["x-frame-options"] == "DENY"
    about = admin.get(f"/sites/{site.id}")
    assert f'src="/sites/{site.id}/preview?language=en"' in about.text
    assert about.headers["content-security-policy"].endswith("; frame-src 'self'")


def test_the_preview_is_answered_on_our_own_pages_alone(admin: TestClient, site: Site) -> None:
    preview = named(admin, site)
    assert opened(admin, preview) == 200
    for origin in (PAGE, "https://evil.com", "null", None):
        assert opened(admin, preview, origin) == 403, origin
    assert opened(admin, site.id) == 403, "the site itself is answered on its own pages alone"
    assert opened(admin, preview[:-1] + ("A" if preview[-1] != "A" else "B")) == 403
    assert opened(admin, site.id + ".x.y") == 403


def test_a_visitor_in_the_preview_is_one_of_the_site(admin: TestClient, site: Site, keyed_access: KeyedAccess) -> None:
    preview = named(admin, site)
    words = admin.get("/widget/texts/it.json", params={"site": preview}).json()
    assert words["texts"]["title"] == "Lo sportello"
    token = admin.post("/v1/widget/sessions", json={"site": preview}, headers={"Origin": ORIGIN}).json()["token"]
    visitor = {"Authorization": f"Bearer {token}"}
    asked = {"question": "When is the permit office in Vellmar open?"}
    assert admin.post("/v1/ask", json=asked, headers={**visitor, "Origin": ORIGIN}).json()["status"] == "answered"
    assert admin.post("/v1/ask", json=asked, headers={**visitor, "Origin": PAGE}).status_code == 403
    assert admin.get("/sites", headers={**visitor, "Origin": ORIGIN}).status_code == 403


def test_a_preview_ends(admin: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = named(admin, site)
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + PREVIEW_SECONDS + 2)
    assert opened(admin, preview) == 403
    assert admin.get("/help", params={"site": preview}).status_code == 403


def test_only_administrators_find_the_way(admin: TestClient, site: Site) -> None:
    assert '<a href="/sites">' in admin.get("/").text
    staff = {"Authorization": f"Bearer {STAFF_KEY}"}
    assert '<a href="/sites">' not in admin.get("/", headers=staff).text
    assert admin.get(f"/sites/{site.id}", headers=staff).status_code == 403
    assert admin.get("/sites/unknown").status_code == 404
