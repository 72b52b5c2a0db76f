"""The head of the chat's page: what it is, its language and the answers', and the filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.messages import languages, message
from index.hit import Facet
from ui.chat.escaping import escape, in_language
from ui.chat.wishes import ANSWER_LANGUAGE, FILTERED, PAGE_LANGUAGE, Wishes
from ui.facets import value_name
from ui.languages import language_name

MOST_VALUES = 30
"""Values of a field that can be chosen, the most frequent first; the search's page has all of them."""


def intro_html(wishes: Wishes) -> str:
    """What this is, what it does, and the way to the search; and what the page says when the connection is lost."""
    language = wishes.language
    title, intro = escape(message("chat_title", language)), escape(message("chat_intro", language))
    links = f'<a href="/">{escape(message("page_nav_search", language))}</a>'
    menu = f'<nav aria-label="{escape(message("page_nav", language))}">{links}</nav>'
    lost = "".join(
        f'<p class="md-lost" data-lost="{kind}" role="alert" hidden>{escape(message(f"chat_{kind}", language))}</p>'
        for kind in ("offline", "unreachable")
    )
    own = language_choice_html(language)
    return in_language(f'<div class="md-head"><h1>{title}</h1>{own}{menu}</div><p>{intro}</p>{lost}', language)


def language_choice_html(language: str) -> str:
    """The choice of the page's own language."""
    return _select(PAGE_LANGUAGE, message("chat_page_language", language), _named(language), language)


def choices_html(wishes: Wishes, facets: Sequence[Facet]) -> str:
    """The answer's language, and the filters; `facets` tell what can be chosen."""
    language = wishes.language
    names = [("", message("chat_as_asked", language)), *_named(language)]
    answers = _select(ANSWER_LANGUAGE, message("chat_answer_language", language), names, wishes.answer_language or "")
    groups = "".join(_group_html(field, wishes, facets) for field in FILTERED)
    label = escape(message("chat_filters", language))
    is_open = " open" if any(getattr(wishes.values, field) for field in FILTERED) else ""
    filters = f'<details class="md-filters"{is_open}><summary>{label}</summary><div>{groups}</div></details>'
    return in_language(f'<div class="md-choices">{answers}{filters if groups else ""}</div>', language)


def filter_text(field: str, value: str, language: str) -> str:
    """One filter in the page's language, such as "Year: 2018"."""
    return f"{message(f'page_filter_{field}', language)}: {value_name(field, value, interface=language)}"


def _named(language: str) -> list[tuple[str, str]]:
    # Each in its own language: whoever looks for it may not read the page's.
    return [(code, language_name(code, code) or language_name(code, language)) for code in languages()]


def _select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    items = "".join(
        f'<option value="{code}"{f" lang={code}" if code else ""}{" selected" if code == chosen else ""}>'
        f"{escape(text)}</option>"
        for code, text in options
    )
    return f'<label>{escape(label)} <select data-wish="{name}">{items}</select></label>'


def _group_html(field: str, wishes: Wishes, facets: Sequence[Facet]) -> str:
    boxes = "".join(_boxes(field, wishes, facets))
    legend = escape(message(f"page_filter_{field}", wishes.language))
    return f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>" if boxes else ""


def _boxes(field: str, wishes: Wishes, facets: Sequence[Facet]) -> Iterator[str]:
    chosen: list[str] = getattr(wishes.values, field)
    known = {facet.value: facet.count for facet in facets if facet.field == field}
    for value in [*known][:MOST_VALUES] + [value for value in chosen if value not in [*known][:MOST_VALUES]]:
        checked = " checked" if value in chosen else ""
        text = escape(value_name(field, value, interface=wishes.language))
        yield (
            f'<label><input type="checkbox" data-filter="{field}" value="{escape(value)}"{checked}> '
            f"<bdi>{text}</bdi> ({known.get(value, 0)})</label>"
        )
