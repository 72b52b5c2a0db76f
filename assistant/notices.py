"""What a reader must be warned of beside an answer: old sources, sources that disagree, and what did not work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from babel import UnknownLocaleError
from babel.dates import format_date

from assistant.answer import Citation, Notice, Reason
from assistant.messages import message

DAYS_IN_YEAR = 365.25


def by_words(language: str) -> Notice:
    """That the server of the vectors could not be asked, in the reader's language."""
    return Notice("by_words", (), message("answer_by_words", language))


def notices(
    citations: Sequence[Citation], disagreeing: Sequence[tuple[Citation, ...]], reason: Reason | None, *,
    old_after_years: float, today: date, language: str,
) -> tuple[Notice, ...]:  # fmt: skip
    """The warnings of one answer, in the reader's language. A source without a date is not called old."""
    return tuple(_notices(citations, disagreeing, reason, old_after_years * DAYS_IN_YEAR, today, language))


def _notices(
    citations: Sequence[Citation], disagreeing: Sequence[tuple[Citation, ...]], reason: Reason | None,
    old_after_days: float, today: date, language: str,
) -> Iterator[Notice]:  # fmt: skip
    if reason == "model_failed":
        yield Notice("model_failed", (), message("answer_model_failed", language))
    for cited in disagreeing:
        yield _told("conflict", cited, language)
    old = [item for item in citations if item.date is not None and (today - item.date).days > old_after_days]
    if old:
        yield _told("old_source", old, language)


def _told(kind: str, citations: Sequence[Citation], language: str) -> Notice:
    listed = ", ".join(_named(citation, language) for citation in citations)
    text = message(f"answer_{kind}", language, sources=listed)
    return Notice("conflict" if kind == "conflict" else "old_source", tuple(c.number for c in citations), text)


def _named(citation: Citation, language: str) -> str:
    mark = f"[{citation.number}]"
    return f"{mark} ({_date_text(citation.date, language)})" if citation.date else mark


def _date_text(day: date, language: str) -> str:
    try:
        return format_date(day, format="medium", locale=language)
    except (UnknownLocaleError, ValueError):
        return day.isoformat()
