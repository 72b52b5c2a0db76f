"""Opens the chat model of the settings, or says what to install or set."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings, is_set
from index.errors import InvalidSetting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_ANSWER_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class _Provider:
    """`options` switch off the client's own retries and time-outs, which `chat_stream` has; `keys` are variables."""

    extra: str
    options: dict[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()


_PROVIDERS = {
    "ollama": _Provider("ollama"),
    "openai": _Provider("openai", {"max_retries": 0, "timeout": None}, ("OPENAI_API_KEY",)),
    "anthropic": _Provider("anthropic", {"max_retries": 0, "timeout": None}, ("ANTHROPIC_API_KEY",)),
    # Its 0 stands for five retries.
    "google_genai": _Provider("google", {"max_retries": 1, "timeout": None}, ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    # It must have a limit: a day.
    "mistralai": _Provider("mistral", {"max_retries": 1, "timeout": 86_400}, ("MISTRAL_API_KEY",)),
}
_CHAT_MODELS = (
    "Write `none` for verbatim answers, or `provider:model`, such as "
    + ", ".join(f"{provider}:MODEL" for provider in _PROVIDERS)
    + "; each needs its package, such as missiondesk[ollama]."
)


def open_chat_model(settings: Settings) -> BaseChatModel | None:
    """The chat model of the settings, or None for verbatim answers. Raises `InvalidSetting`."""
    name = settings.chat_model
    if name == "none":
        return None
    if not all(name.partition(":")):
        raise InvalidSetting(f"Setting chat_model has the wrong value {name!r}. {_CHAT_MODELS}")
    from langchain.chat_models import init_chat_model

    try:
        if (provider := name.partition(":")[0]) in _PROVIDERS:
            # A package that is missing is told before its key.
            import_module(f"langchain_{provider}")
        model: BaseChatModel = init_chat_model(name, **_options(settings))
        return model
    except (ImportError, ValueError) as error:
        raise InvalidSetting(_unusable(name, error)) from error


def _options(settings: Settings) -> dict[str, Any]:
    named = settings.chat_model.partition(":")[0]
    provider = _PROVIDERS.get(named)
    options: dict[str, Any] = {"temperature": 0, **(provider.options if provider else {"max_retries": 0})}
    if named == "ollama":
        # It cuts a longer prompt without a word.
        options["num_ctx"] = settings.chat_prompt_tokens + _ANSWER_TOKENS
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if settings.chat_api_key:
        options["api_key"] = settings.chat_api_key.get_secret_value()
    elif provider and provider.keys and not is_set(provider.keys):
        if not (named == "openai" and settings.chat_base_url):
            raise InvalidSetting(
                f"Setting chat_model {settings.chat_model!r} needs a key. Set {provider.keys[0]} in the environment, "
                "or chat_api_key."
            )
        # A compatible server without keys; the client insists on one.
        options["api_key"] = "none"
    return options


def _unusable(name: str, error: ImportError | ValueError) -> str:
    named = name.partition(":")[0]
    provider = _PROVIDERS.get(named)
    if isinstance(error, ImportError):
        missing = error.__cause__.name if isinstance(error.__cause__, ImportError) else None
        package = (missing or f"langchain_{named}").partition(".")[0].replace("_", "-")
        package = f"missiondesk[{provider.extra}]" if provider else package
        return f"Setting chat_model {name!r}: its provider is not installed. Install it with: pip install '{package}'"
    if provider:
        reason = str(error).partition("\n")[0].rstrip(".")
        return f"Setting chat_model {name!r}: {named} does not take it ({reason}). Check its key and chat_base_url."
    return f"Setting chat_model {name!r}: {named} is no provider that is known. {_CHAT_MODELS}"
