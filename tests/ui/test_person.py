"""`missiondesk person`: what its two commands print and write."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.ui.test_cli import Run, filled, run

__all__ = ["filled", "run"]


def test_a_person_is_exported_and_erased(filled: Run, tmp_path: Path) -> None:
    listed = filled("audit", "--json").json()["entries"]
    assert isinstance(listed, list)
    owner = listed[0]["actor"]
    assert json.loads(filled("person", "export", owner).out)["owner"] == owner
    out = tmp_path / "anna.json"
    assert filled("person", "export", owner, "--out", str(out)).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [entry["action"] for entry in json.loads(out.read_text())["audit"]][:2] == ["ingest.begun", "ingest.ended"]
    assert filled("person", "export", owner, "--out", str(out)).code == 2, "a file that exists stays"
    erased = filled("person", "erase", owner)
    assert (erased.code, "erased:" in erased.out) == (0, True)
    assert owner not in filled("audit").out
    nobody = filled("person", "erase", "key:nobody")
    assert (nobody.code, nobody.err) == (1, "missiondesk: Nothing is kept of key:nobody.\n")
