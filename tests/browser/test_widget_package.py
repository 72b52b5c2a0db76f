"""The npm package in a page that imports it, and the small file on a site's own server."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_widget import ask
from tests.browser.test_widget_host import hosted
from tests.browser.test_widget_states import statements
from tests.browser.visitor import Visitor

PACKAGE = Path(__file__).parents[2] / "ui" / "widget"
MOUNT = """async (options) => {
  const { mountHelp } = await import("/package/index.js");
  const help = await mountHelp({ server: location.origin, site: "demo", ...options });
  return [help.localName, help.site, document.querySelectorAll("script[data-site]").length];
}"""


def importing(visitor: Visitor, body: str = "") -> Page:
    """A page under a strict policy, on a server that has the package's files."""
    for name in ("index.js", "widget.min.js"):
        lend(visitor, name)
    return hosted(visitor, body)


def lend(visitor: Visitor, name: str) -> None:
    content = (PACKAGE / name).read_text(encoding="utf-8")
    scripts = "text/javascript; charset=utf-8"
    visitor.context.route(f"**/package/{name}", lambda route: route.fulfill(body=content, content_type=scripts))


def test_a_site_that_bundles_puts_the_widget_in(visit: Visit, stage_origin: str) -> None:
    page = importing(visit(stage_origin))
    assert page.evaluate(MOUNT, {"label": "Ask us", "language": "fr"}) == ["missiondesk-help", "demo", 0]
    assert page.evaluate(MOUNT, {}) == ["missiondesk-help", "demo", 0]
    expect(page.locator("missiondesk-help")).to_have_count(1)
    expect(page.locator("missiondesk-help .launch")).to_have_text("Ask us")
    page.evaluate("document.querySelector('missiondesk-help').open()")
    expect(page.locator("missiondesk-help .panel")).to_have_attribute("lang", "fr")
    ask(page, "whole")
    expect(statements(page)).to_have_count(2)
    page.evaluate("document.querySelector('missiondesk-help').close()")
    assert page.evaluate("window.told.map(([name]) => name)") == ["open", "ask", "answered", "close"]
    assert page.evaluate("window.violations") == []


def test_one_that_was_taken_out_leaves_nothing_behind(visit: Visit, stage_origin: str) -> None:
    page = importing(visit(stage_origin), '<a id=link href="{0}/help?site=demo">Ask</a>')
    page.evaluate(MOUNT, {})
    page.evaluate("document.querySelector('missiondesk-help').remove()")
    page.evaluate(MOUNT, {})
    page.locator("#link").click()
    page.locator("missiondesk-help textarea").wait_for()
    expect(page.locator("missiondesk-help")).to_have_count(1)
    assert page.evaluate("window.told.length") == 1


def test_a_server_that_is_not_there_is_told(visit: Visit, stage_origin: str) -> None:
    visitor = visit(stage_origin)
    page = importing(visitor)
    told = page.evaluate(f"({MOUNT})({{ server: location.origin + '/nowhere' }}).catch((error) => error.message)")
    assert told == f"The widget could not be loaded from {stage_origin}/nowhere/widget.js."
    assert page.locator("missiondesk-help, script[data-site]").count() == 0
    visitor.faults = [fault for fault in visitor.faults if "404" not in fault and "Refused to execute" not in fault]


def test_the_small_file_may_lie_on_the_sites_own_server(visit: Visit, stage_origin: str) -> None:
    page = importing(
        visit(stage_origin), '<script src="/package/widget.min.js" data-server="{0}/" data-site="demo"></script>'
    )
    page.locator("missiondesk-help .launch").click()
    ask(page, "whole")
    expect(statements(page)).to_have_count(2)
    assert page.evaluate("window.violations") == []
