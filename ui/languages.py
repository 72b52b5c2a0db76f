"""Languages as people choose them and see them named."""

from __future__ import annotations

import re
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from assistant.messages import languages
from index.errors import InvalidRequest
from index.language import is_rtl

DEFAULT = "en"
_CODE = re.compile(r"[a-z]{2,3}")
_UNDETERMINED = "und"


def check_answer_language(code: str | None) -> str | None:
    """Return the code if answers can be given in it; `None` stands for the question's own. Raises `InvalidRequest`."""
    if code is None or code in languages():
        return code
    raise InvalidRequest(f"Unknown language {code!r}: answers come in {_list(languages())}.")


def check_document_language(code: str | None) -> str | None:
    """Return the code if it can be a document's language. Raises `InvalidRequest`."""
    if code is None or (_CODE.fullmatch(code) and code in Locale(DEFAULT).languages):
        return code
    raise InvalidRequest(
        f"Unknown language {code!r}: use a code of ISO 639-1 in small letters, such as {_list(languages())}."
    )


def preferred_language(accept_language: str) -> str:
    """The interface language that suits a browser's `Accept-Language` best, English if none does."""
    wishes: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        match = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameters)
        weight = float(match[1]) if match else 1.0
        wishes.append((-weight, tag.strip().lower().split("-")[0]))
    known = languages()
    # Sorting is stable, so of equal weights the first named wins.
    ordered = sorted((wish for wish in wishes if wish[0] < 0), key=lambda wish: wish[0])
    return next((tag for _, tag in ordered if tag in known), DEFAULT)


def direction(language: str) -> str:
    """`rtl` or `ltr`, as HTML's `dir` takes it."""
    return "rtl" if is_rtl(language) else "ltr"


def language_name(code: str, interface: str) -> str:
    """The name of a language in the interface's language; the code itself if it has none."""
    try:
        name = Locale.parse(code).get_language_name(interface)
    except (UnknownLocaleError, ValueError):
        return "" if code == _UNDETERMINED else code
    return name or code


def country_name(code: str, interface: str) -> str:
    """The name of a country in the interface's language; the code itself if it has none."""
    try:
        return str(Locale.parse(interface).territories.get(code, code))
    except UnknownLocaleError:
        return code


def date_text(day: date, interface: str) -> str:
    """A date as it is written in the interface's language."""
    try:
        return format_date(day, format="medium", locale=interface)
    except UnknownLocaleError:
        return day.isoformat()


def _list(codes: tuple[str, ...]) -> str:
    return f"{', '.join(codes[:-1])} or {codes[-1]}"
