"""The product as it is served, with a few documents and the bundled model, and a Chromium to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from assistant.assistant import Assistant
from assistant.feedback import Feedback
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from index.document import Audience
from ingest.pipeline import ingest
from tests.browser.documents import write_documents
from tests.browser.serving import served
from tests.browser.staged import Stage, staged
from tests.browser.troubled import troubled_chat
from tests.browser.visitor import Visitor
from ui.server import build

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_FIGURE = "figure"

# As long as pages themselves are waited for: an answer takes seconds on a machine that does other things too.
expect.set_options(timeout=20_000)

Visit = Callable[..., Visitor]
Figure = Callable[[str], None]


def chromium_path() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("there is no Chromium on this machine: run scripts/debian-packages")
    return path


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Notes a figure, which is printed once all tests have run, whether they pass or not."""
    # A test's properties reach the process that prints, whichever process it runs in.
    return lambda line: request.node.user_properties.append((_FIGURE, line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "teardown":
                for name, line in report.user_properties:
                    if name == _FIGURE:
                        terminalreporter.write_line(str(line))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("browser")
    public, internal = write_documents(folder)
    settings = load_settings(data_dir=folder / "data")
    assistant = open_assistant(settings)
    index = assistant.index
    for path, audience in ((public, Audience.PUBLIC), (internal, Audience.INTERNAL)):
        report = ingest([str(path)], lambda: index, index.library, audience=audience)
        assert report.failed == 0, report.items
    yield assistant
    index.close()


@pytest.fixture(scope="package")
def origin(assistant: Assistant) -> Iterator[str]:
    """The address of the product's server."""
    with served(build(load_settings(), assistant)) as address:
        yield address


@pytest.fixture(scope="package")
def staged_server(assistant: Assistant) -> Iterator[tuple[str, Stage]]:
    with staged(assistant) as served_stage:
        yield served_stage


@pytest.fixture
def stage(staged_server: tuple[str, Stage]) -> Stage:
    """What decides when the staged server's answers go on."""
    stage = staged_server[1]
    stage.go.clear()
    stage.left.clear()
    return stage


@pytest.fixture
def stage_origin(staged_server: tuple[str, Stage], stage: Stage) -> str:
    """The address of the staged server, at its beginning."""
    return staged_server[0]


@pytest.fixture(scope="package")
def troubled_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Feedback]]:
    with troubled_chat(tmp_path_factory.mktemp("troubled")) as desk:
        yield desk


@pytest.fixture(scope="package")
def troubled(troubled_desk: tuple[str, Feedback]) -> str:
    """The address of a chat over `tests.browser.troubled`."""
    return troubled_desk[0]


@pytest.fixture(scope="package")
def reported(troubled_desk: tuple[str, Feedback]) -> Feedback:
    """What people report there."""
    return troubled_desk[1]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Makes visitors to an origin; the test fails if one of them saw a fault."""
    visitors = []

    def new(origin: str, locale: str = "en-US", *, scripts: bool = True, **options: Any) -> Visitor:
        """`options` are those of Playwright's contexts."""
        chosen = {"viewport": {"width": 1280, "height": 800}, "java_script_enabled": scripts, **options}
        context = chromium.new_context(base_url=origin, locale=locale, **chosen)
        context.set_default_timeout(20_000)
        visitors.append(Visitor(context, origin))
        return visitors[-1]

    yield new
    for visitor in visitors:
        visitor.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []
