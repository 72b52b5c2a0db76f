"""Parts of forms: who may read a document, and what to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from assistant.messages import message
from index.document import Audience
from index.listing import NOTHING, Field
from ui.chat.escaping import escape
from ui.facets import value_name

MOST_VALUES = 200
"""Values of a field that can be chosen, the most frequent ones."""


def audience_html(chosen: Audience, language: str) -> str:
    """A choice that says what it means that everybody may read a document, as soon as that is chosen."""
    boxes = "".join(
        f'<label><input type="radio" name="audience" value="{audience.value}"{_if(audience is chosen, "checked")}> '
        f"{escape(message(f'page_audience_{audience.value}', language))}</label>"
        for audience in (Audience.INTERNAL, Audience.PUBLIC)
    )
    legend = escape(message("page_filter_audience", language))
    told = escape(message("library_public", language))
    return (
        f'<fieldset class="md-lib-audience"><legend>{legend}</legend>{boxes}'
        f'<p class="md-notice md-lib-warning" role="note">{told}</p></fieldset>'
    )


def collection_html(value: str, id_: str, known: Iterable[str], language: str) -> str:
    """A box for a collection's name, with those that there are."""
    label = escape(message("page_filter_collection", language))
    options = "".join(f'<option value="{escape(name)}"></option>' for name in known)
    return (
        f'<label class="md-lib-field"><span>{label}</span>'
        f'<input name="collection" value="{escape(value)}" maxlength="128" required dir="auto" list="{id_}"></label>'
        f'<datalist id="{id_}">{options}</datalist>'
    )


def select_html(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str, language: str) -> str:
    """A choice among values; the first one restricts nothing."""
    every = [("", message("library_all", language)), *options]
    items = "".join(
        f'<option value="{escape(value)}"{_if(value == chosen, "selected")}>{escape(text)}</option>'
        for value, text in every
    )
    return (
        f'<label class="md-lib-field"><span>{escape(label)}</span>'
        f'<select name="{name}" dir="auto">{items}</select></label>'
    )


def field_name(field: Field, language: str) -> str:
    """What a field is called in the reader's language."""
    return message(f"page_filter_{field}", language)


def named_value(field: Field | Literal["type"], value: str, language: str) -> str:
    """What a value is called in the reader's language."""
    if value == NOTHING or (field == "language" and value == "und"):
        return message("library_unknown", language)
    return value_name(field, value, interface=language)


def options(field: Field, counted: Mapping[str, int], language: str) -> list[tuple[str, str]]:
    """What can be chosen of a field, with how many documents have it; years from the newest on."""
    values = [value for value in counted if value != NOTHING][:MOST_VALUES]
    if field == "year":
        values.sort(reverse=True)
    return [(value, f"{named_value(field, value, language)} ({counted[value]})") for value in values]


def _if(holds: bool, attribute: str) -> str:
    return f" {attribute}" if holds else ""
