"""What a person has chosen on the chat's page: it stands in the page's address, and comes with each of its events."""

from __future__ import annotations

from dataclasses import dataclass, field

import gradio as gr
from starlette.datastructures import QueryParams

from assistant.messages import languages
from ui.filters import FilterValues
from ui.languages import preferred_language

PAGE_LANGUAGE, ANSWER_LANGUAGE, CONVERSATION = "lang", "answer", "conversation"
FILTERED = ("collection", "language", "year")
"""The fields that the page offers filters on."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """`language` is the page's own, `answer_language` that of answers, or None for the question's.

    `conversation_id` and `values` are as they were written: nothing of them is believed before it is checked.
    """

    language: str
    answer_language: str | None = None
    conversation_id: str | None = None
    values: FilterValues = field(default_factory=FilterValues)


def wishes_of(request: gr.Request) -> Wishes:
    """What the address says. A language that there is no catalogue for counts as none."""
    address = QueryParams(request.request.url.query) if request.request else QueryParams()
    named, answered = address.get(PAGE_LANGUAGE), address.get(ANSWER_LANGUAGE)
    return Wishes(
        named if named in languages() else preferred_language(request.headers.get("accept-language", "")),
        answered if answered in languages() else None,
        address.get(CONVERSATION),
        FilterValues.model_validate({name: address.getlist(name) for name in FILTERED}),
    )
