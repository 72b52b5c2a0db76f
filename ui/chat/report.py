"""What happens when somebody says what is wrong with the last answer."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from assistant.access import Caller
from assistant.answer import Answer
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback, FeedbackReason, Opinion, Source, Via
from index.errors import NotFound
from ui.chat.events import QUIET, CallerOf, Held
from ui.chat.parts import Parts
from ui.chat.render import status_html
from ui.chat.wishes import wishes_of

# The form, the chosen reason, the comment, whether to send along, the status line.
Sent = tuple[gr.Group, str | None, str, bool, str]
Sending = Callable[[str | None, str, bool, Held, gr.Request], Sent]


def connect_report(parts: Parts, dialogue: Dialogue, feedback: Feedback, caller_of: CallerOf) -> None:
    """The form closes when it was sent, and asks for a reason where there is none."""
    report = parts.report
    report.open.click(lambda: gr.Group(visible=True), None, [report.form], queue=False, **QUIET)
    report.send.click(
        sending(dialogue, feedback, caller_of), [report.reason, report.comment, report.include, parts.held],
        [report.form, report.reason, report.comment, report.include, parts.status], **QUIET,
    )  # fmt: skip


def sending(dialogue: Dialogue, feedback: Feedback, caller_of: CallerOf) -> Sending:
    """Keeps a report, of nobody by name; the question and the answer only if they are to be sent along."""

    def send(reason: str | None, comment: str, include: bool, held: Held, request: gr.Request) -> Sent:
        language = wishes_of(request).language
        if reason is None:
            return gr.Group(visible=True), None, comment, include, status_html("chat_reason", language)
        caller, why = caller_of(request), FeedbackReason(reason)
        question, given = _last(dialogue, held, caller) if include else (None, None)
        opinion = Opinion(why.rating, comment.strip() or None, question, None, why, given)
        feedback.add(opinion, caller.scope, Via(Source.CHAT))
        return gr.Group(visible=False), None, "", False, status_html("chat_thanks", language)

    return send


def _last(dialogue: Dialogue, held: Held, caller: Caller) -> tuple[str | None, Answer | None]:
    """The last question and its answer, as the caller may see it now."""
    if held is None:
        return None, None
    try:
        _, turns = dialogue.shown(held, caller)
    except NotFound:
        return None, None
    if not turns:
        return None, None
    return turns[-1].turn.question, turns[-1].answer
