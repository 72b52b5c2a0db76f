"""The widget's words, one language at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TypedDict

from assistant.feedback import FeedbackReason
from assistant.messages import languages, message
from assistant.site_texts import SiteTexts, texts_in
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
    "helpful",
    "unhelpful",
)
# Words that the staff chat has for the same.
_AS_IN_CHAT = ("reason", "comment", "include", "send", "cancel", "thanks")


class ReasonText(TypedDict):
    """What can be wrong with an answer: as it is sent, and as it is called."""

    reason: str
    rating: str
    text: str


class WidgetTexts(TypedDict):
    """What the widget is sent: the language it really gets, its direction, all that there are, and words by key."""

    language: str
    direction: str
    languages: tuple[str, ...]
    texts: dict[str, str]
    reasons: list[ReasonText]


def own_words(site: Sequence[SiteTexts], language: str) -> dict[str, str]:
    """What a site says in its own words, by the widget's keys."""
    words = asdict(texts_in(site, language))
    del words["language"]
    return {key: text for key, text in words.items() if text is not None}


def best_language(tag: str) -> str:
    """The catalogue's language for a tag like `fr-CA`; English where there is none."""
    code = tag.replace("_", "-").split("-")[0].lower()
    return code if code in languages() else DEFAULT


def widget_texts(tag: str, site: Sequence[SiteTexts] = ()) -> WidgetTexts:
    """All words of the widget in the language of `tag`, or in English; a site's own where it has them.

    `welcome` is there only where the site has one.
    """
    language = best_language(tag)
    own = {key: message(f"widget_{key}", language) for key in KEYS}
    shared = {key: message(f"chat_{key}", language) for key in _AS_IN_CHAT}
    return {
        "language": language,
        "direction": direction(language),
        "languages": languages(),
        "texts": {**own, **shared, **own_words(site, language)},
        "reasons": [
            {"reason": reason, "rating": reason.rating, "text": message(f"chat_reason_{reason}", language)}
            for reason in FeedbackReason
        ],
    }
