"""Countries by the names people write: "Italia", "IT", "إيطاليا"."""

from __future__ import annotations

import functools
import re

from babel import Locale

_LANGUAGES = "en it ro fr es de pt ar uk ru so sw pl hu tr nl sq bg el fa"
_CODE = re.compile(r"[A-Za-z]{2}")


def country_code(text: str) -> str | None:
    """The ISO 3166 code of two letters for a code or a country's name in one of twenty languages, else None."""
    name = text.strip()
    if _CODE.fullmatch(name):
        return name.upper() if name.upper() in _names().values() else None
    return _names().get(name.casefold())


@functools.cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES.split():
        for code, name in Locale.parse(language).territories.items():
            if _CODE.fullmatch(code) and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB"}:
                names.setdefault(name.casefold(), code)
    return names
