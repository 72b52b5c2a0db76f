"""The project file agrees with what lies beside it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
OURS = ("assistant", "eval", "index", "ingest", "ui")
NOT_SHIPPED = {".pyc", ".md"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


FIRST_SAFE = {
    "gradio": "6.16", "langchain-core": "1.2.22", "starlette": "0.49.1", "python-multipart": "0.0.27", "pypdf": "7.1",
    "jinja2": "3.1.6",
}  # fmt: skip
"""The first versions without the advisories that concern what we do with these packages."""


def shipped_files() -> list[Path]:
    files = (path.relative_to(ROOT) for package in OURS for path in (ROOT / package).rglob("*"))
    return [path for path in files if (ROOT / path).is_file() and "__pycache__" not in path.parts]


def test_every_package_is_listed(project: dict[str, Any]) -> None:
    on_disk = {".".join(path.parent.parts) for path in shipped_files() if path.suffix == ".py"}
    assert sorted(on_disk) == project["tool"]["setuptools"]["packages"]


def test_every_package_has_a_docstring_module() -> None:
    folders = {path.parent for path in shipped_files() if path.suffix == ".py"}
    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").exists()] == []


def test_every_data_file_is_shipped(project: dict[str, Any]) -> None:
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    shipped = {path for package in OURS for pattern in patterns for path in (ROOT / package).glob(pattern)}
    data = [path for path in shipped_files() if path.suffix not in {".py", *NOT_SHIPPED}]
    assert [str(path) for path in data if ROOT / path not in shipped] == []


def test_the_version_is_the_changelogs_newest(project: dict[str, Any]) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert released[0] == project["project"]["version"]


def test_one_command_is_what_ci_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


@pytest.mark.parametrize("target", ["demo", "serve", "test", "lint", "format", "eval", "docs", "dist", "bundle"])
def test_make_knows_the_target(target: str) -> None:
    rules = re.findall(r"^(\w+):(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "$(READY)" in dict(rules)[target], "every command makes the environment when it is missing"


def test_no_version_with_a_known_hole_is_allowed(project: dict[str, Any]) -> None:
    table = project["project"]
    lowest = {
        requirement.name: Version(bound.version)
        for requirement in map(Requirement, table["dependencies"])
        for bound in requirement.specifier
        if bound.operator in {">=", "=="}
    }
    assert {name for name, first in FIRST_SAFE.items() if lowest[name] < Version(first)} == set()
