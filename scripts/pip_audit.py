"""Asks pip-audit about every installed package, but for what `security-exceptions.toml` lists: `make pip-audit`.

A package that could not be looked up counts as a fault: silence is no all-clear.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

EXCEPTIONS = Path(__file__).resolve().parents[1] / "security-exceptions.toml"
LONGEST_DAYS = 184
"""Until somebody must look at an exception again."""
_OURS = "missiondesk"


@dataclass(frozen=True)
class Accepted:
    """One advisory that we live with; `ids` are all its names."""

    ids: frozenset[str]
    package: str
    since: date
    look_again: date
    reason: str


def exceptions(text: str) -> list[Accepted]:
    """Those of the file. Raises ValueError where one has no reason, or a day that is too far away."""
    found = []
    for stated in tomllib.loads(text).get("exception", []):
        names = frozenset({stated["id"], *stated.get("aliases", ())})
        one = Accepted(names, stated["package"], stated["since"], stated["look_again"], stated["reason"].strip())
        if len(one.reason) < 40:
            raise ValueError(f"{stated['id']}: the reason is missing")
        if not 0 < (one.look_again - one.since).days <= LONGEST_DAYS:
            raise ValueError(f"{stated['id']}: look_again must follow within {LONGEST_DAYS} days")
        found.append(one)
    return found


def faults(report: Mapping[str, Any], known: Sequence[Accepted], today: date) -> Iterator[str]:
    """What is wrong, by pip-audit's report, one sentence each."""
    met: set[Accepted] = set()
    for package in report["dependencies"]:
        name = package["name"]
        if reason := package.get("skip_reason"):
            if name != _OURS:
                yield f"{name} was not looked up: {reason}"
            continue
        for hole in package["vulns"]:
            names = {hole["id"], *hole.get("aliases", ())}
            fitting = [one for one in known if one.package == name and names & one.ids]
            met.update(fitting)
            if not fitting:
                fixed = ", ".join(hole.get("fix_versions", ())) or "no release"
                yield f"{name} {package['version']}: {', '.join(sorted(names))}, mended in {fixed}"
    for one in known:
        listed = ", ".join(sorted(one.ids))
        if one.look_again < today:
            yield f"{listed} in {one.package}: to be looked at again since {one.look_again}"
        # Where nothing could be looked up, nothing is known of it.
        looked_up = {package["name"] for package in report["dependencies"] if not package.get("skip_reason")}
        if one not in met and one.package in looked_up:
            yield f"{listed} in {one.package} is not found any more: take it out of {EXCEPTIONS.name}"


def main() -> None:
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if not ended.stdout.strip():
        sys.exit("pip-audit has said nothing: see above.")
    report = json.loads(ended.stdout)
    found = list(faults(report, exceptions(EXCEPTIONS.read_text("utf-8")), datetime.now(UTC).date()))
    if found:
        sys.exit("\n".join(found))
    print(f"{len(report['dependencies'])} packages, no advisory but those of {EXCEPTIONS.name}.")


if __name__ == "__main__":
    main()
