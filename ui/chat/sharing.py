"""The link to the open conversation, for colleagues: made, shown once, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import gradio as gr
from gradio.i18n import I18n

from assistant.dialogue import Dialogue
from assistant.messages import message
from assistant.shares import NewShare, Shares
from index.errors import NotFound
from ui.chat.escaping import escape, in_language
from ui.chat.events import QUIET, CallerOf, Held
from ui.chat.wishes import wishes_of
from ui.languages import date_text
from ui.shared_link import link_to

# What the parts are set to: the button, the link with what is said of it, the button that ends it.
State = tuple[gr.Button, str, gr.Button]
Doing = Callable[[Held, gr.Request], State]


@dataclass(frozen=True, slots=True)
class Sharing:
    """The buttons that make and end a link, and the line between them."""

    share: gr.Button
    link: gr.HTML
    end: gr.Button

    @property
    def changing(self) -> list[gr.components.Component]:
        """The parts in the order of a `State`."""
        return [self.share, self.link, self.end]


def sharing_parts(label: I18n) -> Sharing:
    """Laid out where they are called for; nothing can be shared before a conversation is open."""
    share = gr.Button(label("chat_share"), size="sm", min_width=60, interactive=False, elem_id="share-link")
    link = gr.HTML("", elem_id="shared")
    end = gr.Button(label("chat_unshare"), size="sm", visible=False, elem_id="unshare")
    return Sharing(share, link, end)


def connect_sharing(
    sharing: Sharing, held: gr.State, shown_id: gr.Textbox, dialogue: Dialogue, caller_of: CallerOf
) -> None:
    """A link is made and ended by a click each; another conversation that is opened shows whether it has one."""
    shown_id.change(_looking(dialogue, caller_of), [held], sharing.changing, queue=False, **QUIET)
    sharing.share.click(_making(dialogue, caller_of), [held], sharing.changing, **QUIET)
    sharing.end.click(_ending(dialogue, caller_of), [held], sharing.changing, **QUIET)


def _of_open(step: Callable[[str, gr.Request], State]) -> Doing:
    """What is done with the conversation that is open, if it is the caller's: one that is not looks like none."""

    def do(held: Held, request: gr.Request) -> State:
        try:
            return step(held, request) if held is not None else _state(None)
        except NotFound:
            return _state(None)

    return do


def _looking(dialogue: Dialogue, caller_of: CallerOf) -> Doing:
    def look(held: str, request: gr.Request) -> State:
        ends = Shares(dialogue.conversations).ends(held, caller_of(request))
        if ends is None:
            return _state(held)
        return _state(held, _until_html("chat_share_until", ends, wishes_of(request).language), has_link=True)

    return _of_open(look)


def _making(dialogue: Dialogue, caller_of: CallerOf) -> Doing:
    def make(held: str, request: gr.Request) -> State:
        made = Shares(dialogue.conversations).make(held, caller_of(request))
        return _state(held, _made_html(made, _server(request), wishes_of(request).language), has_link=True)

    return _of_open(make)


def _ending(dialogue: Dialogue, caller_of: CallerOf) -> Doing:
    def end(held: str, request: gr.Request) -> State:
        Shares(dialogue.conversations).end(held, caller_of(request))
        return _state(held)

    return _of_open(end)


def _state(held: Held, said: str = "", *, has_link: bool = False) -> State:
    return gr.Button(interactive=held is not None), said, gr.Button(visible=has_link)


def _made_html(made: NewShare, server: str, language: str) -> str:
    """In a box, so that one click selects all of it."""
    link, label = escape(link_to(made.token, server)), escape(message("chat_share", language))
    box = f'<input class="md-link" type="text" dir="ltr" readonly aria-label="{label}" value="{link}">'
    return in_language(box, language) + _until_html("chat_share_hint", made.ends, language)


def _until_html(key: str, ends: datetime, language: str) -> str:
    text = escape(message(key, language, date=date_text(ends.date(), language)))
    return in_language(f'<p class="md-shared" role="status">{text}</p>', language)


def _server(request: gr.Request) -> str:
    # An event always comes with a request; without one there is no address to give.
    url = request.request.url if request.request else None
    return f"{url.scheme}://{url.netloc}" if url else ""
