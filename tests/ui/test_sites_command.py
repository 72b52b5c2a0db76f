"""`missiondesk sites`: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ui.test_cli import Run, run

__all__ = ["run"]


def added(run: Run, *arguments: str) -> str:
    outcome = run("sites", "add", *arguments)
    assert outcome.code == 0, outcome.err
    return outcome.out.splitlines()[0]


def listed(run: Run) -> list[dict[str, object]]:
    sites: list[dict[str, object]] = json.loads(run("sites", "list", "--json").out)["sites"]
    return sites


def test_adding_a_site_prints_its_id_and_what_its_pages_need(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run("sites", "add", "https://Bücher.example", "https://www.example.org:443", "--daily", "50")
    site_id, snippet = outcome.out.splitlines()
    server = "http://127.0.0.1:8000"
    link = f'<noscript><a href="{server}/help?site={site_id}">Help</a></noscript>'
    assert snippet == f'<script src="{server}/widget.js" data-site="{site_id}" async></script>{link}'
    assert "public_url" in outcome.err
    (site,) = listed(run)
    assert (site["id"], site["daily_budget"]) == (site_id, 50)
    assert site["origins"] == ["https://xn--bcher-kva.example", "https://www.example.org"]
    monkeypatch.setenv("MISSIONDESK_PUBLIC_URL", "https://help.example.org/")
    outcome = run("sites", "add", "https://example.org")
    assert 'src="https://help.example.org/widget.js"' in outcome.out
    assert outcome.err == ""


def test_a_site_is_changed_and_removed(run: Run, tmp_path: Path) -> None:
    site_id = added(run, "https://example.org", "--name", "Example")
    contacts = tmp_path / "contacts.json"
    contacts.write_text('[{"name": "Desk", "email": "desk@example.org", "languages": ["it"]}]', encoding="utf-8")
    assert run("sites", "set", site_id, "--daily", "9", "--contacts", str(contacts)).code == 0
    (site,) = listed(run)
    assert (site["name"], site["origins"], site["daily_budget"]) == ("Example", ["https://example.org"], 9)
    assert site["contacts"] == [
        {"name": "Desk", "phone": None, "email": "desk@example.org", "url": None, "languages": ["it"], "countries": []}
    ]
    assert run("sites", "set", site_id, "--origin", "https://a.org", "--origin", "https://b.org").code == 0
    assert f"{site_id}\t9\tExample\thttps://a.org https://b.org" in run("sites", "list").out
    assert run("sites", "set", site_id, "--no-origins").code == 0
    assert "nobody" in run("sites", "list").out
    assert run("sites", "remove", site_id).code == 0
    assert listed(run) == []


def test_a_site_has_words_of_its_own(run: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts.json"
    texts.write_text('[{"language": "it", "title": "Sportello", "welcome": "Benvenuti."}]', encoding="utf-8")
    site_id = added(run, "https://example.org", "--texts", str(texts))
    expected = {"language": "it", "title": "Sportello", "welcome": "Benvenuti.", "question": None, "person": None}
    assert listed(run)[0]["texts"] == [expected]
    assert run("sites", "set", site_id, "--daily", "9").code == 0
    assert listed(run)[0]["texts"] == [expected]
    texts.write_text("[]", encoding="utf-8")
    assert run("sites", "set", site_id, "--texts", str(texts)).code == 0
    assert listed(run)[0]["texts"] == []


def test_mistakes_are_told_in_one_sentence(run: Run, tmp_path: Path) -> None:
    site_id = added(run, "https://example.org")
    foreign = tmp_path / "foreign.json"
    foreign.write_text('[{"language": "tlh", "title": "x"}]', encoding="utf-8")
    twice = tmp_path / "twice.json"
    twice.write_text('[{"language": "en"}, {"language": "en", "title": "Ask"}]', encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text('[{"name": "No way to reach"}]', encoding="utf-8")
    for code, *arguments in (
        (2, "add", "example.org"),
        (2, "add", "https://example.org/help"),
        (2, "add"),
        (2, "add", "https://example.org", "--daily", "-1"),
        (2, "add", "https://example.org", "--contacts", str(broken)),
        (2, "set", site_id, "--texts", str(foreign)),
        (2, "set", site_id, "--texts", str(twice)),
        (2, "set", site_id, "--texts", str(broken)),
        (2, "set", site_id, "--origin", "*"),
        (2, "set", site_id, "--origin", "https://a.org", "--no-origins"),
        (1, "set", "nope", "--name", "x"),
        (1, "remove", "nope"),
        (2, "remove"),
    ):
        outcome = run("sites", *(str(argument) for argument in arguments))
        assert (outcome.code, outcome.out == "" or code == 2) == (code, True), arguments
    assert [site["id"] for site in listed(run)] == [site_id]
