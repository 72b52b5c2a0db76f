"""Lists the packages that an installation brings along, with their licences: `make licences` writes docs/licences.md.

Read from the installed packages' own metadata, beginning with the dependencies that pyproject.toml names. What states
no licence there is looked at by a person, and what was found stands in STATED below.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
UNKNOWN = "unknown"
STATED = {
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # its own code either of both, PDFium's both
    "tqdm": "MPL-2.0 AND MIT",
    "transformers": "Apache-2.0",
    # One of three may be chosen; this is the one that fits.
    "tld": "LGPL-2.1-or-later",
}
"""Read by a person, for packages whose metadata do not say it: name and licence."""
FREE = re.compile(
    r"^\(?(?:Apache-2\.0|MIT|BSD-[23]-Clause|0BSD|ISC|MPL-2\.0|PSF-2\.0|Python-2\.0|Unlicense|Zlib|HPND|MIT-CMU|"
    r"CC0-1\.0|LGPL-2\.1-or-later|LGPL-3\.0-or-later|CNRI-Python)\b"
)
"""Licences that let us, and those who install missiondesk, use and pass on the package as it is."""
_TROVE = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "The Unlicense (Unlicense)": "Unlicense",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
}
_FREE_TEXT = {
    "apache 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache software license 2.0": "Apache-2.0", "apache2": "Apache-2.0",
    "mit": "MIT", "mit license": "MIT", "the mit license (mit)": "MIT", "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause", "bsd-3-clause": "BSD-3-Clause", "bsd 3-clause": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause", "3-clause bsd license": "BSD-3-Clause", "new bsd license": "BSD-3-Clause",
    "mpl-2.0": "MPL-2.0", "isc": "ISC", "isc license": "ISC", "psf": "PSF-2.0", "hpnd": "HPND",
}  # fmt: skip
_HEAD = """# Licences of dependencies

What an installation of missiondesk brings along, with each package's licence as its own metadata state it. missiondesk
itself is Apache-2.0; the bundled embedding model is MIT, city names are CC BY 4.0 (GeoNames).

This page is written by `make licences`. Versions are not listed: those of an offline bundle stand in its wheels' names.

| package | licence | needed by |
|---|---|---|
"""


def stated_needs() -> list[Requirement]:
    """What pyproject.toml asks for at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return list(map(Requirement, project["dependencies"]))


def closure() -> dict[str, set[str]]:
    """Every package that is installed for missiondesk, by its canonical name, with what needs it."""
    needed: dict[str, set[str]] = {}
    waiting = [(requirement, "missiondesk") for requirement in stated_needs()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        found = installed(name)
        if found is None:
            continue
        needed.setdefault(name, set()).add(by)
        key = (name, frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            waiting += [(need, name) for need in _needs(found, requirement.extras)]
    return needed


def _needs(found: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for text in found.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def licence(name: str) -> str:
    """The licence as an SPDX expression, `unknown` where the metadata do not tell one."""
    found = distribution(name)
    if name in STATED:
        return STATED[name]
    if expression := found.metadata.get("License-Expression"):
        return str(expression)
    troves = [
        _TROVE[value.rpartition(" :: ")[2]]
        for value in found.metadata.get_all("Classifier", [])
        if value.startswith("License :: ") and value.rpartition(" :: ")[2] in _TROVE
    ]
    if troves:
        return " OR ".join(sorted(set(troves)))
    text = str(found.metadata.get("License") or "").strip()
    return _FREE_TEXT.get(text.splitlines()[0].strip().lower() if text else "", UNKNOWN)


def faults() -> list[str]:
    """Packages whose licence nobody knows, or that is not one of the free ones."""
    return [f"{name}: {told}" for name in sorted(closure()) if not FREE.match(told := licence(name))]


def page() -> str:
    rows = [f"| {name} | {licence(name)} | {', '.join(sorted(by))} |" for name, by in sorted(closure().items())]
    return _HEAD + "\n".join(rows) + "\n"


def main() -> None:
    if found := faults():
        sys.exit("Look at these, and write into scripts/licences.py what was found:\n" + "\n".join(found))
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(closure())} packages.")


if __name__ == "__main__":
    main()
