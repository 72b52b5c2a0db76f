"""A piece of a document's text."""

from __future__ import annotations

from typing import Self

from pydantic import ConfigDict, Field

from index.document import Document
from ui.bodies.document import DocumentSummaryBody

LONGEST_EXTRACT = 20_000
"""Characters of one piece, some 5,000 tokens of English: whoever reads is often a model with a short memory."""


class ExtractBody(DocumentSummaryBody):
    """A document with the piece of its text from `start` to `end`, in characters of the whole, which has `length`."""

    model_config = ConfigDict(from_attributes=True)

    start: int
    end: int
    length: int
    text: str = Field(description="The characters of the stored text from `start` to `end`.")

    @classmethod
    def of(cls, document: Document, start: int, characters: int) -> Self:
        """At most `characters` from `start` on; nothing where the text ends before that."""
        text = document.text[start : start + characters]
        summary = DocumentSummaryBody.model_validate(document).model_dump()
        return cls(**summary, start=start, end=start + len(text), length=len(document.text), text=text)
