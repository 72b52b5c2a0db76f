"""`python -m eval widget-screenshots`: every state of a running server's widget, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from eval.chromium import chromium
from eval.screenshots import SCENES, Scene

_SCREENS: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 360, "height": 740}}
# Milliseconds: the first question may have to wait for the model.
_PATIENCE = 120_000


def command(
    out: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Folder the pictures are saved in.")],
    url: Annotated[str, typer.Option(help="Address of a running server.")] = "http://127.0.0.1:8000",
) -> None:
    """Save pictures of the widget in each state, on a desk and on a phone, in English and in Arabic."""
    out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for scene in SCENES:
            for screen in _SCREENS:
                for path in _take(browser, scene, screen, out, url.rstrip("/")):
                    print(path)


def _take(browser: Browser, scene: Scene, screen: str, out: Path, url: str) -> list[Path]:
    context = browser.new_context(locale=scene.locale, viewport=_SCREENS[screen])
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    page.goto(f"{url}/widget-demo?language={scene.language}")
    taken = []
    for state, reach in _STATES.items():
        reach(page, scene)
        path = out / f"widget-{state}-{screen}-{scene.language}.png"
        page.screenshot(path=path)
        taken.append(path)
    context.close()
    return taken


def _widget(page: Page, selector: str) -> Locator:
    return page.locator(f"missiondesk-help {selector}")


def _closed(page: Page, _: Scene) -> None:
    _widget(page, ".launch").wait_for()


def _open(page: Page, _: Scene) -> None:
    _widget(page, ".launch").click()
    _widget(page, ".ask textarea").wait_for()


def _answer(page: Page, scene: Scene) -> None:
    _widget(page, ".ask textarea").fill(scene.question)
    _widget(page, ".ask textarea").press("Enter")
    _widget(page, "[part=rating]").wait_for()


def _quote(page: Page, _: Scene) -> None:
    marks = _widget(page, ".mark")
    if marks.count():
        marks.first.click()


def _rating(page: Page, _: Scene) -> None:
    _widget(page, "[part=rating] button").last.click()
    _widget(page, ".why").scroll_into_view_if_needed()


def _people(page: Page, _: Scene) -> None:
    people = _widget(page, ".people summary")
    if people.count():
        people.click()


_STATES: dict[str, Callable[[Page, Scene], None]] = {
    "closed": _closed, "open": _open, "answer": _answer, "quote": _quote, "rating": _rating, "people": _people,
}  # fmt: skip
