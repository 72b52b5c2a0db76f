"""The comparison of widgets: what stands in for others' servers, and what the table says. No browser, no registry."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import httpx
import pytest

from eval.widget_host import served_pages, served_widgets
from eval.widget_packages import fetch_package
from eval.widget_peers import ANSWER, PEERS, QUOTE, SOURCE
from eval.widget_table import as_markdown, table_of
from eval.widget_visit import Seen
from index.errors import InvalidRequest


def test_the_stand_in_speaks_each_protocol(tmp_path: Path) -> None:
    with served_widgets({}) as api, httpx.Client(base_url=api) as client:
        flowise = client.post("/flowise/api/v1/prediction/c", json={"question": "When?"}).json()
        assert (flowise["text"], flowise["sourceDocuments"][0]["pageContent"]) == (ANSWER, QUOTE)
        assert client.get("/flowise/api/v1/chatflows-streaming/c").json() == {"isStreaming": False}
        assert client.post("/deep-chat", json={"messages": []}).json() == {"text": ANSWER}
        assert client.post("/n8n", json={"action": "loadPreviousSession"}).json() == {"data": []}
        assert client.post("/n8n", json={"action": "sendMessage"}).json() == {"output": ANSWER}
        streamed = client.post("/anythingllm/embed/c/stream-chat", json={"message": "When?"})
        assert streamed.headers["content-type"] == "text/event-stream"
        assert ANSWER in streamed.text
        assert SOURCE in streamed.text
        beforehand = client.options("/n8n")
        assert (beforehand.status_code, beforehand.headers["access-control-allow-origin"]) == (204, "*")


def test_files_are_served_as_what_they_are_and_none_from_elsewhere(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "secret.js"
    inside.mkdir()
    (inside / "a.mjs").write_text("let a;", encoding="utf-8")
    outside.write_text("let secret;", encoding="utf-8")
    with served_widgets({"w": inside}) as api:
        script = httpx.get(f"{api}/w/a.mjs")
        assert (script.text, script.headers["content-type"]) == ("let a;", "text/javascript")
        for path in ("/w/../secret.js", "/w/%2e%2e/secret.js", "/w", "/other/a.mjs"):
            assert "secret" not in httpx.get(api + path).text


def test_a_page_has_its_policy() -> None:
    with served_pages({"/strict": ("text/html", "default-src 'none'", "<p>A page</p>")}) as site:
        page = httpx.get(f"{site}/strict")
        assert (page.text, page.headers["content-security-policy"]) == ("<p>A page</p>", "default-src 'none'")
        assert httpx.get(f"{site}/nowhere").status_code == 404


def test_every_peer_names_its_version_or_says_that_it_has_none() -> None:
    assert [peer.package for peer in PEERS if peer.package] == [
        "flowise-embed@3.1.6", "deep-chat@2.4.2", "@n8n/chat@1.37.0",
    ]  # fmt: skip
    for peer in PEERS:
        given = {"files": "https://f.example", "api": "https://a.example"}
        assert "{" not in peer.markup.format(**given).replace('{"url"', "")
        assert "https://f.example" in peer.markup.format(**given) + peer.script.format(**given)


def test_the_table_says_what_was_seen_and_what_was_not_loaded() -> None:
    ours = Seen(bytes_to_question=10_400, answers=True, tells_quote=True, links_source=True, focus_goes_in=True)
    other = Seen(
        foreign={"fonts.example"}, axe=["button-name"], strict_violations=["style-src", "style-src"],
        faults=["Arabic page: Timeout"],
    )  # fmt: skip
    found = {"missiondesk": ours, "deep-chat": other}
    table = table_of(found)
    rows = {row[0]: list(row[1:]) for row in table.rows}
    assert rows["Size to the first question, gzip -9"] == ["10.4 KB", "0.0 KB"]
    assert rows["Other parties asked"] == ["nothing", "fonts.example"]
    assert rows["axe, panel open: WCAG 2.2 A/AA rules broken"] == ["0", "1 (button-name)"]
    assert rows["Strict policy: violations"] == ["0", "2 (style-src)"]
    assert rows["The source of an answer"] == ["quoted, linked to", "no answer"]
    assert rows["Could not be looked at"] == ["", "Arabic page: Timeout"]
    page = as_markdown(table, found, ["AnythingLLM embed"], date(2026, 11, 28))
    assert "deep-chat@2.4.2" in page
    assert "flowise" not in page
    assert "- Not loaded: AnythingLLM embed, whose files are not in the npm registry." in page
    assert page.count("\n| ") == len(table.rows) + 1


def test_a_package_that_cannot_be_fetched_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr("eval.widget_packages.shutil.which", lambda _: "/usr/bin/npm")
    monkeypatch.setattr("eval.widget_packages.subprocess.run", fail)
    with pytest.raises(InvalidRequest, match="npm could not fetch deep-chat"):
        fetch_package("deep-chat@2.4.2", tmp_path / "x")
    monkeypatch.setattr("eval.widget_packages.shutil.which", lambda _: None)
    with pytest.raises(InvalidRequest, match="no npm"):
        fetch_package("deep-chat@2.4.2", tmp_path / "x")
