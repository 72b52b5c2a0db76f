"""A chat model that cannot be used: which setting, which value, what is allowed, what to install."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from assistant.chat_provider import open_chat_model
from assistant.settings import load_settings
from index.errors import InvalidSetting


def said(name: str) -> str:
    with pytest.raises(InvalidSetting) as caught:
        open_chat_model(load_settings(chat_model=name))
    message = caught.value.message
    assert message.startswith("Setting chat_model ")
    assert repr(name) in message
    assert "model_provider" not in message, "that is LangChain's advice to programmers"
    return message


def test_none_is_no_model() -> None:
    assert open_chat_model(load_settings(chat_model="none")) is None


@pytest.mark.parametrize("name", ["gpt-4o", "nonee", "openai:", ":gpt-4o", "teletext:42"])
def test_what_is_no_model_is_told_what_is_allowed(name: str) -> None:
    message = said(name)
    assert "Write `none` for verbatim answers, or `provider:model`, such as ollama:MODEL" in message
    assert "missiondesk[ollama]" in message


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("openai:m", ["OPENAI_API_KEY"]),
        ("anthropic:m", ["ANTHROPIC_API_KEY"]),
        ("google_genai:m", ["GOOGLE_API_KEY", "GEMINI_API_KEY"]),
        ("mistralai:m", ["MISTRAL_API_KEY"]),
    ],
)
def test_a_missing_key_is_told_at_the_start(name: str, variables: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    package = f"langchain_{name.partition(':')[0]}"
    monkeypatch.setitem(sys.modules, package, ModuleType(package))  # as where it is installed
    for variable in variables:
        monkeypatch.delenv(variable, raising=False)
    assert f"Set {variables[0]}" in said(name)


@pytest.mark.parametrize(
    ("name", "module", "package"),
    [
        ("ollama:llama3", "langchain_ollama", "missiondesk[ollama]"),
        ("anthropic:claude", "langchain_anthropic", "missiondesk[anthropic]"),
        ("mistralai:small", "langchain_mistralai", "missiondesk[mistral]"),
        ("azure_openai:gpt", "langchain_openai", "langchain-openai"),
    ],
)
def test_what_is_not_installed_is_named(name: str, module: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as where it is not installed
    assert f"pip install '{package}'" in said(name)
