"""Pictures of every face, taken of a running server with its own documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal
from urllib.parse import quote_plus

from PIL import Image
from playwright.sync_api import Browser, Page

from eval.chromium import chromium

# Milliseconds: the first question may have to wait for the model.
_PATIENCE = 60_000
_COLOURS = 64
"""Enough for flat pages, and a third of the bytes."""

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is asked in one language; `locale` is the browser's. `compared` is a question that many documents answer."""

    locale: str
    question: str
    words: str
    compared: str

    @property
    def language(self) -> str:
        return self.locale.split("-")[0]


@dataclass(frozen=True, slots=True)
class Device:
    """A window, in CSS pixels."""

    name: str
    width: int
    height: int


Show = Callable[[Page, Scene, str], None]
"""Brings a page to what is to be seen; the last argument is the server's address."""


@dataclass(frozen=True, slots=True)
class Face:
    """One thing to look at, on each of `devices` and in each of `schemes`."""

    name: str
    show: Show
    devices: tuple[Device, ...]
    schemes: tuple[Scheme, ...] = ("light",)


# About the sample documents.
SCENES = (
    Scene(
        "en-GB", "What is the file-handling fee for each adult?", "family reunification documents",
        "How long does the language course last?",
    ),
    Scene(
        "ar-EG", "كم شخصًا سافر عبر برنامج الجسر الآمن في عام 2023؟", "ساعات العمل", "كم تستغرق دورة اللغة؟",
    ),
)  # fmt: skip
DESKTOP, PHONE = Device("desktop", 1280, 800), Device("phone", 390, 780)


def _chat(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/chat")
    page.locator("#question textarea").fill(scene.question)
    page.locator("#ask").click()
    page.locator("#messages .md-statement, #messages .md-notice").first.wait_for()
    page.locator("#ask:not([disabled])").wait_for()


def _document(page: Page, scene: Scene, base_url: str) -> None:
    """The page behind the best hit."""
    _search(page, scene, base_url)
    page.locator("ol h3 a").first.click()
    page.wait_for_url("**/documents/**")


def _search(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/?q={quote_plus(scene.words)}")
    page.locator("[role=status]").wait_for()


def _basket(page: Page, scene: Scene, base_url: str) -> None:
    _search(page, scene, base_url)
    for box in page.get_by_role("checkbox").all()[:3]:
        box.check()
    page.locator("button[formaction='/basket']").click()
    page.wait_for_url("**/basket**")


def _comparison(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/compare?q={quote_plus(scene.compared)}")
    page.locator("[role=status]").wait_for()


def _help(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/help?site=demo&language={scene.language}")
    page.locator("textarea").fill(scene.question)
    page.locator(".ask button").click()
    page.locator("#asked").wait_for()


def _widget(page: Page, scene: Scene, base_url: str) -> None:
    page.goto(f"{base_url}/widget-demo?language={scene.language}")
    page.locator("missiondesk-help .launch").click()
    page.locator("missiondesk-help textarea").fill(scene.question)
    page.locator("missiondesk-help textarea").press("Enter")
    page.locator("missiondesk-help .statement, missiondesk-help .log :not(:empty)").first.wait_for()
    page.locator("missiondesk-help form .main").wait_for()
    mark = page.locator("missiondesk-help .mark")
    if mark.count():
        mark.first.click()


FACES = (
    Face("chat", _chat, (DESKTOP,), ("light", "dark")),
    Face("search", _search, (DESKTOP, PHONE), ("light", "dark")),
    Face("basket", _basket, (DESKTOP,)),
    Face("comparison", _comparison, (DESKTOP, PHONE)),
    Face("document", _document, (DESKTOP,), ("light", "dark")),
    Face("help", _help, (PHONE,), ("light", "dark")),
    Face("widget", _widget, (DESKTOP,)),
)
"""A further face is one more line here."""


def take_screenshots(out: Path, base_url: str, faces: tuple[Face, ...] = FACES) -> Iterator[Path]:
    """Save each face, in English and in Arabic, as a PNG in `out`: `search-en.png`, `search-phone-dark-ar.png`.

    Raises `InvalidRequest` if there is no Chromium on this machine.
    """
    with chromium() as browser:
        out.mkdir(parents=True, exist_ok=True)
        for face in faces:
            for device in face.devices:
                for scheme in face.schemes:
                    for scene in SCENES:
                        taken = _taken(browser, face, device, scheme, scene, base_url.rstrip("/"))
                        parts = [face.name, device.name, scheme, scene.language]
                        path = out / f"{'-'.join(part for part in parts if part not in {'desktop', 'light'})}.png"
                        path.write_bytes(compressed(taken))
                        yield path


def compressed(png: bytes) -> bytes:
    """The picture with few colours, without loss that shows on pages of flat colours."""
    few = Image.open(BytesIO(png)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    saved = BytesIO()
    few.save(saved, "PNG", optimize=True)
    return saved.getvalue()


def _taken(browser: Browser, face: Face, device: Device, scheme: Scheme, scene: Scene, base_url: str) -> bytes:
    viewport = {"width": device.width, "height": device.height}
    context = browser.new_context(locale=scene.locale, color_scheme=scheme, viewport=viewport)  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    face.show(page, scene, base_url)
    picture = page.screenshot()
    context.close()
    return picture
