"""The chat's own words, in the language of the browser."""

from __future__ import annotations

from gradio.i18n import I18n

from assistant.messages import languages, message

DEFAULT_LANGUAGE = "en"

# Those that Gradio's own page translates; it reads the browser's language itself.
LABELS = ("chat_question", "chat_ask", "chat_stop", "chat_new")


def browser_language(accept_language: str) -> str:
    """The first language of an Accept-Language header that there is a catalogue for; English if there is none.

    Browsers send their languages in order of preference, so the weights (`q=`) need not be read.
    """
    available = languages()
    for part in accept_language.split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in available:
            return code
    return DEFAULT_LANGUAGE


def label_translations() -> I18n:
    """The labels in every language there is a catalogue for, as Gradio takes them."""
    return I18n(**{language: {key: message(key, language) for key in LABELS} for language in languages()})
