"""Puts the chat's page into the server."""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.messages import languages
from ui.chat.events import CallerOf
from ui.chat.library import Workroom
from ui.chat.page import Desk, chat_page
from ui.chat.texts import label_translations
from ui.languages import direction

PATH = "/chat"
ICON = "/static/icon.svg"
_FOLDER = Path(__file__).parent
STYLES = (_FOLDER / "chat.css", _FOLDER / "library" / "library.css")
SCRIPTS = (_FOLDER / "chat.js", _FOLDER / "library" / "library.js")
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif")
SYSTEM_MONOSPACE_FONTS = ("ui-monospace", "Consolas", "monospace")
ACCENT = "#0b5a8a"
ACCENT_STRONG = "#08436a"
ACCENT_ON_DARK = "#7cc4f0"
DANGER = "#b42318"
# The chat takes no files, but Gradio always has an upload route.
MAX_UPLOAD = "1kb"


def mount_chat(
    app: FastAPI, dialogue: Dialogue, feedback: Feedback, caller_of: CallerOf, workroom: Workroom | None = None
) -> FastAPI:
    """Serve the staff chat of `dialogue` under /chat of `app`; `caller_of` tells who has sent an event.

    With a `workroom` those who may change documents find a library tab there.

    The page asks no foreign server for anything and keeps nothing in the browser.
    """
    # Gradio's page names no icon, so browsers look for this one and report that it is missing.
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    page = chat_page(Desk(dialogue, feedback, caller_of, workroom))
    gr.mount_gradio_app(
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
        css="\n".join(path.read_text("utf-8") for path in STYLES),
        js=_script(),
    )
    return app


def _icon() -> RedirectResponse:
    return RedirectResponse(ICON)


def _theme() -> gr.themes.Base:
    theme = gr.themes.Default(
        primary_hue="blue",
        neutral_hue="slate",
        font=SYSTEM_FONTS,
        font_mono=SYSTEM_MONOSPACE_FONTS,
    )
    return theme.set(
        # Gradio's own grey has a contrast of 2.6:1 on white; people need 4.5:1.
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        # The colour of the search pages.
        button_primary_background_fill=ACCENT,
        button_primary_background_fill_hover=ACCENT_STRONG,
        # Gradio's own is red on red.
        button_cancel_background_fill=DANGER,
        button_cancel_background_fill_dark=DANGER,
        button_cancel_background_fill_hover=DANGER,
        button_cancel_background_fill_hover_dark=DANGER,
        button_cancel_text_color="white",
        button_cancel_text_color_dark="white",
        button_cancel_text_color_hover="white",
        button_cancel_text_color_hover_dark="white",
        link_text_color=ACCENT,
        link_text_color_hover=ACCENT_STRONG,
        link_text_color_visited=ACCENT,
        link_text_color_dark=ACCENT_ON_DARK,
        link_text_color_hover_dark=ACCENT_ON_DARK,
        link_text_color_visited_dark=ACCENT_ON_DARK,
        color_accent=ACCENT,
    )


def _script() -> str:
    """What Gradio runs when the page is there; it must be one function."""
    directions = {language: direction(language) for language in languages()}
    script = "\n".join(path.read_text("utf-8") for path in SCRIPTS)
    return f"() => {{ const directions = {json.dumps(directions)};\n{script} }}"
