"""The npm package of the widget: what is in it is what is served, and what its description names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ui.widget.minified import FILES, minified, minified_name

ROOT = Path(__file__).parents[2]
WIDGET = ROOT / "ui" / "widget"
ALWAYS = {"package.json", "README.md", "LICENSE.md"}
"""What npm puts in whatever `files` says."""
IMPORTED = re.compile(r'(?:from|import\()\s*"\./([\w.]+)"')


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    description: dict[str, Any] = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))
    return description


@pytest.mark.parametrize("name", FILES)
def test_the_minified_file_is_its_sources(name: str) -> None:
    kept = (WIDGET / minified_name(name)).read_text(encoding="utf-8")
    assert kept == minified(name), "the source has changed: run `make widget`"
    assert "/*" not in kept
    assert 'from "./' not in kept, "each further file would be a request"


def test_the_version_is_the_projects(package: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (package["version"], package["license"]) == (project["version"], project["license"])
    lock = json.loads((WIDGET / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""] == {key: package[key] for key in ("name", "version", "license", "devDependencies")}
    assert (WIDGET / "LICENSE.md").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_whoever_installs_it_installs_nothing_else_and_runs_nothing(package: dict[str, Any]) -> None:
    assert {"dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies"} & set(package) == set()
    assert {"preinstall", "install", "postinstall", "prepare"} & set(package["scripts"]) == set()


def test_all_that_is_named_is_there_and_all_that_is_imported_is_named(package: dict[str, Any]) -> None:
    named = set(package["files"])
    exported = {
        target
        for entry in package["exports"].values()
        for target in (entry.values() if isinstance(entry, dict) else [entry])
    }
    assert {target.removeprefix("./") for target in (*exported, package["types"])} <= named | ALWAYS
    for name in named:
        imported = set(IMPORTED.findall((WIDGET / name).read_text(encoding="utf-8")))
        assert imported <= named, name


def test_npm_packs_just_that(package: dict[str, Any]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm on this machine")
    packed = subprocess.run(
        [npm, "pack", "--dry-run", "--json"], cwd=WIDGET, capture_output=True, text=True, check=True
    )
    (listed,) = json.loads(packed.stdout)
    assert {file["path"] for file in listed["files"]} == {*package["files"], *ALWAYS}
    assert listed["filename"] == f"missiondesk-widget-{package['version']}.tgz"


def test_types_tell_every_attribute_and_event() -> None:
    """What editors may write is what the source reads, and what the source tells is what the types say."""
    loader, panel = ((WIDGET / name).read_text(encoding="utf-8") for name in FILES)
    types = (WIDGET / "index.d.ts").read_text(encoding="utf-8")
    options = set(re.findall(r"^  (\w+)\??: (?:string|string \| URL);$", types, re.MULTILINE))
    assert options == set(re.findall(r"(?:OPTIONS|options)\.(\w+)", loader + panel))
    told = set(re.findall(r"""\.tell\("(\w+)\"""", panel))
    assert (
        told == set(re.findall(r"^  (\w+): CustomEvent<", types, re.MULTILINE)) == {"open", "close", "ask", "answered"}
    )


@pytest.mark.parametrize("text", ["docs/embedding.md", "ui/widget/README.md"])
def test_the_guides_name_every_attribute_event_part_and_property(text: str) -> None:
    guide = (ROOT / text).read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in WIDGET.glob("*.js") if ".min." not in path.name)
    named = {f"data-{option}" for option in re.findall(r"(?:OPTIONS|options)\.(\w+)", sources)}
    named |= set(re.findall(r"--missiondesk-(?!offset)\w+", sources))
    named |= {f"`{event}`" for event in re.findall(r"""\.tell\("(\w+)\"""", sources)}
    if text.startswith("docs/"):
        named |= {f"`{part}`" for part in re.findall(r"""part(?:",|:) "(\w+)\"""", sources)}
    assert [name for name in sorted(named) if name not in guide] == []
