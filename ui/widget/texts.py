"""The widget's words, one language at a time."""

from __future__ import annotations

from typing import TypedDict

from assistant.messages import languages, message
from ui.languages import DEFAULT, direction

KEYS = (
    "title",
    "notice",
    "close",
    "question",
    "ask",
    "asked",
    "searching",
    "searched",
    "next",
    "ready",
    "page",
    "source",
    "open",
    "translation",
    "contacts",
    "failed",
    "busy",
    "waiting",
    "tomorrow",
    "refused",
    "cut",
    "retry",
    "stop",
    "stopped",
    "offline",
    "clear",
    "exit",
    "person",
    "language",
)


class WidgetTexts(TypedDict):
    """What the widget is sent: the language it really gets, its direction, all that there are, and words by key."""

    language: str
    direction: str
    languages: tuple[str, ...]
    texts: dict[str, str]


def best_language(tag: str) -> str:
    """The catalogue's language for a tag like `fr-CA`; English where there is none."""
    code = tag.replace("_", "-").split("-")[0].lower()
    return code if code in languages() else DEFAULT


def widget_texts(tag: str) -> WidgetTexts:
    """All words of the widget in the language of `tag`, or in English."""
    language = best_language(tag)
    return {
        "language": language,
        "direction": direction(language),
        "languages": languages(),
        "texts": {key: message(f"widget_{key}", language) for key in KEYS},
    }
