"""Pages of the documentation that are made from the project itself, for MkDocs (see `mkdocs.yml`).

The API's page comes from its OpenAPI description, the changelog and the figures from the files that hold them, and the
reports from what `make eval` left behind. So none of them can say something else than the project does.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import MagicMock

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from assistant.settings import load_settings
from assistant.wiring import open_access, open_conversations, open_feedback, open_library
from ui.api_page import api_page
from ui.app import create_app

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "data" / "eval"
FIGURES_TITLE = "## How good is it?"
REST = "More"
DIAGRAM = "A diagram, in Mermaid's notation"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Pages that `nav` does not name stand at its end."""
    docs = Path(config.docs_dir)
    named = set(_named(config.nav))
    others = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    if rest := [path for path in others if path not in named]:
        config.nav = [*(config.nav or []), {REST: rest}]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    files.append(File.generated(config, "api.md", content=api_page(description())))
    files.append(File.generated(config, "changelog.md", content=(ROOT / "CHANGELOG.md").read_text("utf-8")))
    for report in _reports("*.html"):
        files.append(File.generated(config, f"reports/{report.name}", abs_src_path=str(report)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    # What draws these would have to come from elsewhere.
    markdown = markdown.replace("```mermaid", f'```text title="{DIAGRAM}"')
    if page.file.src_uri != "evaluation.md":
        return markdown
    return markdown.replace("<!-- figures -->", figures()).replace("<!-- reports -->", reports())


def figures() -> str:
    """The README's own section, without its title and without what follows its table and remarks."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme[readme.index(FIGURES_TITLE) + len(FIGURES_TITLE) :]
    return section[: section.index("`python -m eval` measures")].strip()


def reports() -> str:
    """What `make eval` found last, with links to its pages; how to make it where there is nothing."""
    found = _reports("*.json")
    if not found:
        return "No reports lay in `data/eval` when these pages were built."
    lines = ["## Reports of this release", "", "| measurement | figures |", "|---|---|"]
    for path in found:
        told = ", ".join(f"{name} {value}" for name, value in _numbers(json.loads(path.read_text("utf-8"))))
        page = path.with_suffix(".html")
        name = f"[{path.stem}](reports/{page.name})" if page.exists() else path.stem
        lines.append(f"| {name} | {told} |")
    return "\n".join(lines)


def description() -> dict[str, Any]:
    """The OpenAPI description of a server with every route there is; it needs no assistant that answers."""
    with TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder))
        library = open_library(settings)
        app = create_app(
            MagicMock(),
            open_access(settings, library),
            conversations=open_conversations(settings, library),
            feedback=open_feedback(settings, library),
            intake=MagicMock(),
        )
        library.close()
        return app.openapi()


def _named(entry: object) -> list[str]:
    match entry:
        case str():
            return [entry]
        case dict():
            return [path for part in entry.values() for path in _named(part)]
        case list():
            return [path for part in entry for path in _named(part)]
    return []


def _reports(pattern: str) -> list[Path]:
    return sorted(REPORTS.glob(pattern)) if REPORTS.is_dir() else []


def _numbers(found: object, name: str = "") -> list[tuple[str, str]]:
    """Every number in a report, with its names in a row; lists are details."""
    if isinstance(found, dict):
        return [pair for key, value in found.items() for pair in _numbers(value, f"{name} {key}".strip())]
    if isinstance(found, int | float) and not isinstance(found, bool):
        return [(re.sub(r"\|", "/", name), f"{found:.3f}".rstrip("0").rstrip("."))]
    return []
