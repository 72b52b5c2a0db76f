"""Puts the library tab into the chat's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gradio as gr
from gradio.components import Component

from ui.chat.events import QUIET
from ui.chat.library.events import Events, failed
from ui.chat.library.parts import lay_out
from ui.chat.library.workroom import Workroom


def add_library(page: gr.Blocks, tabs: gr.HTML, workroom: Workroom) -> None:
    """Lay out the tab below what is there, and say what happens in it."""
    parts, events = lay_out(tabs), Events(workroom)
    greeted = [
        parts.tabs, parts.whole, parts.head, parts.upload, parts.document, parts.jobs, parts.search, parts.documents,
        parts.holdings,
    ]  # fmt: skip
    page.load(events.greet, None, greeted, queue=False, **QUIET)
    changed = [parts.documents, parts.document, parts.holdings]
    shown = [parts.jobs, parts.search, parts.documents, parts.holdings]
    happening: dict[str, tuple[Callable[..., object], Sequence[Component]]] = {
        "show": (events.show, shown),
        "list": (events.search, [parts.documents]),
        "open": (events.open, [parts.document]),
        "amend": (events.amend, changed),
        "remove": (events.remove, changed),
        "jobs": (events.jobs, [parts.jobs]),
    }
    for name, (happens, outputs) in happening.items():
        # What the script has said last for this kind of event, whatever the box holds.
        said = f"() => missiondeskLibrary.said.{name}"
        event = parts.triggers[name].click(happens, [parts.said], outputs, js=said, queue=False, **QUIET)
        event.failure(failed, None, [parts.document], queue=False, **QUIET)
