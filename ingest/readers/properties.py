"""What office files and PDFs say of themselves in their properties.

Not the date: a file's date is when its template was made or when it was last printed, not when the text was published.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.block import Reading
from ingest.credits import name_in, names_in

_LONGEST_THEME = 60  # characters; a longer subject is a summary


def properties(said: Mapping[str, object]) -> Reading:
    """A reading without blocks, of `title`, `author`, `company`, `category`, `subject` and `language`, in any case."""
    text = {name.strip("/").lower(): value for name, value in said.items() if isinstance(value, str) and value.strip()}
    themes = (name_in(text.get(name)) for name in ("category", "subject"))
    language = text.get("language", "")[:2].lower()
    return Reading(
        (),
        title=text.get("title"),
        language=language if language.isalpha() else None,
        authors=names_in([text.get("author", "")]),
        organisation=name_in(text.get("company")),
        theme=next((theme for theme in themes if theme and len(theme) <= _LONGEST_THEME), None),
    )
