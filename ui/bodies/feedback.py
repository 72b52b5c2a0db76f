"""What somebody says of an answer, and how staff read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from assistant.feedback import FeedbackReason, Rating, StoredOpinion
from assistant.question import MAX_QUESTION
from assistant.still_shown import StillShown
from ui.characters import whole_characters

LONGEST_COMMENT = 2000
LONGEST_ANSWER = 10_000
"""Characters; an answer has ten sentences at most."""

_EXAMPLE: JsonDict = {
    "rating": "wrong",
    "reason": "outdated",
    "comment": "The office has moved.",
    "conversation_id": "0f4c1b7e9d2a4c55b1a7f3d09e6c8a21",
    "turn": 1,
    "include_question": True,
    "include_answer": False,
}
_EXAMPLE_STORED: JsonDict = {
    "id": "5b0c7e9d2a4c55b1a7f3d09e6c8a210f",
    "created_at": "2026-11-25T09:02:11Z",
    "rating": "wrong",
    "reason": "outdated",
    "comment": "The office has moved.",
    "question": "Where is the office?",
    "answer": None,
}

Words = Annotated[str, AfterValidator(whole_characters)]


class FeedbackBody(BaseModel):
    """A rating. Question and answer are kept only if they are included, taken from the conversation or sent along."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    rating: Rating
    reason: FeedbackReason | None = Field(None, description="What is wrong with the answer, if anything.")
    comment: Words | None = Field(None, max_length=LONGEST_COMMENT)
    conversation_id: Words | None = Field(None, max_length=64, description="Where the answer was given, if it is kept.")
    turn: int | None = Field(None, ge=1, description="The question's number there; default: the last one.")
    question: Words | None = Field(None, max_length=MAX_QUESTION, description="For an answer that is not kept.")
    answer: Words | None = Field(None, max_length=LONGEST_ANSWER, description="For an answer that is not kept.")
    include_question: bool = False
    include_answer: bool = False

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if self.conversation_id is not None and (self.question is not None or self.answer is not None):
            raise ValueError("name a conversation, or send the words along, not both")
        if self.conversation_id is None:
            if self.turn is not None:
                raise ValueError("a turn needs its conversation")
            for name, included in (("question", self.include_question), ("answer", self.include_answer)):
                if included and not getattr(self, name):
                    raise ValueError(f"the {name} to include is missing")
        return self


class StoredFeedbackBody(BaseModel):
    """What was kept: all of it, but for words of an answer that are in no document any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_STORED]})

    id: str
    created_at: datetime
    rating: Rating
    reason: FeedbackReason | None
    comment: str | None
    question: str | None
    answer: str | None

    @classmethod
    def of(cls, stored: StoredOpinion, still: StillShown) -> Self:
        opinion = stored.opinion
        answer = still.of(opinion.given)[0].text if opinion.given else opinion.answer
        return cls(
            id=stored.id, created_at=stored.created_at, rating=opinion.rating, reason=opinion.reason,
            comment=opinion.comment, question=opinion.question, answer=answer,
        )  # fmt: skip


class FeedbackListBody(BaseModel):
    """The newest feedback, newest first; `next_cursor` leads to what is older."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"feedback": [_EXAMPLE_STORED], "next_cursor": None}]})

    feedback: list[StoredFeedbackBody]
    next_cursor: str | None = None

    @classmethod
    def of(cls, stored: Sequence[StoredOpinion], still: StillShown, next_cursor: str | None) -> Self:
        return cls(feedback=[StoredFeedbackBody.of(item, still) for item in stored], next_cursor=next_cursor)
