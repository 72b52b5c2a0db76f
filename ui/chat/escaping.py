"""Every word of a document or a person becomes HTML here, and nowhere else in the chat."""

from __future__ import annotations

import string

from ui.languages import direction

# The chat's messages pass through a Markdown reader, so its marks are escaped together with HTML's.
_AS_ENTITIES = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}


def escape(text: str) -> str:
    """The text in one line, with no character left that HTML or Markdown reads as a mark."""
    return " ".join(text.split()).translate(_AS_ENTITIES)


def in_language(html: str, language: str) -> str:
    """Gradio marks each part of a page as left to right; this sets it right inside."""
    return f'<div lang="{language}" dir="{direction(language)}">{html}</div>'
