"""Names in metadata: people and organisations, without what programs put in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.cleaning import clean_line

_LONGEST = 120
_MOST = 20  # authors; longer lists are keywords or an attack on the page
_MACHINE = re.compile(
    r"^(?:\W*|admin\w*|root|owner|utente\w*|utilizator\w*|utilisateur|usuario|benutzer|користувач|пользователь|user\w*"
    r"|(?:windows|microsoft|office|ms)\b.*|pc|hp|dell|lenovo|acer|asus|author|autore?|anonymous|unknown|unspecified"
    r"|none|null|n/?a|test|editor|webmaster|staff|python-docx|steve canny|apache poi"
    r"|libreoffice|openoffice\S*|wps office|google docs)$",
    re.I,
)
_ADDRESS = re.compile(r"https?://|www\.|@\S|\.(?:com|org|net)\b", re.I)
_LOGIN = re.compile(r"^[a-z0-9._-]+$")
_BETWEEN = re.compile(r"\s*[;\n|]\s*")


def names_in(stated: Iterable[str]) -> tuple[str, ...]:
    """The names of people among these statements, each once; several in one are divided by semicolons."""
    names = (name for text in stated for part in _BETWEEN.split(text) if (name := name_in(part)) and _is_name(name))
    return tuple(dict.fromkeys(names))[:_MOST]


def name_in(stated: str | None) -> str | None:
    """A name or label, or None for a program's, an address or a text too long to be one."""
    name = clean_line(stated or "").strip(" ,;")
    if not name or len(name) > _LONGEST or _MACHINE.match(name) or _ADDRESS.search(name):
        return None
    return name


def _is_name(name: str) -> bool:
    """A login is none: "jsmith", "utente2"."""
    return not _LOGIN.match(name)
