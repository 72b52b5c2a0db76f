"""An administrator adds a site, copies its line and tries its widget, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from assistant.keys import NewKey
from assistant.messages import message
from assistant.sites import Sites
from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.documents import ENGLISH_QUESTION, ENGLISH_SENTENCE
from tests.browser.public_app import public_app
from tests.browser.serving import served
from tests.browser.test_sign_in import sign_in


@dataclass(frozen=True, slots=True)
class Office:
    """A server with one administrator's key."""

    origin: str
    sites: Sites
    key: NewKey


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with public_app(tmp_path_factory.mktemp("office")) as app:
        key = app.state.access.keys.create("admin", days=1)
        with served(app) as origin:
            yield Office(origin, Sites(app.state.assistant.index.library.engine), key)


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.preview")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_site_is_added_with_or_without_scripts(visit: Visit, office: Office, scripts: bool) -> None:
    page = visit(office.origin, scripts=scripts).open("/sites")
    sign_in(page, office.key)
    page.get_by_label("Origins of its pages").fill("https://one.example\nhttps://two.example")
    page.get_by_label("Name").fill("One and two")
    page.get_by_role("button", name="Add a site").click()
    page.wait_for_url(re.compile("/sites/[0-9a-f]{16}$"))
    site = office.sites.get(page.url.rpartition("/")[2])
    assert site.origins == ("https://one.example", "https://two.example")
    assert f'data-site="{site.id}"' in page.locator(".snippet").inner_text()


def test_the_preview_answers_as_the_site_will(visit: Visit, office: Office) -> None:
    site = office.sites.add(["https://three.example"])
    page = visit(office.origin).open(f"/sites/{site.id}")
    sign_in(page, office.key)
    page.locator("iframe.preview").scroll_into_view_if_needed()
    framed = preview(page)
    framed.locator("missiondesk-help .launch").click()
    framed.locator("missiondesk-help textarea").fill(ENGLISH_QUESTION)
    framed.locator("missiondesk-help textarea").press("Enter")
    expect(framed.locator("missiondesk-help .statement", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(framed.locator("missiondesk-help .launch")).to_have_text("مساعدة")
    assert page.url.endswith(f"/sites/{site.id}")


@pytest.mark.parametrize("locale", ["en-GB", "ar-EG"])
def test_both_pages_are_for_everybody(visit: Visit, office: Office, locale: str) -> None:
    site = office.sites.add(["https://four.example"], name="Four")
    page = visit(office.origin, locale, viewport={"width": 320, "height": 640}).open("/sites")
    page.locator("input[type=password]").fill(office.key.secret)
    page.locator(".sign-in button").click()
    expect(page.locator("h1")).to_have_text(message("sites_title", locale[:2]))
    for path in ("/sites", f"/sites/{site.id}"):
        page.goto(path)
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
