"""What the library tab consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import gradio as gr

from assistant.messages import message
from ui.chat.escaping import escape, in_language
from ui.chat.head import language_choice_html

TAB = "tab"
"""The parameter of the page's address that says which tab is open."""
LIBRARY = "library"


HAPPENING = ("show", "list", "open", "amend", "remove", "jobs")
"""The kinds of events that the page's script sends."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`tabs` leads to the tab, which is `whole`; neither is there before somebody has come who may see them.

    `triggers` are buttons that nobody sees, by what happens: the page's script presses them, and says in `said` more.
    """

    tabs: gr.HTML
    whole: gr.Column
    head: gr.HTML
    upload: gr.HTML
    jobs: gr.HTML
    search: gr.HTML
    documents: gr.HTML
    document: gr.HTML
    holdings: gr.HTML
    said: gr.Textbox
    triggers: Mapping[str, gr.Button]


def lay_out_tabs() -> gr.HTML:
    return gr.HTML("", visible=False, elem_id="tabs")


def lay_out(tabs: gr.HTML) -> Parts:
    """Everything but `tabs`, which stand above all else on the page."""
    with gr.Column(visible=False, elem_id=LIBRARY) as whole:
        head = gr.HTML("", elem_id="library-head")
        upload = gr.HTML("", elem_id="library-upload")
        jobs = gr.HTML("", elem_id="library-jobs")
        search = gr.HTML("", elem_id="library-search")
        with gr.Row(elem_id="library-desk"):
            with gr.Column(scale=3, min_width=320):
                documents = gr.HTML("", elem_id="library-documents")
            with gr.Column(scale=1, min_width=300):
                document = gr.HTML("", elem_id="library-document")
        holdings = gr.HTML("", elem_id="library-holdings")
        said = gr.Textbox(visible="hidden")
        triggers = {name: gr.Button(visible="hidden", elem_id=f"press-{name}") for name in HAPPENING}
    return Parts(tabs, whole, head, upload, jobs, search, documents, document, holdings, said, triggers)


def tabs_html(opened: str, language: str) -> str:
    """The way to the tabs, as links: each has an address of its own, and the one that is open says so."""
    names = {"": "library_tab_chat", LIBRARY: "library_tab"}
    links = "".join(
        f'<a href="?{TAB}={tab}" data-tab="{tab}"{" aria-current=page" if tab == opened else ""}>'
        f"{escape(message(key, language))}</a>"
        for tab, key in names.items()
    )
    label = escape(message("library_tabs", language))
    return in_language(f'<nav class="md-tabs" aria-label="{label}">{links}</nav>', language)


def head_html(language: str) -> str:
    """What the tab is for."""
    title, intro = escape(message("library_head", language)), escape(message("library_intro", language))
    choice = language_choice_html(language)
    return in_language(f'<div class="md-head"><h1>{title}</h1>{choice}</div><p>{intro}</p>', language)
