"""What the review pages' forms send."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from assistant.cases import MOST_PLACES
from assistant.feedback import FeedbackReason, Source
from assistant.question import MAX_QUESTION
from assistant.reviews import LONGEST_NOTE, ReportState
from ui.characters import whole_characters
from ui.cursor import Cursor

ANY = "any"


def _none_if_empty(value: object) -> object:
    """A form sends every field, also those in which nothing was chosen."""
    return None if value == "" else value


_Text = Annotated[str, AfterValidator(whole_characters)]
_Name = Annotated[Annotated[_Text, Field(max_length=64)] | None, BeforeValidator(_none_if_empty)]
_Sentence = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}:[0-9]{1,9}:[0-9]{1,9}$")]
"""Words of a document: its id, and where they begin and end in its text."""


class ReviewQuery(BaseModel):
    """Which reports are listed; those that are open, if nothing is said."""

    state: ReportState | Literal["any"] = ReportState.OPEN
    reason: Annotated[FeedbackReason | None, BeforeValidator(_none_if_empty)] = None
    source: Annotated[Source | None, BeforeValidator(_none_if_empty)] = None
    site: _Name = None
    language: _Name = None
    since: Annotated[date | None, BeforeValidator(_none_if_empty)] = None
    until: Annotated[date | None, BeforeValidator(_none_if_empty)] = None
    cursor: Cursor = None


class DecisionForm(BaseModel):
    """What becomes of a report."""

    model_config = ConfigDict(extra="forbid")

    state: ReportState
    note: Annotated[_Text, Field(max_length=LONGEST_NOTE)] = ""


class CaseForm(BaseModel):
    """What should have been answered; `remove` takes the case away.

    A search for sentences sends the same fields, so that nothing that was chosen is lost with it.
    """

    model_config = ConfigDict(extra="forbid")

    question: Annotated[_Text, Field(max_length=2 * MAX_QUESTION)] = ""
    expected: Literal["answer", "none"] = "answer"
    sentence: Annotated[list[_Sentence], Field(max_length=MOST_PLACES)] = []
    find: Annotated[_Text, Field(max_length=MAX_QUESTION)] = ""
    document: Annotated[_Text, Field(max_length=64)] = ""
    remove: bool = False
