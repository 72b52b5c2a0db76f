"""What the styles of a Word document make of a paragraph, and how its letters look: each style is resolved once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from docx.oxml.ns import qn
from lxml import etree

_HEADING = re.compile(r"(?:heading|titolo|titlu|titre|título|überschrift|заголовок)\s*(\d)", re.I)
_TITLE = re.compile(r"^(?:title|titolo|titlu|titre|título|titel|назва|название)$", re.I)
_LIST = re.compile(r"\blist\b|elenco|listă|liste\b|lista\b", re.I)
_CONTENTS = re.compile(r"toc \d|sommario \d|cuprins \d", re.I)
_NO = frozenset({"0", "false", "off", "none"})
_PLAIN = frozenset({"auto", "FFFFFF", "ffffff", ""})
_ID, _TYPE, _VAL, _DEFAULT, _FILL = map(qn, ("w:styleId", "w:type", "w:val", "w:default", "w:fill"))
_RUN_LOOK, _PARAGRAPH_LOOK, _BASED_ON, _OUTLINE = map(qn, ("w:rPr", "w:pPr", "w:basedOn", "w:outlineLvl"))
_VANISH, _WEB_HIDDEN, _SIZE, _COLOUR = map(qn, ("w:vanish", "w:webHidden", "w:sz", "w:color"))
_HIGHLIGHT, _SHADE = map(qn, ("w:highlight", "w:shd"))
_BODY_LEVEL = 9  # the outline level of what is no heading


@dataclass(frozen=True, slots=True)
class Look:
    """What a `w:rPr` says of its letters; None where it says nothing. `size` is in half points."""

    vanishes: bool | None = None
    size: int | None = None
    colour: str | None = None
    is_shaded: bool = False

    def over(self, below: Look) -> Look:
        """This look where it says something, else the one it is laid over."""
        return Look(
            below.vanishes if self.vanishes is None else self.vanishes,
            below.size if self.size is None else self.size,
            below.colour if self.colour is None else self.colour,
            self.is_shaded or below.is_shaded,
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A heading's `level` is 0 where the style's name makes none; then its outline or a style that it is based on may
    still give `level_below`."""

    level: int = 0
    level_below: int = 0
    is_list: bool = False
    is_contents: bool = False
    look: Look = Look()


class Styles:
    """The styles of one document, by their identifiers. An unknown one is the default, as in Word."""

    def __init__(self, root: etree._Element) -> None:
        styles = list(root.iterchildren(qn("w:style")))
        self._paragraph = {style.get(_ID): style for style in styles if style.get(_TYPE, "paragraph") == "paragraph"}
        self._run = {style.get(_ID): style for style in styles if style.get(_TYPE) == "character"}
        defaults = [style for style in self._paragraph.values() if style.get(_DEFAULT, "0") not in _NO]
        self._default = defaults[-1] if defaults else None
        self.paragraph = cache(self._paragraph_style)
        self.run_look = cache(self._run_look)

    def _paragraph_style(self, identifier: str | None) -> Style:
        chain = list(_chain(self._paragraph.get(identifier, self._default), self._paragraph))
        if not chain:
            return Style()
        name, *below = map(_name, chain)
        return Style(
            level=_level(name),
            level_below=next((found for found in map(_level, below) if found), 0) or _outline_level(chain),
            is_list=_LIST.search(name) is not None,
            is_contents=_CONTENTS.match(name) is not None,
            look=_look_of(chain),
        )

    def _run_look(self, identifier: str | None) -> Look:
        return _look_of(list(_chain(self._run.get(identifier), self._run)))


def look(marks: etree._Element | None) -> Look:
    """What one `w:rPr` says by itself."""
    if marks is None:
        return Look()
    vanishing = [mark.get(_VAL, "1") not in _NO for mark in marks.iterchildren(_VANISH, _WEB_HIDDEN)]
    size, colour = marks.find(_SIZE), marks.find(_COLOUR)
    points = "" if size is None else size.get(_VAL, "")
    return Look(
        vanishes=any(vanishing) if vanishing else None,
        size=int(points) if points.isascii() and points.isdigit() else None,
        colour=None if colour is None else colour.get(_VAL, ""),
        is_shaded=marks.find(_HIGHLIGHT) is not None or has_fill(marks),
    )


def has_fill(marks: etree._Element) -> bool:
    """Whether the properties of a run, paragraph, cell or table colour what is behind it."""
    return any(shade.get(_FILL, "auto") not in _PLAIN for shade in marks.iterchildren(_SHADE))


def outline_level(marks: etree._Element | None) -> int:
    """The level that a `w:pPr` gives its paragraph in the outline, 0 for none."""
    mark = None if marks is None else marks.find(_OUTLINE)
    value = "" if mark is None else mark.get(_VAL, "")
    return int(value) + 1 if len(value) == 1 and value.isascii() and value.isdigit() and int(value) < _BODY_LEVEL else 0


def _chain(style: etree._Element | None, styles: dict[str | None, etree._Element]) -> Iterator[etree._Element]:
    """The style and those it is based on, each once."""
    seen: set[etree._Element] = set()
    while style is not None and style not in seen:
        yield style
        seen.add(style)
        base = style.find(_BASED_ON)
        style = None if base is None else styles.get(base.get(_VAL))


def _name(style: etree._Element) -> str:
    name = style.find(qn("w:name"))
    return "" if name is None else name.get(_VAL, "")


def _level(name: str) -> int:
    heading = _HEADING.search(name)
    return max(1, int(heading[1])) if heading else int(_TITLE.match(name) is not None)


def _outline_level(chain: list[etree._Element]) -> int:
    marks = [found for style in chain if (found := style.find(_PARAGRAPH_LOOK)) is not None]
    stated = next((found for found in marks if found.find(_OUTLINE) is not None), None)
    return outline_level(stated)


def _look_of(chain: list[etree._Element]) -> Look:
    found = Look()
    for style in chain:
        paragraph = style.find(_PARAGRAPH_LOOK)
        found = found.over(look(style.find(_RUN_LOOK)))
        found = found.over(Look(is_shaded=paragraph is not None and has_fill(paragraph)))
    return found
