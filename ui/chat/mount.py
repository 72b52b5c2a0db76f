"""Puts the chat's page into the server."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.messages import languages
from index.hit import Scope
from index.language import is_rtl
from ui.chat.page import chat_page
from ui.chat.texts import label_translations

PATH = "/chat"
STYLE = Path(__file__).with_name("chat.css")
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif")
SYSTEM_MONOSPACE_FONTS = ("ui-monospace", "Consolas", "monospace")
# The chat takes no files, but Gradio always has an upload route.
MAX_UPLOAD = "1kb"


def mount_chat(app: FastAPI, assistant: Assistant, scope: Scope) -> FastAPI:
    """Serve the staff chat of `assistant` under /chat of `app`, over the documents in `scope`.

    The page asks no foreign server for anything and keeps nothing in the browser.
    """
    page = chat_page(assistant, scope)
    return gr.mount_gradio_app(
        app,
        page,
        path=PATH,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=MAX_UPLOAD,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=label_translations(),
        theme=_theme(),
        css=STYLE.read_text("utf-8"),
        js=_page_language_script(),
    )


def _theme() -> gr.themes.Base:
    return gr.themes.Default(
        primary_hue="blue",
        neutral_hue="slate",
        font=SYSTEM_FONTS,
        font_mono=SYSTEM_MONOSPACE_FONTS,
    )


def _page_language_script() -> str:
    """Gradio marks every page as English and left to right; this sets what the labels are really in."""
    directions = {language: "rtl" if is_rtl(language) else "ltr" for language in languages()}
    return (
        f"() => {{ const directions = {json.dumps(directions)};"
        ' const language = navigator.languages.map((tag) => tag.split("-")[0]).find((code) => code in directions);'
        " document.documentElement.lang = language || 'en';"
        " document.documentElement.dir = directions[language] || 'ltr'; }"
    )
