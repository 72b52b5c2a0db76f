"""Answers as they are kept."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from assistant.answer import Answer

_ANSWER = TypeAdapter(Answer)


def packed(answer: Answer) -> str:
    """The answer as JSON. Suggestions are left out: they are for the moment, and words of documents, too."""
    return _ANSWER.dump_json(replace(answer, suggestions=())).decode()


def unpacked(stored: str) -> Answer | None:
    """The answer, or None for one of another version of this program that lacks what answers have now."""
    try:
        return _ANSWER.validate_json(stored)
    except ValidationError:
        return None
