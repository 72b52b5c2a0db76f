"""A person's browser, which notes whatever it should never see."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request

# data: and blob: stay inside the page.
_OWN_SCHEMES = ("data:", "blob:", "about:")


@dataclass
class Visitor:
    """A browser context whose base address is `origin`.

    `faults` gathers console errors, script errors, dialogs and requests to other origins.
    """

    context: BrowserContext
    origin: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("page", self._watch)
        self.context.on("console", self._console)
        self.context.on("request", self._request)
        self.context.on("dialog", self._dialog)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(path)
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", *_OWN_SCHEMES)):
            self.faults.append(f"foreign request: {request.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def storage(page: Page) -> list[object]:
    """What the page has left in the browser: both storages and the databases."""
    kept: list[object] = page.evaluate(
        "async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await indexedDB.databases()]"
    )
    return kept


def is_in_view(page: Page, selector: str) -> bool:
    """Whether the element lies wholly inside the window."""
    box, size = page.locator(selector).first.bounding_box(), page.viewport_size
    return box is not None and size is not None and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
