"""The chat's page: what happens when a question is asked, stopped, or a conversation begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import gradio as gr

from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.messages import message
from index.errors import AccessDenied, NotFound
from ui.chat.events import QUIET, CallerOf, Held
from ui.chat.history import connect_history
from ui.chat.kept import Messages
from ui.chat.library import Workroom, add_library, lay_out_tabs
from ui.chat.parts import Parts, lay_out
from ui.chat.render import error_html, question_html, status_html
from ui.chat.report import connect_report
from ui.chat.sharing import connect_sharing
from ui.chat.sources import sources_html
from ui.chat.turn import Turn, take_turn
from ui.chat.wishes import Wishes, wishes_of

# Answers worked on at a time, and questions that may wait; more are told to come back.
CONCURRENT_ANSWERS = 4
WAITING_QUESTIONS = 64
# How often the queue looks for a question. A thousand times a second, as it does by itself, would keep an idle laptop's
# core busy for nothing.
LOOK_SECONDS = 0.02

# What `Parts.changing` is set to: question box, messages, sources, status line, ask button, stop button.
PageState = tuple[object, Messages, str, str, gr.Button, gr.Button]
# The same, the conversation, and its id for the page's address.
HeldState = tuple[object, Messages, str, str, gr.Button, gr.Button, Held, str]
Answering = Callable[[str, Messages, Held, gr.Request], Iterator[HeldState]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page works with; `caller_of` tells who is at it. Without a `workroom` there is no library tab."""

    dialogue: Dialogue
    feedback: Feedback
    caller_of: CallerOf
    workroom: Workroom | None = None


def chat_page(desk: Desk) -> gr.Blocks:
    """The page of one desk, for whoever is at it."""
    page = gr.Blocks(title="missiondesk", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        tabs = lay_out_tabs()
        parts = lay_out()
        asked = _connect(parts, answering(desk))
        connect_history(page, parts, desk.dialogue, desk.caller_of, asked)
        connect_sharing(parts.history.sharing, parts.held, parts.shown_id, desk.dialogue, desk.caller_of)
        connect_report(parts, desk.dialogue, desk.feedback, desk.caller_of)
        if desk.workroom is not None:
            add_library(page, tabs, desk.workroom)
    page.queue(max_size=WAITING_QUESTIONS, api_open=False)
    # Gradio has no setting for it.
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = LOOK_SECONDS
    return page


def _connect(parts: Parts, answer: Answering) -> gr.events.Dependency:
    changing = parts.changing
    asking = [parts.ask.click, parts.question.submit]
    gr.on(asking, None, None, [parts.status], js="() => missiondeskChat.asked()", **QUIET)
    asked: gr.events.Dependency = gr.on(
        asking,
        answer,
        [parts.question, parts.messages, parts.held],
        [*changing, parts.held, parts.shown_id],
        concurrency_limit=CONCURRENT_ANSWERS,
        **QUIET,
    )
    asked.failure(_failed, [parts.messages], changing, **QUIET)
    parts.stop.click(_stopped, None, [parts.status, parts.ask, parts.stop], cancels=[asked], queue=False, **QUIET)
    parts.new.click(begun, None, [*changing, parts.held, parts.shown_id], cancels=[asked], queue=False, **QUIET)
    parts.shown_id.change(None, [parts.shown_id], None, js="id => missiondeskChat.show(id)")
    return asked


def answering(desk: Desk) -> Answering:
    """What happens when somebody asks."""

    def answer(question: str, messages: Messages, held: Held, request: gr.Request) -> Iterator[HeldState]:
        wishes = wishes_of(request)
        if question.strip():
            messages = [*messages, {"role": "user", "content": question_html(question, wishes.language)}]
        box: object = ""
        held = _going_on(desk, held, wishes, request)
        for turn in _while_admitted(desk, question, wishes, held, request):
            reply: Messages = [{"role": "assistant", "content": turn.reply}] if turn.reply else []
            sources = sources_html(turn.citations, wishes.language)
            status = status_html(turn.status, wishes.language)
            yield box, [*messages, *reply], sources, status, *buttons(busy=True), *_known(turn.conversation_id)
            # What is written there meanwhile stays.
            box = gr.skip()
        done = status_html(None, wishes.language)
        yield box, [*messages, *reply], sources, done, *buttons(busy=False), *_known(turn.conversation_id)

    return answer


def begun(request: gr.Request) -> HeldState:
    """A new conversation; the old one stays in the list."""
    language = wishes_of(request).language
    return "", [], sources_html((), language), status_html(None, language), *buttons(busy=False), None, ""


def buttons(*, busy: bool) -> tuple[gr.Button, gr.Button]:
    """To ask, and to stop."""
    return gr.Button(interactive=not busy), gr.Button(interactive=busy)


def _known(conversation_id: str | None) -> tuple[Held, str]:
    return conversation_id, conversation_id or ""


def _going_on(desk: Desk, held: Held, wishes: Wishes, request: gr.Request) -> Held:
    """The open conversation as this process knows it, or as the page's address names it where it has opened in another.

    Only its owner goes on with it.
    """
    if held is not None or wishes.conversation_id is None:
        return held
    try:
        return desk.dialogue.conversations.get(wishes.conversation_id, desk.caller_of(request)).id
    except (AccessDenied, NotFound):
        return None


def _while_admitted(desk: Desk, question: str, wishes: Wishes, held: Held, request: gr.Request) -> Iterator[Turn]:
    """The states of one answer; the last one as soon as whoever asked may not be here any more."""
    turn = Turn()
    try:
        with closing(take_turn(desk.dialogue, question, desk.caller_of(request), wishes, held)) as turns:
            for turn in turns:
                desk.caller_of(request)
                yield turn
    except AccessDenied:
        refusal = error_html(message("page_error_denied", wishes.language), wishes.language)
        yield Turn(reply=turn.reply + refusal)


def _failed(messages: Messages, request: gr.Request) -> PageState:
    """After an error that has no sentence for people: the log has it, the page says only that it failed."""
    language = wishes_of(request).language
    failed: Messages = [{"role": "assistant", "content": error_html("", language)}]
    return "", messages + failed, sources_html((), language), status_html(None, language), *buttons(busy=False)


def _stopped(request: gr.Request) -> tuple[str, gr.Button, gr.Button]:
    return status_html(None, wishes_of(request).language), *buttons(busy=False)
