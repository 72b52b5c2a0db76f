"""The head of a Markdown file in YAML: what it says about the document."""

from __future__ import annotations

import re

from ingest.block import Reading
from ingest.countries import country_code
from ingest.credits import name_in, names_in
from ingest.dates import find_date
from ingest.plain_yaml import parse_yaml

_MATTER = re.compile(r"\A\s*---\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_LINE = re.compile(r"^([\w-]+):[ \t]*(.+)$", re.M)
_DATES = ("date", "published", "publication_date", "pubdate", "created")
_AUTHORS = ("authors", "author")
_ORGANISATIONS = ("organisation", "organization", "publisher")
_THEMES = ("theme", "category", "subject", "topic")


def front_matter(text: str) -> tuple[Reading, str]:
    """A reading without blocks, and the text behind the head."""
    match = _MATTER.match(text)
    if match is None:
        return Reading(()), text
    said = _said(match[1])
    language = _first(said, "lang", "language")
    return (
        Reading(
            (),
            title=_first(said, "title"),
            date=next((day for name in _DATES for value in said.get(name, []) if (day := find_date(value))), None),
            language=language[:2].lower() if language else None,
            authors=names_in(value for name in _AUTHORS for value in said.get(name, [])),
            organisation=name_in(_first(said, *_ORGANISATIONS)),
            country=country_code(_first(said, "country") or ""),
            theme=name_in(_first(said, *_THEMES)),
        ),
        text[match.end() :],
    )


def _said(matter: str) -> dict[str, list[str]]:
    """Texts by key. A head that is not quite YAML, such as one with a colon in the title, is read line by line."""
    try:
        value = parse_yaml(matter)
    except ValueError:
        value = {key: line.strip().strip("\"'") for key, line in _LINE.findall(matter)}
    if not isinstance(value, dict):
        return {}
    return {key.lower(): _texts(part) for key, part in value.items()}


def _texts(value: object) -> list[str]:
    """Plain values, those of lists, and the `name` of things (`authors: [{name: Anna Rossi}]`)."""
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    if isinstance(value, dict):
        return _texts(value.get("name", ""))
    return [value] if isinstance(value, str) and value.strip() else []


def _first(said: dict[str, list[str]], *keys: str) -> str | None:
    return next((value for key in keys for value in said.get(key, [])), None)
