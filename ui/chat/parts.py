"""What the chat's page consists of."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr
from gradio.components import Component

from assistant.conversations import LONGEST_TITLE
from assistant.feedback import FeedbackReason
from assistant.messages import message
from assistant.question import MAX_QUESTION
from ui.bodies.feedback import LONGEST_COMMENT
from ui.chat.head import choices_html, intro_html
from ui.chat.kept import exports_html, list_html
from ui.chat.render import status_html
from ui.chat.sharing import Sharing, sharing_parts
from ui.chat.sources import sources_html
from ui.chat.texts import LABELS, label_translations
from ui.chat.wishes import Wishes
from ui.languages import DEFAULT

# After this time a page that nobody uses begins a new conversation; the old one is in the list.
REMEMBERED_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class History:
    """The list of conversations, and what can be done with the open one."""

    words: gr.Textbox
    found: gr.HTML
    rename: gr.Button
    naming: gr.Group
    name: gr.Textbox
    save: gr.Button
    delete: gr.Button
    deleting: gr.Group
    confirm: gr.Button
    cancel: gr.Button
    exports: gr.HTML
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class Report:
    """The form that says what is wrong with the last answer."""

    open: gr.Button
    form: gr.Group
    reason: gr.Radio
    comment: gr.Textbox
    include: gr.Checkbox
    send: gr.Button


@dataclass(frozen=True, slots=True)
class Parts:
    """`held` is the open conversation's id, as the server knows it; `shown_id` tells it to the page's script."""

    intro: gr.HTML
    choices: gr.HTML
    messages: gr.Chatbot
    status: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    new: gr.Button
    open: gr.Button
    sources: gr.HTML
    history: History
    report: Report
    held: gr.State
    shown_id: gr.Textbox

    @property
    def changing(self) -> list[Component]:
        """The visible parts that an answer changes."""
        return [self.question, self.messages, self.sources, self.status, self.ask, self.stop]

    @property
    def labelled(self) -> dict[str, gr.blocks.Block]:
        """By the message key of its label."""
        history, report = self.history, self.report
        return {
            "chat_question": self.question, "chat_ask": self.ask, "chat_stop": self.stop, "chat_new": self.new,
            "chat_find": history.words, "chat_rename": history.rename, "chat_name": history.name,
            "chat_save": history.save, "chat_delete": history.delete, "chat_delete_now": history.confirm,
            "chat_cancel": history.cancel, "chat_feedback": report.open, "chat_comment": report.comment,
            "chat_include": report.include, "chat_send": report.send, "chat_share": history.sharing.share,
            "chat_unshare": history.sharing.end,
        }  # fmt: skip


def lay_out() -> Parts:
    """In English where Gradio does not know better; `relabelled` puts it into the reader's language."""
    wishes, label = Wishes(DEFAULT), label_translations()
    intro = gr.HTML(intro_html(wishes), elem_id="intro")
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=1, min_width=220, elem_id="history"):
            new = gr.Button(label("chat_new"), min_width=80, elem_id="new")
            history = _history()
        with gr.Column(scale=3, min_width=320):
            messages = _messages()
            status = gr.HTML(status_html(None, DEFAULT), elem_id="status")
            question = gr.Textbox(
                label=label("chat_question"), lines=2, max_lines=6, max_length=MAX_QUESTION, autofocus=True,
                elem_id="question",
            )  # fmt: skip
            with gr.Row(elem_id="buttons"):
                ask = gr.Button(label("chat_ask"), variant="primary", min_width=80, elem_id="ask")
                stop = gr.Button(label("chat_stop"), interactive=False, min_width=80, elem_id="stop")
            choices = gr.HTML(choices_html(wishes, ()), elem_id="choices")
            report = _report()
        with gr.Column(scale=2, min_width=280, elem_id="panel"):
            sources = gr.HTML(sources_html((), DEFAULT), elem_id="sources")
    held = gr.State(None, time_to_live=REMEMBERED_SECONDS)
    shown_id = gr.Textbox(visible="hidden", elem_id="shown")
    opening = gr.Button(visible="hidden", elem_id="open")
    return Parts(
        intro, choices, messages, status, question, ask, stop, new, opening, sources, history, report, held, shown_id
    )


def relabelled(language: str) -> list[object]:
    """Updates of `Parts.labelled`, in its order: labels in the language that the person has chosen."""
    buttons = {
        "chat_ask", "chat_stop", "chat_new", "chat_rename", "chat_save", "chat_delete", "chat_delete_now",
        "chat_cancel", "chat_send", "chat_feedback", "chat_share", "chat_unshare",
    }  # fmt: skip
    texts = {key: message(key, language) for key in LABELS}
    return [gr.Button(text) if key in buttons else gr.update(label=text) for key, text in texts.items()]


def reasons(language: str) -> gr.Radio:
    """The reasons to choose from."""
    choices = [(message(f"chat_reason_{reason.value}", language), reason.value) for reason in FeedbackReason]
    return gr.Radio(choices=choices, value=None, label=message("chat_reason", language), elem_id="reason")


def _history() -> History:
    label = label_translations()
    words = gr.Textbox(label=label("chat_find"), max_length=LONGEST_TITLE, elem_id="find")
    found = gr.HTML(list_html((), None, DEFAULT), elem_id="kept")
    with gr.Row():
        rename = gr.Button(label("chat_rename"), size="sm", min_width=60, interactive=False, elem_id="rename")
        delete = gr.Button(label("chat_delete"), size="sm", min_width=60, interactive=False, elem_id="delete")
    with gr.Group(visible=False) as naming:
        name = gr.Textbox(label=label("chat_name"), max_length=LONGEST_TITLE, elem_id="name")
        save = gr.Button(label("chat_save"), size="sm", elem_id="save")
    with gr.Group(visible=False) as deleting:
        confirm = gr.Button(label("chat_delete_now"), size="sm", variant="stop", elem_id="confirm")
        cancel = gr.Button(label("chat_cancel"), size="sm", elem_id="cancel")
    exports = gr.HTML(exports_html(None, DEFAULT), elem_id="exports")
    sharing = sharing_parts(label)
    return History(words, found, rename, naming, name, save, delete, deleting, confirm, cancel, exports, sharing)


def _report() -> Report:
    label = label_translations()
    opening = gr.Button(label("chat_feedback"), size="sm", visible=False, elem_id="report")
    with gr.Group(visible=False) as form:
        reason = reasons(DEFAULT)
        comment = gr.Textbox(label=label("chat_comment"), max_length=LONGEST_COMMENT, elem_id="comment")
        include = gr.Checkbox(label=label("chat_include"), elem_id="include")
        send = gr.Button(label("chat_send"), size="sm", elem_id="send")
    return Report(opening, form, reason, comment, include, send)


def _messages() -> gr.Chatbot:
    """Messages come as HTML that is escaped already; what Gradio would read into them is switched off."""
    return gr.Chatbot(
        show_label=False,
        elem_id="messages",
        height="calc(100vh - 26rem)",
        min_height=260,
        layout="bubble",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        sanitize_html=True,
        allow_tags=False,
    )
