"""The widget on pages of every kind: strict, hostile, slow, with several of it, and with wishes of their own."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_widget import ask, open_widget
from tests.browser.test_widget_states import statements
from tests.browser.visitor import Visitor, storage

STRICT = "default-src 'none'; script-src {0}; connect-src {0}"
STYLED = STRICT + "; style-src 'unsafe-inline'"
LARGEST_DIFFERENCE = 0.01
LONGEST_TO_LAUNCHER = 2.5
LONGEST_TO_INPUT = 2.0
# A cheap phone on a bad network: 400 kbit/s, 400 ms, a fourth of this processor.
SLOW_NETWORK = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
RECORD = """
window.violations = [];
window.told = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
window.missiondesk = new EventTarget();
for (const name of ["open", "close", "ask", "answered"])
  missiondesk.addEventListener(name, (event) => told.push([name, event.detail]));
"""
SCRIPT = '<script src="{0}/widget.js" data-site="demo" async></script>'


def hosted(visitor: Visitor, body: str = SCRIPT, *, head: str = "", policy: str = STRICT) -> Page:
    """A page with this body, under this policy."""
    content = f"<!doctype html><html lang=en><title>A site</title>{head}<h1>A site</h1>{body.format(visitor.origin)}"
    headers = {"Content-Security-Policy": policy.format(visitor.origin), "Content-Type": "text/html; charset=utf-8"}
    visitor.context.route(f"{visitor.origin}/host", lambda route: route.fulfill(body=content, headers=headers))
    visitor.context.add_init_script(RECORD)
    return visitor.open("/host")


def test_a_strict_policy_is_never_violated_and_nothing_is_kept(visit: Visit, stage_origin: str) -> None:
    visitor = visit(stage_origin)
    page = hosted(visitor)
    page.locator("missiondesk-help .launch").wait_for()
    assert storage(page) == []
    open_widget(page)
    ask(page, "whole")
    page.locator("missiondesk-help .mark").first.click()
    page.locator("missiondesk-help select").select_option("ar")
    ask(page, "break")
    assert page.evaluate("window.violations") == []
    assert storage(page) == []
    assert visitor.context.cookies() == []


def test_events_tell_the_page_what_happens_and_not_what_is_said(visit: Visit, stage_origin: str) -> None:
    page = hosted(visit(stage_origin))
    open_widget(page)
    ask(page, "whole")
    page.keyboard.press("Escape")
    site = {"site": "demo"}
    answered = {**site, "status": "answered", "citations": 2}
    assert page.evaluate("window.told") == [["open", site], ["ask", site], ["answered", answered], ["close", site]]


def test_hostile_styles_change_nothing(visit: Visit, stage_origin: str) -> None:
    pictures = []
    for hostile in ("", "<style>*{all:unset!important}html{font-size:40px}body{line-height:3}</style>"):
        page = hosted(visit(stage_origin), head=hostile, policy=STYLED)
        launcher = page.locator("missiondesk-help .launch")
        launcher.wait_for()
        images = [launcher.screenshot()]
        open_widget(page)
        ask(page, "whole")
        page.locator("missiondesk-help .mark").first.click()
        images.append(page.locator("missiondesk-help .panel").screenshot())
        pictures.append(images)
    for plain, styled in zip(*pictures, strict=True):
        assert difference(plain, styled) <= LARGEST_DIFFERENCE


def difference(one: bytes, other: bytes) -> float:
    """The share of pixels that differ; 1 where the sizes do."""
    first, second = (Image.open(io.BytesIO(image)).convert("RGB") for image in (one, other))
    if first.size != second.size:
        return 1.0
    histogram = ImageChops.difference(first, second).convert("L").histogram()
    return 1 - histogram[0] / sum(histogram)


def test_several_widgets_stand_side_by_side_and_one_is_open(visit: Visit, stage_origin: str) -> None:
    other = '<script src="{0}/widget.js" data-site="other" data-label="Legal advice" async></script>'
    placed = '<div id=here></div><script src="{0}/widget.js" data-site="third" data-target="#here" async></script>'
    page = hosted(visit(stage_origin), SCRIPT + SCRIPT + other + placed)
    launchers = page.locator("missiondesk-help .launch")
    expect(launchers).to_have_count(3)
    assert page.locator("#here missiondesk-help").count() == 1
    floating = page.locator("missiondesk-help.floating .launch")
    boxes = [floating.nth(number).bounding_box() for number in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert abs(boxes[0]["y"] - boxes[1]["y"]) >= boxes[0]["height"], "none lies upon the other"
    floating.nth(0).click()
    page.locator("missiondesk-help textarea").first.wait_for()
    page.evaluate("document.querySelectorAll('missiondesk-help.floating')[1].open()")
    expect(page.locator("missiondesk-help .panel:visible")).to_have_count(1)


def test_a_page_chooses_colours_and_styles_parts(visit: Visit, stage_origin: str) -> None:
    rules = "missiondesk-help{--missiondesk-color:#5b2a86}missiondesk-help::part(launcher){border-radius:3px}"
    page = hosted(visit(stage_origin), head=f"<style>{rules}</style>", policy=STYLED)
    launcher = page.locator("missiondesk-help .launch")
    seen = launcher.evaluate("one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderRadius]")
    assert seen == ["rgb(91, 42, 134)", "3px"]


def test_a_link_to_the_help_page_opens_the_panel_and_works_without_it(visit: Visit, stage_origin: str) -> None:
    link = '<a id=link href="{0}/help?site=demo">Ask us</a>'
    page = hosted(visit(stage_origin), link + SCRIPT)
    launcher = page.locator("missiondesk-help .launch")
    assert launcher.get_attribute("href") == f"{stage_origin}/help?site=demo&language=en"
    page.locator("#link").click()
    page.locator("missiondesk-help textarea").wait_for()
    assert page.url.endswith("/host")
    plain = hosted(visit(stage_origin, scripts=False), link)
    plain.locator("#link").click()
    expect(plain.get_by_label("Your question")).to_be_visible()


def test_a_panel_that_cannot_be_loaded_leaves_the_link(visit: Visit, stage_origin: str) -> None:
    visitor = visit(stage_origin)
    page = hosted(visitor)
    page.route("**/widget/panel.js*", lambda route: route.fulfill(status=500))
    page.locator("missiondesk-help .launch").click()
    page.wait_for_url("**/help?site=demo&language=en")
    expect(page.get_by_label("Your question")).to_be_visible()
    visitor.faults = [fault for fault in visitor.faults if "500" not in fault]


@pytest.mark.parametrize(("target", "place"), [("", "body"), (' data-target="#here"', "#here")])
def test_an_older_browser_gets_the_link(visit: Visit, stage_origin: str, target: str, place: str) -> None:
    visitor = visit(stage_origin)
    visitor.context.add_init_script("delete Document.prototype.adoptedStyleSheets")
    page = hosted(visitor, "<div id=here></div>" + SCRIPT.replace(" async", f" data-label='Ask us'{target} async"))
    link = page.locator(f"{place} > a")
    expect(link).to_have_text("Ask us")
    assert page.locator("missiondesk-help").count() == 0
    link.click()
    expect(page.get_by_label("Your question")).to_be_visible()


def test_a_cheap_phone_on_a_bad_network_waits_little(visit: Visit, stage_origin: str) -> None:
    visitor = visit(stage_origin)
    page = visitor.context.new_page()
    session = visitor.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = time.monotonic()
    page.goto("/widget-demo", wait_until="commit")
    page.locator("missiondesk-help .launch").wait_for()
    assert time.monotonic() - began <= LONGEST_TO_LAUNCHER
    began = time.monotonic()
    open_widget(page)
    page.wait_for_function("document.activeElement.shadowRoot?.activeElement?.tagName === 'TEXTAREA'")
    assert time.monotonic() - began <= LONGEST_TO_INPUT


def test_a_single_page_site_may_take_the_widget_out_and_put_it_back(visit: Visit, stage_origin: str) -> None:
    page = hosted(visit(stage_origin))
    open_widget(page)
    ask(page, "whole")
    page.evaluate("""() => {
      const help = document.querySelector("missiondesk-help");
      document.body.replaceChildren();
      document.body.append(help);
    }""")
    expect(statements(page)).to_have_count(2)
    ask(page, "whole")
    expect(statements(page)).to_have_count(4)
