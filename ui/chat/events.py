"""What all events of the chat's page have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypedDict

import gradio as gr

from assistant.access import Caller

# Whoever has sent an event of the page, as their credential says now. Raises `AccessDenied`.
CallerOf = Callable[[gr.Request], Caller]
# The id of the conversation. It stays on the server, with what was asked: what a browser sends back as messages is not
# believed.
Held = str | None


class Quiet(TypedDict):
    """Keyword arguments of Gradio's events."""

    show_progress: Literal["hidden"]
    api_visibility: Literal["private"]


# The page shows its own progress, and its events are not an API.
QUIET: Quiet = {"show_progress": "hidden", "api_visibility": "private"}
