"""`missiondesk ingest` with an address, and a job with one, from the settings to what becomes of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from index.document import Audience
from index.generations import Generations
from index.index import Index
from index.job import ENDED, Job
from index.library import Library
from index.scope import EVERYTHING
from tests.ingest.conftest import CountingEmbedder
from tests.ingest.web.conftest import PUBLIC, Site
from tests.ingest.web.test_site import page, sitemap
from ui.cli import main
from ui.intake import Intake, open_intake


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


def test_a_job_reads_a_site(site: Site, index: Index, library: Library, tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=tmp_path / "data", web_private_networks=[f"{PUBLIC}/32"], web_ports=[site.port],
        web_interval_seconds=0,
    )  # fmt: skip
    start = f"http://{PUBLIC}:{site.port}/sitemap.xml"
    site.page("/sitemap.xml", sitemap("/a", "/b", "/c"), "text/xml")
    site.page("/a", page("help desk"), ETag='"1"')
    site.page("/b", page("advice office"))
    site.status("/c", 404)
    intake = open_intake(settings, index)
    intake.worker.start()
    try:
        first = _ended(intake, intake.jobs.add("crawl", Audience.PUBLIC, "web", targets=[start]))
        assert sorted(item.status for item in intake.jobs.items(first.id)) == ["added", "added", "failed"]
        assert {(each.audience, each.collection) for each in library.documents(EVERYTHING)} == {
            (Audience.PUBLIC, "web")
        }
        site.status("/b", 410)
        again = intake.jobs.items(_ended(intake, intake.jobs.add("crawl", Audience.PUBLIC, "web", targets=[start])).id)
    finally:
        intake.worker.stop()
    outcomes = {item.uri[-2:]: item.error.code if item.error else item.status for item in again}
    assert outcomes == {"/a": "unchanged", "/b": "gone", "/c": "http_error"}
    assert len(library.documents(EVERYTHING)) == 2, "a job removes nothing"


def _ended(intake: Intake, job: Job) -> Job:
    intake.worker.wake()
    until = time.monotonic() + 30
    while (found := intake.jobs.get(job.id)).stage not in ENDED:
        assert time.monotonic() < until, found.stage
        time.sleep(0.02)
    return found
