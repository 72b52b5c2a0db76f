"""What the library holds, by language, year, country and audience: bars to look at, and the same figures as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.messages import message
from index.listing import NOTHING, Field
from ui.chat.escaping import escape
from ui.chat.library.choices import field_name, named_value

PLOTTED: tuple[Field, ...] = ("language", "year", "country", "audience")
MOST_BARS = 12
"""Bars of a plot, the highest ones; the table has all values."""
_WIDTH, _HEIGHT, _LABELS = 480, 130, 24
_YEARS = 40
"""Years of a plot, up to the newest."""

Counted = Mapping[str, int]


def holdings_html(holdings: Mapping[Field, Counted], language: str) -> str:
    """A figure for each field, and how many documents there are."""
    total = sum(holdings["audience"].values())
    figures = "".join(_figure_html(field, holdings[field], language) for field in PLOTTED)
    told = escape(message("page_library_holds", language, total=total))
    body = f'<div class="md-lib-figures">{figures}</div>' if total else ""
    return f"<h2>{escape(message('library_holdings', language))}</h2><p>{told}</p>{body}"


def _figure_html(field: Field, counted: Counted, language: str) -> str:
    # The drawing says nothing that the table does not, so whoever hears the page is spared it.
    drawing = _years_svg(counted) if field == "year" else _bars_html(field, counted, language)
    name = field_name(field, language)
    table = escape(message("library_as_table", language, field=name))
    return (
        f'<figure><figcaption>{escape(name)}</figcaption><div aria-hidden="true">{drawing}</div>'
        f"<details><summary>{table}</summary>{_table_html(field, counted, language)}</details></figure>"
    )


def _bars_html(field: Field, counted: Counted, language: str) -> str:
    most = max(counted.values(), default=1)
    rows = "".join(
        f"<span><bdi>{escape(named_value(field, value, language))}</bdi></span>"
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect width="{100 * count / most:.1f}" height="10"/>'
        f"</svg><span>{count}</span>"
        for value, count in [*counted.items()][:MOST_BARS]
    )
    return f'<div class="md-lib-bars">{rows}</div>'


def _years_svg(counted: Counted) -> str:
    """A column a year, with the empty years between; time goes from left to right in every language."""
    known = {int(value): count for value, count in counted.items() if value != NOTHING}
    if not known:
        return ""
    newest = max(known)
    years = range(max(min(known), newest - _YEARS + 1), newest + 1)
    most, step = max(known.values()), _WIDTH / len(years)
    columns = "".join(_column_svg(place * step, step, known.get(year, 0) / most) for place, year in enumerate(years))
    return (
        f'<svg class="md-lib-years" viewBox="0 0 {_WIDTH} {_HEIGHT + _LABELS}" direction="ltr">{columns}'
        f"{_labels_svg(years, step)}</svg>"
    )


def _column_svg(left: float, step: float, share: float) -> str:
    height, width = share * _HEIGHT, min(step * 0.8, 60)
    x = left + (step - width) / 2
    return f'<rect x="{x:.1f}" y="{_HEIGHT - height:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _labels_svg(years: Sequence[int], step: float) -> str:
    """As many years as there is room for."""
    every = max(1, round(56 / step))
    return "".join(
        f'<text x="{(place + 0.5) * step:.1f}" y="{_HEIGHT + 18}" text-anchor="middle">{year}</text>'
        for place, year in enumerate(years)
        if (len(years) - 1 - place) % every == 0
    )


def _table_html(field: Field, counted: Counted, language: str) -> str:
    values = sorted(counted, reverse=True) if field == "year" else list(counted)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(named_value(field, value, language))}</bdi></th>'
        f"<td>{counted[value]}</td></tr>"
        for value in values
    )
    heads = "".join(
        f'<th scope="col">{escape(text)}</th>'
        for text in (field_name(field, language), message("library_documents", language))
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
