"""Conversations that are kept: one of them as the page's messages, all of them as a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.access import Caller
from assistant.answer import Citation
from assistant.conversations import Conversation, State
from assistant.dialogue import Dialogue, ShownTurn
from assistant.messages import message
from ui.chat.escaping import escape, in_language
from ui.chat.render import answer_html, notice_html, question_html
from ui.chat.wishes import CONVERSATION
from ui.exports.conversation import Writing

MOST_LISTED = 100
"""Conversations in the list, the last used first; words find the others."""

Messages = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation as the page shows it: its messages, and the sources of its last answer."""

    messages: Messages
    citations: tuple[Citation, ...]


def opened(dialogue: Dialogue, conversation_id: str, caller: Caller, language: str) -> Opened:
    """What its owner may see of it now. Raises `NotFound`."""
    _, turns = dialogue.shown(conversation_id, caller)
    messages: Messages = []
    for turn in turns:
        messages.append({"role": "user", "content": question_html(turn.turn.question, language)})
        messages.append({"role": "assistant", "content": _reply_html(turn, language)})
    last = turns[-1].answer if turns else None
    return Opened(messages, last.citations if last else ())


def listed(dialogue: Dialogue, words: str, caller: Caller) -> Sequence[Conversation]:
    """The caller's own, or those that hold these words."""
    conversations = dialogue.conversations
    if words.strip():
        return conversations.with_words(words.strip(), caller)[:MOST_LISTED]
    return conversations.of(caller, limit=MOST_LISTED)


def list_html(held: Sequence[Conversation], current: str | None, language: str) -> str:
    """Links that open them; the page's script follows them without loading the page again."""
    label = escape(message("chat_conversations", language))
    items = "".join(
        f'<li><a href="?{CONVERSATION}={escape(item.id)}" data-conversation="{escape(item.id)}" dir="auto"'
        f"{' aria-current=page' if item.id == current else ''}>{escape(item.title or item.question)}</a></li>"
        for item in held
    )
    body = f"<ul>{items}</ul>" if items else f'<p class="md-empty">{escape(message("chat_none_kept", language))}</p>'
    return in_language(f'<nav class="md-kept" aria-label="{label}">{body}</nav>', language)


def exports_html(conversation_id: str | None, language: str) -> str:
    """Links to the open conversation as files; nothing where none is open."""
    if conversation_id is None:
        return ""
    links = " ".join(
        f'<a href="/v1/conversations/{escape(conversation_id)}/export?format={writing.value}" download>'
        f"{escape(writing.label)}</a>"
        for writing in Writing
    )
    return in_language(f'<p class="md-exports">{escape(message("chat_export", language))} {links}</p>', language)


def _reply_html(turn: ShownTurn, language: str) -> str:
    if turn.answer is None:
        return notice_html("chat_answering" if turn.turn.state is State.ANSWERING else "chat_broken", language)
    withheld = notice_html("chat_withheld", language, count=turn.withheld) if turn.withheld else ""
    return answer_html(turn.answer, language) + withheld
