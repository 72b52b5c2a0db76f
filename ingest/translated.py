"""The names that a document shares with its translations: by its links, its place and its file's name."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from ingest.block import Reading
from ingest.origin import Origin

_REGION = r"(?:[-_][A-Za-z]{2})?"
_WEB = frozenset({"http", "https"})


def translation_names(origin: Origin, reading: Reading, language: str) -> tuple[str, ...]:
    """What the library links translations by.

    - The source that a sidecar calls the original: somebody says so, and that is enough.
    - A name for each pair of pages that call each other translations (`hreflang`): if only one does, none is shared.
      Sites link the front page of every language from every page.
    - Its address with the language taken out, from a folder (`/ro/guide`) or the file's name (`guide_ro.pdf`,
      `guide.ro.md`, `ro-guide.md`); only where it is the language that the text is in: "hr" may be human resources.
    """
    names = [] if origin.stated.translation_of is None else [origin.stated.translation_of]
    own = origin.source if urlsplit(origin.source).scheme in _WEB else reading.address or origin.source
    for link in reading.translations:
        other = urljoin(own, link)
        if other != own:
            names.append("pages " + " ".join(sorted((own, other))))
    place = _place(origin.source, language)
    return tuple(dict.fromkeys([*names, *([f"place {place}"] if place else [])]))


def _place(source: str, language: str) -> str | None:
    folder, _, file = source.rpartition("/")
    is_page = urlsplit(source).scheme in _WEB
    stem = file if is_page else re.sub(r"\.[A-Za-z0-9]{1,8}$", "", file)
    code = re.escape(language) + _REGION
    marked = re.sub(rf"^{code}[-_.](?=\w{{2}})|(?<=\w)[-_.]{code}(?=\.\w+$|$)", "*", stem, count=1, flags=re.I)
    if "*" in marked:
        return f"{folder}/{marked.replace('*', '')}"
    segments = folder.split("/")
    for number in range(len(segments) - 1, 2 if is_page else 0, -1):
        if re.fullmatch(code, segments[number], re.I):
            return "/".join((*segments[:number], "*", *segments[number + 1 :], stem))
    return None
