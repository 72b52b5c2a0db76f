"""Conversations as their owner sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from assistant.conversations import Conversation
from assistant.dialogue import ShownTurn
from ui.bodies.answer import EXAMPLE_ANSWER, AnswerBody

_EXAMPLE_SUMMARY: JsonDict = {
    "id": "0f4c1b7e9d2a4c55b1a7f3d09e6c8a21",
    "created_at": "2026-11-25T09:00:00Z",
    "used_at": "2026-11-25T09:02:11Z",
    "expires_at": "2026-12-25T09:02:11Z",
    "question": "How many municipalities has the project supported?",
    "turns": 1,
}
_EXAMPLE_TURN: JsonDict = {
    "number": 1,
    "question": "How many municipalities has the project supported?",
    "asked_at": "2026-11-25T09:02:11Z",
    "state": "answered",
    "withheld": 0,
    "answer": EXAMPLE_ANSWER,
}


class ConversationSummaryBody(BaseModel):
    """A conversation without its answers; `question` is the first one, `turns` their number."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_SUMMARY]})

    id: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime = Field(description="When it is deleted, unless it goes on.")
    question: str
    turns: int


class ConversationsBody(BaseModel):
    """The caller's own conversations, the last used first; `next_cursor` leads to those used before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"conversations": [_EXAMPLE_SUMMARY], "next_cursor": None}]}
    )

    conversations: list[ConversationSummaryBody]
    next_cursor: str | None = None

    @classmethod
    def of(cls, conversations: Sequence[Conversation], next_cursor: str | None) -> Self:
        bodies = [ConversationSummaryBody.model_validate(item) for item in conversations]
        return cls(conversations=bodies, next_cursor=next_cursor)


class TurnBody(BaseModel):
    """One question. `broken`: its answer was cut off; ask again."""

    number: int
    question: str
    asked_at: datetime
    state: Literal["answering", "answered", "broken"]
    withheld: int = Field(description="Sentences left out because their source has changed or may not be seen now.")
    answer: AnswerBody | None

    @classmethod
    def of(cls, shown: ShownTurn, conversation_id: str) -> Self:
        turn, answer = shown.turn, shown.answer
        return cls(
            number=turn.number, question=turn.question, asked_at=turn.asked_at, state=turn.state.value,
            withheld=shown.withheld, answer=AnswerBody.of(answer, conversation_id) if answer else None,
        )  # fmt: skip


class ConversationBody(BaseModel):
    """A conversation with its answers, as far as the caller may see their sources now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **{key: value for key, value in _EXAMPLE_SUMMARY.items() if key not in {"question", "turns"}},
                    "turns": [_EXAMPLE_TURN],
                }
            ]
        }
    )

    id: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    turns: list[TurnBody]

    @classmethod
    def of(cls, conversation: Conversation, turns: Sequence[ShownTurn]) -> Self:
        return cls(
            id=conversation.id, created_at=conversation.created_at, used_at=conversation.used_at,
            expires_at=conversation.expires_at, turns=[TurnBody.of(turn, conversation.id) for turn in turns],
        )  # fmt: skip
