"""The documentation: it builds without a warning, and its pages load nothing from another server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from lxml import html

from tests.test_project import ROOT
from tests.test_release import script
from ui.api_page import api_page
from ui.cli import COMMANDS as KNOWN

LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
ELSEWHERE = re.compile(r"^(?:https?:)?//")
FETCHED_BY_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//")
CODE = re.compile(r"^\$ .*|^# .*/missiondesk .*|`missiondesk [^`]*`", re.MULTILINE)
COMMANDS = re.compile(r"\bmissiondesk (?:--data-dir \S+ )?([a-z]+)\b")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def test_every_page_is_there(site: Path) -> None:
    pages = {path.name for path in site.glob("*.html")}
    written = {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    assert written | {"api.html", "changelog.html", "404.html"} == pages


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    found = [f"{page.name}: {address}" for page in site.rglob("*.html") for address in loaded(page)]
    assert [address for address in found if "screenshots/chat-en.png" in address] != [], "images are seen"
    assert [line for line in found if ELSEWHERE.match(line.partition(": ")[2])] == []
    styles = [path for path in site.rglob("*.css") if FETCHED_BY_STYLE.search(path.read_text(encoding="utf-8"))]
    assert styles == []
    # The theme would fetch what draws diagrams from a public server.
    assert not any('class="mermaid"' in page.read_text(encoding="utf-8") for page in site.rglob("*.html"))


def loaded(page: Path) -> Iterator[str]:
    for element in html.parse(str(page)).iter(*LOADS):
        address = element.get(LOADS[str(element.tag)])
        if address and element.get("rel") not in {"canonical", "alternate", "next", "prev"}:
            yield address


def test_the_figures_are_the_readmes(site: Path) -> None:
    told = html.parse(str(site / "evaluation.html")).getroot().text_content()
    rows = re.findall(r"^\| (?!what)([^|]{20,}?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    measured = [row for row in rows if "`" not in row and "*" not in row][-10:]
    assert len(measured) == 10
    assert [row for row in measured if row not in told] == []


def test_a_page_that_nobody_named_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("index.md", "named.md", "new.md", "deep/other.md"):
        (tmp_path / name).write_text("# A page\n", encoding="utf-8")
    config = SimpleNamespace(docs_dir=str(tmp_path), nav=["index.md", {"A part": [{"A name": "named.md"}]}])
    assert script("docs_pages").on_config(config).nav[2:] == [{"More": ["deep/other.md", "new.md"]}]


def test_what_was_measured_last_stands_below_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = script("docs_pages")
    monkeypatch.setattr(pages, "REPORTS", tmp_path / "none")
    assert "No reports" in pages.reports()
    monkeypatch.setattr(pages, "REPORTS", tmp_path)
    (tmp_path / "answers.json").write_text('{"declined": {"share": 0.95}, "exact": true, "questions": 50}')
    (tmp_path / "answers.html").write_text("<!doctype html>")
    assert "\n| [answers](reports/answers.html) | declined share 0.95, questions 50 |" in pages.reports()


def test_every_command_that_is_named_exists() -> None:
    known = set(KNOWN)
    for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        code = re.findall(
            r"^\$ .*|^# .*/missiondesk .*|`missiondesk [^`]*`", page.read_text(encoding="utf-8"), re.MULTILINE
        )
        named = {name for line in code for name in COMMANDS.findall(line)}
        assert named <= known, page.name


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        assert set(re.findall(r"(?:^\$ |`)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)) <= targets, page.name


def test_every_extra_that_is_named_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        named = re.findall(r"\[([a-z,]+)\]'|EXTRAS=\[?([a-z,]+)", page.read_text(encoding="utf-8"))
        assert {extra for pair in named for part in pair for extra in part.split(",") if extra} <= set(extras), (
            page.name
        )


def test_the_apis_page_has_every_operation(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    page = api_page(description)
    operations = [
        f"## `{method.upper()} {path}`" for path, methods in description["paths"].items() for method in methods
    ]
    assert len(operations) > 20
    assert [line for line in operations if line not in page] == []
    assert "<script" not in page
