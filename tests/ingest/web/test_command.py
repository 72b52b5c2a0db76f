"""`missiondesk ingest` with an address, from the settings to what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.settings import Settings
from index.generations import Generations
from index.index import Index
from index.library import Library
from tests.ingest.conftest import CountingEmbedder
from tests.ingest.web.conftest import PUBLIC, Site
from tests.ingest.web.test_site import page
from ui.cli import main


def test_the_command_reads_a_site(
    site: Site,
    counting: CountingEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def open_index(settings: Settings, library: Library) -> Index:
        return Index(library, counting, Generations(tmp_path / "generations", counting.name))

    def run(*arguments: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            main(["ingest", *arguments, "--data-dir", str(tmp_path / "data")])
        return ended.value.code, capsys.readouterr().out

    monkeypatch.setattr("ui.commands.ingest.open_index", open_index)
    start = f"http://{PUBLIC}:{site.port}/"
    site.page("/", page("help desk", "/a"), ETag='"1"')
    site.page("/a", page("advice office"))
    code, refused = run(start, "--json")
    assert code == 1
    assert json.loads(refused)["items"][0]["error"]["code"] == "forbidden_address"
    assert site.asked == []

    monkeypatch.setenv("MISSIONDESK_WEB_PRIVATE_NETWORKS", f"{PUBLIC}/32")
    monkeypatch.setenv("MISSIONDESK_WEB_PORTS", f"443,{site.port}")
    monkeypatch.setenv("MISSIONDESK_WEB_INTERVAL_SECONDS", "0")
    assert run(start, "--depth", "1") == (0, "2 added, 0 updated, 0 unchanged, 0 failed\n")
    site.status("/a", 404)
    code, out = run(start, "--depth", "1", "--json")
    report = json.loads(out)
    assert (code, report["unchanged"], report["missing"], report["removed"], report["failed"]) == (0, 1, 1, 0, 0)
    assert report["items"][1]["error"]["code"] == "gone"
    assert run(start, "--depth", "1", "--prune") == (0, "0 added, 0 updated, 1 unchanged, 1 removed, 0 failed\n")
