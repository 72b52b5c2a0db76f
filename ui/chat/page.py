"""The chat's page: which parts it has and what happens when a button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Literal, TypedDict

import gradio as gr
from gradio.components import Component

from assistant.access import Caller
from assistant.dialogue import Dialogue
from assistant.messages import message
from assistant.question import MAX_QUESTION
from index.errors import AccessDenied, NotFound
from ui.chat.render import error_html, intro_html, question_html, sources_html, status_html
from ui.chat.texts import label_translations
from ui.chat.turn import Turn, take_turn
from ui.languages import DEFAULT, preferred_language

# Answers worked on at a time, and questions that may wait; more are told to come back.
CONCURRENT_ANSWERS = 4
WAITING_QUESTIONS = 64

# After this time a page that nobody uses begins a new conversation; the old one is kept until it ends.
REMEMBERED_SECONDS = 3600

Messages = list[dict[str, object]]
# The id of the conversation. It stays on the server, with what was asked: what a browser sends back as messages is not
# believed.
Held = str | None
# What `Parts.changing` is set to: question box, messages, sources, status line, ask button, stop button.
PageState = tuple[str, Messages, str, str, gr.Button, gr.Button]
# The same and the conversation.
HeldState = tuple[str, Messages, str, str, gr.Button, gr.Button, Held]
# Whoever has sent an event of the page, as their credential says now. Raises `AccessDenied`.
CallerOf = Callable[[gr.Request], Caller]
Answering = Callable[[str, Messages, Held, gr.Request], Iterator[HeldState]]
Clearing = Callable[[Held, gr.Request], HeldState]


class Quiet(TypedDict):
    """Keyword arguments of Gradio's events."""

    show_progress: Literal["hidden"]
    api_visibility: Literal["private"]


# The page shows its own progress, and its events are not an API.
_QUIET: Quiet = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page consists of."""

    intro: gr.HTML
    messages: gr.Chatbot
    status: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    new: gr.Button
    sources: gr.HTML
    held: gr.State

    @property
    def changing(self) -> list[Component]:
        """The visible parts that an answer changes."""
        return [self.question, self.messages, self.sources, self.status, self.ask, self.stop]


def chat_page(dialogue: Dialogue, caller_of: CallerOf) -> gr.Blocks:
    """The page over `dialogue`, for whoever is at it."""
    page = gr.Blocks(title="missiondesk", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        parts = _lay_out()
        _connect(parts, _answering(dialogue, caller_of), _clearing(dialogue, caller_of))
        page.load(_greeted, None, [parts.intro, parts.sources], queue=False, **_QUIET)
    page.queue(max_size=WAITING_QUESTIONS, api_open=False)
    return page


def _lay_out() -> Parts:
    label = label_translations()
    intro = gr.HTML(intro_html(DEFAULT), elem_id="intro")
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=3, min_width=320):
            messages = _messages()
            status = gr.HTML(status_html(None, DEFAULT), elem_id="status")
            question = gr.Textbox(
                label=label("chat_question"),
                lines=2,
                max_lines=6,
                max_length=MAX_QUESTION,
                autofocus=True,
                elem_id="question",
            )
            with gr.Row(elem_id="buttons"):
                ask = gr.Button(label("chat_ask"), variant="primary", min_width=80, elem_id="ask")
                stop = gr.Button(label("chat_stop"), interactive=False, min_width=80, elem_id="stop")
                new = gr.Button(label("chat_new"), min_width=80, elem_id="new")
        with gr.Column(scale=2, min_width=280, elem_id="panel"):
            sources = gr.HTML(sources_html((), DEFAULT), elem_id="sources")
    held = gr.State(None, time_to_live=REMEMBERED_SECONDS)
    return Parts(intro, messages, status, question, ask, stop, new, sources, held)


def _messages() -> gr.Chatbot:
    """Messages come as HTML that is escaped already; what Gradio would read into them is switched off."""
    return gr.Chatbot(
        show_label=False,
        elem_id="messages",
        height="calc(100vh - 22.5rem)",
        min_height=260,
        layout="bubble",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        sanitize_html=True,
        allow_tags=False,
    )


def _connect(parts: Parts, answer: Answering, clear: Clearing) -> None:
    changing = parts.changing
    asked = gr.on(
        [parts.ask.click, parts.question.submit],
        answer,
        [parts.question, parts.messages, parts.held],
        [*changing, parts.held],
        concurrency_limit=CONCURRENT_ANSWERS,
        **_QUIET,
    )
    asked.failure(_failed, [parts.messages], changing, **_QUIET)
    parts.stop.click(_stopped, None, [parts.status, parts.ask, parts.stop], cancels=[asked], queue=False, **_QUIET)
    parts.new.click(clear, [parts.held], [*changing, parts.held], cancels=[asked], queue=False, **_QUIET)


def _answering(dialogue: Dialogue, caller_of: CallerOf) -> Answering:
    def answer(question: str, messages: Messages, held: Held, request: gr.Request) -> Iterator[HeldState]:
        language = _language(request)
        if question.strip():
            messages = [*messages, {"role": "user", "content": question_html(question)}]
        for turn in _while_admitted(dialogue, question, caller_of, held, request):
            reply: Messages = [{"role": "assistant", "content": turn.reply}] if turn.reply else []
            sources = sources_html(turn.citations, language)
            status = status_html(turn.status, language)
            yield "", [*messages, *reply], sources, status, *_buttons(busy=True), turn.conversation_id
        done = status_html(None, language)
        yield "", [*messages, *reply], sources, done, *_buttons(busy=False), turn.conversation_id

    return answer


def _while_admitted(
    dialogue: Dialogue, question: str, caller_of: CallerOf, held: Held, request: gr.Request
) -> Iterator[Turn]:
    """The states of one answer; the last one as soon as whoever asked may not be here any more."""
    language = _language(request)
    turn = Turn()
    try:
        with closing(take_turn(dialogue, question, caller_of(request), language, held)) as turns:
            for turn in turns:
                caller_of(request)
                yield turn
    except AccessDenied:
        yield Turn(reply=turn.reply + error_html(message("page_error_denied", language), language))


def _clearing(dialogue: Dialogue, caller_of: CallerOf) -> Clearing:
    def clear(held: Held, request: gr.Request) -> HeldState:
        """A new conversation; the old one is deleted."""
        language = _language(request)
        if held is not None:
            # Whoever may not be here any more deletes nothing, but the page is cleared.
            with suppress(AccessDenied, NotFound):
                dialogue.conversations.remove(held, caller_of(request))
        return "", [], sources_html((), language), status_html(None, language), *_buttons(busy=False), None

    return clear


def _failed(messages: Messages, request: gr.Request) -> PageState:
    """After an error that has no sentence for people: the log has it, the page says only that it failed."""
    language = _language(request)
    failed: Messages = [{"role": "assistant", "content": error_html("", language)}]
    return "", messages + failed, sources_html((), language), status_html(None, language), *_buttons(busy=False)


def _stopped(request: gr.Request) -> tuple[str, gr.Button, gr.Button]:
    return status_html(None, _language(request)), *_buttons(busy=False)


def _greeted(request: gr.Request) -> tuple[str, str]:
    language = _language(request)
    return intro_html(language), sources_html((), language)


def _buttons(*, busy: bool) -> tuple[gr.Button, gr.Button]:
    return gr.Button(interactive=not busy), gr.Button(interactive=busy)


def _language(request: gr.Request) -> str:
    return preferred_language(request.headers.get("accept-language", ""))
