from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import load_settings
from index.errors import InvalidSetting


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("missiondesk.toml").write_text('port = 9000\nhost = "127.0.0.2"\n')
    monkeypatch.setenv("MISSIONDESK_PORT", "9001")
    settings = load_settings()
    assert (settings.port, settings.host) == (9001, "127.0.0.2")
    assert load_settings(port=9002).port == 9002
    assert load_settings(port=None).port == 9001


@pytest.mark.parametrize("where", ["environment", "file"])
def test_an_unknown_setting_is_named_with_the_valid_ones(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if where == "file":
        Path("missiondesk.toml").write_text('chat_modell = "none"\n')
    else:
        monkeypatch.setenv("MISSIONDESK_CHAT_MODELL", "none")
    with pytest.raises(InvalidSetting, match="chat_model") as caught:
        load_settings()
    assert "Did you mean chat_model?" in caught.value.message
    assert "embedding_model" in caught.value.message


def test_a_wrong_value_is_named_with_what_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MISSIONDESK_PORT", "eighty")
    with pytest.raises(InvalidSetting, match="port") as caught:
        load_settings()
    assert "'eighty'" in caught.value.message


def test_a_broken_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("missiondesk.toml").write_text("port = = 9")
    with pytest.raises(InvalidSetting, match=r"missiondesk\.toml"):
        load_settings()
