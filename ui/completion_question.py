"""What is asked in a request of OpenAI's shape, and what of it cannot be done here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.errors import InvalidRequest
from ui.bodies.completion_request import CompletionMessageBody, CompletionRequestBody

_USER = "user"
_CHOOSES_NO_TOOL = (None, "none", "auto")

_CANNOT: dict[str, Callable[[CompletionRequestBody], bool]] = {
    "n": lambda asked: asked.n not in (None, 1),
    "tools": lambda asked: bool(asked.tools),
    "tool_choice": lambda asked: asked.tool_choice not in _CHOOSES_NO_TOOL,
    "functions": lambda asked: bool(asked.functions),
    "function_call": lambda asked: asked.function_call not in _CHOOSES_NO_TOOL,
    "response_format": lambda asked: (asked.response_format or {"type": "text"}).get("type") != "text",
    "modalities": lambda asked: asked.modalities not in (None, [], ["text"]),
    "audio": lambda asked: asked.audio is not None,
    "logprobs": lambda asked: bool(asked.logprobs),
    "stop": lambda asked: bool(asked.stop),
    "web_search_options": lambda asked: asked.web_search_options is not None,
}


@dataclass(frozen=True, slots=True)
class CompletionQuestion:
    """The question, and what the same person asked before it, oldest first."""

    question: str
    asked: tuple[str, ...]


def unsupported(asked: CompletionRequestBody) -> str | None:
    """The first parameter whose wish cannot be granted, if any: an answer as if it had been would mislead."""
    if parameter := next((name for name, is_asked in _CANNOT.items() if is_asked(asked)), None):
        return parameter
    last = _users(asked)[-1:]
    return "messages" if any(not _is_text(message) for message in last) else None


def completion_question(asked: CompletionRequestBody) -> CompletionQuestion:
    """The last message of a user, and those before it; all others are left aside, whoever wrote them.

    Raises `InvalidRequest` where no user says anything.
    """
    words = [message.words for message in _users(asked)]
    if not words:
        raise InvalidRequest("No message is a user's: there is no question.", code="empty_question")
    return CompletionQuestion(words[-1], tuple(words[:-1]))


def _users(asked: CompletionRequestBody) -> list[CompletionMessageBody]:
    return [message for message in asked.messages if message.role == _USER]


def _is_text(message: CompletionMessageBody) -> bool:
    return not isinstance(message.content, list) or all(part.type == "text" for part in message.content)
