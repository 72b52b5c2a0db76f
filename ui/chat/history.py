"""What happens in the list of conversations: open one, find, rename and delete."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from assistant.access import Caller
from assistant.dialogue import Dialogue
from index.errors import AccessDenied, InvalidRequest, NotFound
from ui.chat.events import QUIET, CallerOf, Held
from ui.chat.head import choices_html, intro_html
from ui.chat.kept import Opened, exports_html, list_html, listed, opened
from ui.chat.parts import Parts, reasons, relabelled
from ui.chat.render import status_html
from ui.chat.sources import sources_html
from ui.chat.wishes import wishes_of

# What the list's parts are set to: the list, the files, rename, delete, the report on the last answer.
ListState = tuple[str, str, gr.Button, gr.Button, gr.Button]
NOTHING = Opened([], ())


def connect_history(
    page: gr.Blocks, parts: Parts, dialogue: Dialogue, caller_of: CallerOf, asked: gr.events.Dependency
) -> None:
    """`asked` is the event of asking: it ends when another conversation is opened."""
    history = parts.history
    of_list = [history.found, history.exports, history.rename, history.delete, parts.report.open]
    of_page = [parts.messages, parts.sources, parts.status, parts.ask, parts.stop, parts.held, parts.shown_id]
    listing = _listing(dialogue, caller_of)
    inputs = [history.words, parts.held]
    greeted = page.load(
        _greeting(dialogue, caller_of), None,
        [parts.intro, parts.choices, parts.report.reason, *parts.labelled.values()], queue=False, **QUIET,
    )  # fmt: skip
    opening = _opening(dialogue, caller_of)
    shown = greeted.then(_arriving(opening), [parts.held], of_page, queue=False, **QUIET)
    parts.open.click(opening, None, of_page, cancels=[asked], queue=False, **QUIET)
    for event in (shown, asked):
        event.then(listing, inputs, of_list, queue=False, **QUIET)
    # Not the state itself: its change is not told where an event is cancelled together with it.
    parts.shown_id.change(listing, inputs, of_list, queue=False, **QUIET)
    history.words.change(listing, inputs, of_list, queue=False, **QUIET)
    _connect_changes(parts, dialogue, caller_of, inputs, of_list, listing)


def _connect_changes(
    parts: Parts, dialogue: Dialogue, caller_of: CallerOf, inputs: list[gr.components.Component],
    of_list: list[gr.components.Component], listing: Callable[..., ListState],
) -> None:  # fmt: skip
    history = parts.history
    history.rename.click(_naming(dialogue, caller_of), [parts.held], [history.naming, history.name], **QUIET)
    gr.on(
        [history.save.click, history.name.submit], _renaming(dialogue, caller_of), [history.name, parts.held],
        [history.naming], **QUIET,
    ).then(listing, inputs, of_list, queue=False, **QUIET)  # fmt: skip
    history.delete.click(lambda: gr.Group(visible=True), None, [history.deleting], queue=False, **QUIET)
    history.cancel.click(lambda: gr.Group(visible=False), None, [history.deleting], queue=False, **QUIET)
    history.confirm.click(
        _deleting(dialogue, caller_of), [parts.held],
        [history.deleting, parts.messages, parts.sources, parts.held, parts.shown_id], **QUIET,
    )  # fmt: skip


def _greeting(dialogue: Dialogue, caller_of: CallerOf) -> Callable[[gr.Request], tuple[object, ...]]:
    def greet(request: gr.Request) -> tuple[object, ...]:
        """The page's own words in the reader's language, and what its filters can choose."""
        wishes = wishes_of(request)
        facets = dialogue.choices(caller_of(request))
        labels = relabelled(wishes.language)
        return intro_html(wishes), choices_html(wishes, facets), reasons(wishes.language), *labels

    return greet


def _opening(dialogue: Dialogue, caller_of: CallerOf) -> Callable[[gr.Request], tuple[object, ...]]:
    def open_named(request: gr.Request) -> tuple[object, ...]:
        """The conversation that the page's address names, if it is the caller's; else an empty page."""
        wishes = wishes_of(request)
        held, shown = wishes.conversation_id, NOTHING
        if held is not None:
            try:
                shown = opened(dialogue, held, caller_of(request), wishes.language)
            except (AccessDenied, NotFound):
                held = None
        sources = sources_html(shown.citations, wishes.language)
        status = status_html(None, wishes.language)
        ready = gr.Button(interactive=True), gr.Button(interactive=False)
        return shown.messages, sources, status, *ready, held, held or ""

    return open_named


def _arriving(opening: Callable[[gr.Request], tuple[object, ...]]) -> Callable[[Held, gr.Request], tuple[object, ...]]:
    def arrive(held: Held, request: gr.Request) -> tuple[object, ...]:
        """Like `opening` when the page is new; but who has asked by then keeps the question and what answers it."""
        wishes = wishes_of(request)
        if wishes.conversation_id is not None:
            return opening(request)
        hints = (
            (gr.skip(), gr.skip()) if held else (sources_html((), wishes.language), status_html(None, wishes.language))
        )
        return gr.skip(), *hints, *(gr.skip() for _ in range(4))

    return arrive


def _listing(dialogue: Dialogue, caller_of: CallerOf) -> Callable[[str, Held, gr.Request], ListState]:
    def listing(words: str, held: Held, request: gr.Request) -> ListState:
        language = wishes_of(request).language
        found = listed(dialogue, words, caller_of(request))
        is_open = held is not None
        able = gr.Button(interactive=is_open), gr.Button(interactive=is_open)
        return list_html(found, held, language), exports_html(held, language), *able, gr.Button(visible=is_open)

    return listing


def _naming(dialogue: Dialogue, caller_of: CallerOf) -> Callable[[Held, gr.Request], tuple[gr.Group, str]]:
    def ask_name(held: Held, request: gr.Request) -> tuple[gr.Group, str]:
        named = _own(dialogue, held, caller_of(request))
        return gr.Group(visible=held is not None), named

    return ask_name


def _own(dialogue: Dialogue, held: Held, caller: Caller) -> str:
    """What the conversation is called now."""
    if held is None:
        return ""
    try:
        conversation = dialogue.conversations.get(held, caller)
    except NotFound:
        return ""
    return conversation.title or conversation.question


def _renaming(dialogue: Dialogue, caller_of: CallerOf) -> Callable[[str, Held, gr.Request], gr.Group]:
    def rename(name: str, held: Held, request: gr.Request) -> gr.Group:
        """The box stays open while the name cannot be taken."""
        if held is not None:
            try:
                dialogue.conversations.rename(held, caller_of(request), name)
            except InvalidRequest:
                return gr.Group(visible=True)
        return gr.Group(visible=False)

    return rename


def _deleting(dialogue: Dialogue, caller_of: CallerOf) -> Callable[[Held, gr.Request], tuple[object, ...]]:
    def delete(held: Held, request: gr.Request) -> tuple[object, ...]:
        """It is gone at once; where it was gone already, the page is cleared all the same."""
        if held is not None:
            try:
                dialogue.conversations.remove(held, caller_of(request))
            except NotFound:
                held = None
        return gr.Group(visible=False), [], sources_html((), wishes_of(request).language), None, ""

    return delete
