"""The labels of the chat's page, which Gradio shows in the browser's language until the page knows the reader's."""

from __future__ import annotations

from gradio.i18n import I18n

from assistant.messages import languages, message

LABELS = (
    "chat_question", "chat_ask", "chat_stop", "chat_new", "chat_find", "chat_rename", "chat_name", "chat_save",
    "chat_delete", "chat_delete_now", "chat_cancel", "chat_feedback", "chat_comment", "chat_include", "chat_send",
    "chat_share", "chat_unshare",
)  # fmt: skip


def label_translations() -> I18n:
    """The labels in every language there is a catalogue for, as Gradio takes them."""
    return I18n(**{language: {key: message(key, language) for key in LABELS} for language in languages()})
