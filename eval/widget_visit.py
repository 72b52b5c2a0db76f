"""What a visitor's browser sees of one widget: what it loads, keeps and asks, and whom it can be used by."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, Route
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as BrowserTimeout

from eval.widget_peers import Peer

SETTLE_SECONDS = 3.0
"""How long a widget is given after each step, for what it loads and shows late."""
_PATIENCE_MS = 10_000
_WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
_RECORD = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""
_STORED = """async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(({ name }) => name)]"""
_EVERYTHING = """() => {
  const inside = (one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])];
  const all = (root) => [...root.querySelectorAll("*")].flatMap(inside);
  const shown = all(document.body).filter((one) => !["SCRIPT", "STYLE"].includes(one.tagName));
  const own = (one) => [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join("");
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return {
    text: shown.map(own).join(" "),
    labels: shown.map((one) => one.getAttribute("aria-label") || one.getAttribute("placeholder") || "").join(" "),
    links: shown.filter(({ tagName }) => tagName === "A").map(({ href }) => href),
    live: shown.some((one) => one.matches("[aria-live],[role=log],[role=status],[role=alert]")),
    focused: focused !== document.body,
    writing: !!focused?.matches("textarea,input,[contenteditable]"),
  };
}"""


@dataclass(slots=True)
class Seen:
    """What was seen of one widget; `faults` are what it could not be made to do, in words."""

    requests_before: int = 0
    bytes_before: int = 0
    bytes_to_question: int = 0
    stored_before: list[str] = field(default_factory=list)
    stored_after: list[str] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    axe: list[str] = field(default_factory=list)
    focus_goes_in: bool = False
    escape_closes: bool = False
    has_live_region: bool = False
    rtl_side: bool = False
    rtl_text: bool = False
    arabic_words: bool = False
    strict_violations: list[str] = field(default_factory=list)
    works_strictly: bool = False
    tells_quote: bool = False
    names_source: bool = False
    links_source: bool = False
    answers: bool = False
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a widget's pages are, and what it may quote, name and link to.

    `own` are the origins of the site and of its server.
    """

    plain: str
    arabic: str
    strict: str
    own: tuple[str, ...]
    question: str
    quote: str
    names: tuple[str, ...]
    source: str


def look_at(browser: Browser, peer: Peer, ways: Ways) -> Seen:
    """Three visits: on a plain page, on an Arabic one, and on one with a strict policy."""
    seen = Seen()
    for name, address, look in (
        ("plain", ways.plain, _plain), ("Arabic", ways.arabic, _arabic), ("strict", ways.strict, _strict),
    ):  # fmt: skip
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_RECORD)
        context.route("**/*", _only_own(ways.own, seen))
        try:
            look(context, peer, ways, address, seen)
        except (BrowserTimeout, BrowserError) as error:
            seen.faults.append(f"{name} page: {error.message.splitlines()[0]}")
        finally:
            context.close()
    return seen


def _only_own(own: tuple[str, ...], seen: Seen) -> Callable[[Route], None]:
    def pass_on(route: Route) -> None:
        if route.request.url.startswith((*own, "data:", "blob:")):
            route.continue_()
        else:
            seen.foreign.add(urlsplit(route.request.url).netloc)
            route.abort()

    return pass_on


def _plain(context: BrowserContext, peer: Peer, ways: Ways, address: str, seen: Seen) -> None:
    loaded: list[Response] = []
    context.on("response", lambda response: loaded.append(response))
    page = _opened(context, address)
    mine = [response for response in loaded if _is_widgets(response, address)]
    seen.requests_before, seen.bytes_before = len(mine), sum(map(_compressed, mine))
    seen.stored_before = _stored(context, page)
    _open(page, peer)
    found = page.evaluate(_EVERYTHING)
    seen.focus_goes_in = found["focused"] and found["writing"]
    seen.has_live_region = found["live"]
    seen.bytes_to_question = sum(_compressed(response) for response in loaded if _is_widgets(response, address))
    seen.axe = [rule["id"] for rule in Axe().run(page, options=_WCAG).response["violations"]]
    seen.answers = _ask(page, peer, ways.question)
    found = page.evaluate(_EVERYTHING)
    seen.tells_quote = ways.quote in found["text"]
    seen.names_source = any(name in found["text"] for name in ways.names)
    seen.links_source = any(ways.source in link for link in found["links"])
    seen.stored_after = _stored(context, page)
    if peer.launcher:
        page.locator(peer.box).first.press("Escape")
        page.wait_for_timeout(500)
        seen.escape_closes = not page.locator(peer.box).first.is_visible()


def _arabic(context: BrowserContext, peer: Peer, ways: Ways, address: str, seen: Seen) -> None:
    page = _opened(context, address)
    if peer.launcher:
        box = page.locator(peer.launcher).first.bounding_box()
        seen.rtl_side = box is not None and box["x"] < 400
    _open(page, peer)
    seen.rtl_text = page.locator(peer.box).first.evaluate("one => getComputedStyle(one).direction") == "rtl"
    found = page.evaluate(_EVERYTHING)
    seen.arabic_words = any("\u0600" <= letter <= "\u06ff" for letter in found["text"] + found["labels"])


def _strict(context: BrowserContext, peer: Peer, ways: Ways, address: str, seen: Seen) -> None:
    page = _opened(context, address)
    try:
        _open(page, peer)
        seen.works_strictly = _ask(page, peer, ways.question)
    except BrowserTimeout:
        seen.works_strictly = False
    seen.strict_violations = page.evaluate("window.violations")


def _opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    return page


def _open(page: Page, peer: Peer) -> None:
    if peer.launcher:
        page.locator(peer.launcher).first.click()
    page.locator(peer.box).first.wait_for()
    page.wait_for_timeout(SETTLE_SECONDS * 1000)


def _ask(page: Page, peer: Peer, question: str) -> bool:
    """Whether the answer is shown."""
    box = page.locator(peer.box).first
    box.click()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    try:
        page.get_by_text(peer.reply).first.wait_for()
    except BrowserTimeout:
        return False
    page.wait_for_timeout(SETTLE_SECONDS * 1000)
    return True


def _stored(context: BrowserContext, page: Page) -> list[str]:
    cookies = [f"cookie {cookie['name']}" for cookie in context.cookies()]
    return [*page.evaluate(_STORED), *cookies]


def _is_widgets(response: Response, address: str) -> bool:
    """Whether it is not the page itself, or the few lines on it that embed the widget."""
    return not response.url.startswith(address.rpartition("/")[0]) and response.request.method == "GET"


def _compressed(response: Response) -> int:
    try:
        return len(gzip.compress(response.body(), 9, mtime=0))
    except BrowserError:
        # Redirects and the like have no body.
        return 0
