"""Pictures of the four faces, taken of a running server with its own documents."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from index.errors import InvalidRequest

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# Milliseconds: the first question may have to wait for the model.
_PATIENCE = 60_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What is asked in one language; `locale` is the browser's."""

    locale: str
    question: str
    words: str

    @property
    def language(self) -> str:
        return self.locale.split("-")[0]


# About the sample documents.
SCENES = (
    Scene("en-GB", "What is the file-handling fee for each adult?", "family reunification documents"),
    Scene("ar-EG", "كم شخصًا سافر عبر برنامج الجسر الآمن في عام 2023؟", "ساعات العمل"),
)


def take_screenshots(out: Path, base_url: str) -> list[Path]:
    """Save chat, search, document and widget, in English and in Arabic, as PNG files in `out`; returns them.

    Raises `InvalidRequest` if there is no Chromium on this machine.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise InvalidRequest("There is no Chromium on this machine: install the package `chromium`.")
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        taken = [path for scene in SCENES for path in _take(browser, scene, out, base_url.rstrip("/"))]
        browser.close()
    return taken


def _take(browser: Browser, scene: Scene, out: Path, base_url: str) -> list[Path]:
    context = browser.new_context(locale=scene.locale, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    taken = []
    for name, show in (("chat", _chat), ("document", _document), ("search", _search), ("widget", _widget)):
        show(page, scene, base_url)
        path = out / f"{name}-{scene.language}.png"
        page.screenshot(path=path)
        taken.append(path)
    context.close()
    return taken


def _chat(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/chat")
    page.get_by_role("textbox").fill(scene.question)
    page.locator("#ask").click()
    page.locator("#messages .md-statement, #messages .md-notice").first.wait_for()
    page.locator("#ask:not([disabled])").wait_for()


def _document(page: Page, scene: Scene, base_url: str) -> None:
    """The page behind the chat's first citation; the chat itself where nothing was cited."""
    links = page.locator("#sources a")
    if links.count():
        page.goto(base_url + (links.first.get_attribute("href") or ""))


def _search(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(base_url)
    page.get_by_role("searchbox").fill(scene.words)
    page.get_by_role("searchbox").press("Enter")
    page.locator("[role=status]").wait_for()


def _widget(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/widget-demo?language={scene.language}")
    page.locator("missiondesk-help .launch").click()
    page.locator("missiondesk-help textarea").fill(scene.question)
    page.locator("missiondesk-help textarea").press("Enter")
    page.locator("missiondesk-help form button:not([disabled])").wait_for()
    mark = page.locator("missiondesk-help .mark")
    if mark.count():
        mark.first.click()
