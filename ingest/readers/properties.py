"""What office files and PDFs say of themselves in their properties.

Not the date: a file's date is when its template was made or when it was last printed, not when the text was published.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from index.errors import ItemRejected
from ingest.block import Reading
from ingest.credits import name_in, names_in
from ingest.package import Package

_APP = "docProps/app.xml"
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


def app_properties(package: Package) -> dict[str, str]:
    """What the program that wrote an Office file said of it, by the names of its elements: "Company", "Pages"."""
    if _APP not in package:
        return {}
    try:
        root = package.tree(_APP)
    except ItemRejected:  # the text does not depend on it
        return {}
    return {etree.QName(element).localname: element.text or "" for element in root.iterchildren("*")}


def core_properties(core: object) -> dict[str, object]:
    """What the libraries for Office files call core properties, as `properties` takes them."""
    names = ("title", "author", "creator", "category", "subject", "language")
    said = {name: getattr(core, name, None) for name in names}
    return {**said, "author": said["author"] or said["creator"]}
