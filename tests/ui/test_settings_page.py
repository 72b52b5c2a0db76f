"""The settings in force with where they come from, and the page about all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.ui.test_cli import Run, run
from ui.settings_page import settings_page

__all__ = ["run"]

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "python -m ui.settings_page > docs/settings.md"


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_in_force(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "missiondesk.toml").write_text('port = 8080\nreranker_key = "sesame"\nhost = "localhost"\n')
    monkeypatch.setenv("MISSIONDESK_HOST", "127.0.0.1")
    monkeypatch.setenv("MISSIONDESK_CHAT_API_KEY", "sesame")
    monkeypatch.setenv("MISSIONDESK_CHAT_BASE_URL", "http://anna:sesame@chat.example.org/v1")
    outcome = run("settings", "--json", "--data-dir", str(tmp_path / "elsewhere"))
    listed = outcome.json()["settings"]
    assert isinstance(listed, list)
    found = {setting["name"]: (setting["value"], setting["origin"]) for setting in listed}
    assert list(found) == list(Settings.model_fields)
    assert found["data_dir"] == (str(tmp_path / "elsewhere"), "command line")
    assert found["port"] == ("8080", "file")
    assert found["host"] == ("127.0.0.1", "environment")
    assert found["chat_model"] == ("none", "default")
    assert found["web_ports"] == ("80, 443", "default")
    assert found["chat_base_url"] == ("http://…@chat.example.org/v1", "environment")
    assert (found["reranker_key"][1], found["chat_api_key"][1]) == ("file", "environment")
    assert "sesame" not in outcome.out
    assert "sesame" not in run("settings").out
    assert not (tmp_path / "elsewhere").exists()
