"""The chat's page: which parts it has and what happens when a button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import gradio as gr

from assistant.assistant import Assistant
from index.hit import Scope
from ui.chat.render import error_html, intro_html, question_html, sources_html, status_html
from ui.chat.texts import DEFAULT_LANGUAGE, browser_language, label_translations
from ui.chat.turn import take_turn

# The longest question the assistant takes.
MAX_QUESTION_CHARACTERS = 2_000
# Answers worked on at a time, and questions that may wait; more are told to come back.
CONCURRENT_ANSWERS = 4
WAITING_QUESTIONS = 64

Messages = list[dict[str, object]]
# The question box, the messages, the sources, the status line, the ask button, the stop button.
PageState = tuple[str, Messages, str, str, gr.Button, gr.Button]


def chat_page(assistant: Assistant, scope: Scope) -> gr.Blocks:
    """The page over `assistant`; everyone who reaches it may see the documents in `scope`."""
    label = label_translations()
    with gr.Blocks(title="missiondesk", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        intro = gr.HTML(intro_html(DEFAULT_LANGUAGE), elem_id="intro")
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320):
                messages = gr.Chatbot(
                    show_label=False,
                    elem_id="messages",
                    height="calc(100vh - 20rem)",
                    min_height=260,
                    layout="bubble",
                    buttons=[],
                    feedback_options=None,
                    latex_delimiters=[],
                    sanitize_html=True,
                    allow_tags=False,
                )
                status = gr.HTML(status_html(None, DEFAULT_LANGUAGE), elem_id="status")
                question = gr.Textbox(
                    label=label("chat_question"),
                    lines=2,
                    max_lines=6,
                    max_length=MAX_QUESTION_CHARACTERS,
                    autofocus=True,
                    elem_id="question",
                    html_attributes=gr.InputHTMLAttributes(autocorrect="off", spellcheck=True),
                )
                with gr.Row(elem_id="buttons"):
                    ask = gr.Button(label("chat_ask"), variant="primary", elem_id="ask")
                    stop = gr.Button(label("chat_stop"), interactive=False, elem_id="stop")
                    new = gr.Button(label("chat_new"), elem_id="new")
            with gr.Column(scale=2, min_width=280, elem_id="panel"):
                sources = gr.HTML(sources_html((), DEFAULT_LANGUAGE), elem_id="sources")
        parts = [question, messages, sources, status, ask, stop]
        asked = gr.on(
            [ask.click, question.submit],
            _answering(assistant, scope),
            [question, messages],
            parts,
            show_progress="hidden",
            concurrency_limit=CONCURRENT_ANSWERS,
            api_visibility="private",
        )
        asked.failure(_failed, [messages], parts, show_progress="hidden", api_visibility="private")
        stop.click(_stopped, None, [status, ask, stop], cancels=[asked], queue=False, api_visibility="private")
        new.click(_cleared, None, parts, cancels=[asked], queue=False, api_visibility="private")
        page.load(_greeted, None, [intro, sources], queue=False, show_progress="hidden", api_visibility="private")
    return page.queue(max_size=WAITING_QUESTIONS, api_open=False)


def _answering(assistant: Assistant, scope: Scope) -> Callable[[str, Messages, gr.Request], Iterator[PageState]]:
    def answer(question: str, messages: Messages, request: gr.Request) -> Iterator[PageState]:
        language = _language(request)
        messages = [*messages, {"role": "user", "content": question_html(question)}]
        for turn in take_turn(assistant, question, scope, language):
            reply: Messages = [{"role": "assistant", "content": turn.reply}] if turn.reply else []
            sources = sources_html(turn.citations, language)
            yield "", [*messages, *reply], sources, status_html(turn.status, language), *_buttons(busy=True)
        yield "", [*messages, *reply], sources, status_html(None, language), *_buttons(busy=False)

    return answer


def _failed(messages: Messages, request: gr.Request) -> PageState:
    """After an error that has no sentence for people: the log has it, the page says only that it failed."""
    language = _language(request)
    reply = {"role": "assistant", "content": error_html("", language)}
    return (
        "",
        [*messages, reply],
        sources_html((), language),
        status_html(None, language),
        *_buttons(busy=False),
    )


def _stopped(request: gr.Request) -> tuple[str, gr.Button, gr.Button]:
    return status_html(None, _language(request)), *_buttons(busy=False)


def _cleared(request: gr.Request) -> PageState:
    language = _language(request)
    return "", [], sources_html((), language), status_html(None, language), *_buttons(busy=False)


def _greeted(request: gr.Request) -> tuple[str, str]:
    language = _language(request)
    return intro_html(language), sources_html((), language)


def _buttons(*, busy: bool) -> tuple[gr.Button, gr.Button]:
    return gr.Button(interactive=not busy), gr.Button(interactive=busy)


def _language(request: gr.Request) -> str:
    return browser_language(request.headers.get("accept-language", ""))
