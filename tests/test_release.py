"""What must hold before a release: licences that are known, and advisories that somebody has looked at."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from tests.test_project import ROOT

TODAY = date(2026, 12, 1)
EXCEPTION = """
[[exception]]
id = "CVE-1"
aliases = ["GHSA-1"]
package = "chromadb"
since = 2026-11-28
look_again = 2027-02-28
reason = "Only its server has it, and that is never started here."
"""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look it up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def report(*vulns: dict[str, Any], skip_reason: str | None = None) -> dict[str, Any]:
    chroma: dict[str, Any] = {"name": "chromadb", "version": "1.5.9", "vulns": list(vulns)}
    if skip_reason is not None:
        chroma = {"name": "chromadb", "skip_reason": skip_reason}
    return {"dependencies": [chroma, {"name": "missiondesk", "skip_reason": "not found"}]}


def hole(name: str, *aliases: str) -> dict[str, Any]:
    return {"id": name, "aliases": list(aliases), "fix_versions": ["1.6"]}


def told(found: dict[str, Any], text: str = EXCEPTION, today: date = TODAY) -> list[str]:
    audit = script("pip_audit")
    return list(audit.faults(found, audit.exceptions(text), today))


# -- licences ----------------------------------------------------------------------------------------------------------


def test_every_licence_is_known_and_free() -> None:
    assert script("licences").faults() == []


def test_the_page_lists_every_dependency_we_name() -> None:
    licences = script("licences")
    listed = set(re.findall(r"^\| (\S+) \| (?!licence)", licences.PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    named = {canonicalize_name(need.name) for need in licences.stated_needs()}
    assert len(named) > 40
    assert named - listed == set(), "make licences"
    rows = dict(re.findall(r"^\| (\S+) \| ([^|]+) \|", licences.page(), re.MULTILINE))
    assert {name: row for name, row in rows.items() if name in named and not licences.FREE.match(row)} == {}


# -- advisories --------------------------------------------------------------------------------------------------------


def test_the_exceptions_have_reasons_and_days() -> None:
    audit = script("pip_audit")
    listed = audit.exceptions((ROOT / "security-exceptions.toml").read_text(encoding="utf-8"))
    assert [one.package for one in listed] == ["chromadb"]


@pytest.mark.parametrize(
    "change",
    [
        ('reason = "Only its server has it, and that is never started here."', 'reason = "later"'),
        ("look_again = 2027-02-28", "look_again = 2028-02-28"),
        ("look_again = 2027-02-28", "look_again = 2026-11-27"),
    ],
)
def test_an_exception_without_reason_or_end_is_refused(change: tuple[str, str]) -> None:
    assert change[0] in EXCEPTION
    with pytest.raises(ValueError, match="CVE-1"):
        script("pip_audit").exceptions(EXCEPTION.replace(*change))


def test_what_is_listed_passes_under_any_of_its_names() -> None:
    assert told(report(hole("CVE-1"))) == []
    assert told(report(hole("PYSEC-7", "GHSA-1"))) == []


def test_what_is_not_listed_is_told() -> None:
    assert told(report(hole("CVE-1"), hole("CVE-2"))) == ["chromadb 1.5.9: CVE-2, mended in 1.6"]
    assert len(told(report(hole("CVE-1")), EXCEPTION.replace("chromadb", "numpy"))) == 1


def test_an_exception_ends() -> None:
    assert told(report(hole("CVE-1")), today=date(2027, 3, 1)) == [
        "CVE-1, GHSA-1 in chromadb: to be looked at again since 2027-02-28"
    ]
    assert told(report()) == [
        "CVE-1, GHSA-1 in chromadb is not found any more: take it out of security-exceptions.toml"
    ]


def test_silence_is_no_all_clear() -> None:
    assert told(report(skip_reason="no such package")) == ["chromadb was not looked up: no such package"]
