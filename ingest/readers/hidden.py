"""Text of a web page that nobody sees on it: removed, so that no instruction can hide there.

Panels that a reader opens with a click (accordions, tabs) are hidden too when the page is saved, and hold what people
need. They stay where the page itself shows how they are opened: a control that names them, a `details`, a heading with
a button before them, or a style rule for their open state. A text that is hidden by its colour, its size or its place
has no such excuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import html

from ingest.readers.style import Declarations, StyleSheet, declarations

_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh|in|cm|mm)?")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 0.16, "vw": 10.0, "vh": 10.0, "in": 96.0,
           "cm": 38.0, "mm": 3.8}  # fmt: skip
_SMALLEST = 3.5  # pixels of a letter that can still be read
_OFF_PAGE = -900  # pixels to the left or above from which nothing is seen
_OFFSETS = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin-right")
_CLIP = re.compile(r"rect\(\s*(?:0|1px)\w*[\s,]+(?:0|1px)\w*[\s,]+(?:0|1px)\w*[\s,]+(?:0|1px)\w*\s*\)")
_CLIP_PATH = re.compile(
    r"inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0(?:px|%)?\s+0(?:px|%)?(?:\s*,\s*0\w*\s+0\w*)*\s*\)"
)
_MOVED = re.compile(r"translate[xy3d]*\(\s*-?(\d+)(px|%|vw|vh|em)|scale[xy3d]*\(\s*0(?:\.0*)?\s*[,)]")
_ANIMATED = re.compile(r"\b(?:aos|wow|animat\w*|fade\w*|reveal\w*|scroll-\w+|elementor-invisible|appear\w*)\b", re.I)
_PANEL = re.compile(
    r"(?:^|[\s_-])(?:collaps\w*|accordion\w*|tab-?(?:pane|panel|content)\w*|panel\w*|toggle\w*|expand\w*|faq\w*|answer\w*"
    r"|spoiler\w*)(?:$|[\s_-])",
    re.I,
)
_CONTROLS = ("aria-controls", "href", "data-target", "data-bs-target", "for", "data-tab", "data-toggle-target")
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "button", "summary", "dt", "a", "label"})
_BACKGROUND_NAME = re.compile(
    r"(?:^|[\s_-])(?:bg|background|dark|hero|banner|cover|overlay|btn|button|badge|primary|secondary|inverse|teaser|stage"
    r"|slider|header|footer|alert|callout|box|card)(?:$|[\s_-])",
    re.I,
)
_COLOURS = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240),
            "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245)}  # fmt: skip
_NUMBER = re.compile(r"\d*\.?\d+")
_NEAR = 12  # steps of 255 by which a colour may differ from what is behind it and still not be seen

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Look:
    """What an element passes on to those in it."""

    unseen: bool = False
    tiny: bool = False
    colour: Colour | None = None
    transparent: bool = False
    background: Colour | None = (255, 255, 255)

    @property
    def hides(self) -> bool:
        """Whether text in this look cannot be seen."""
        return self.unseen or self.tiny or self.transparent or _alike(self.colour, self.background)


def drop_hidden(root: html.HtmlElement) -> None:
    """Remove, in place, every element and every piece of text that a reader of the page does not see."""
    sheet = StyleSheet()
    for element in root.xpath("//style[not(@media) or contains(@media, 'screen') or contains(@media, 'all')]"):
        sheet.add(element.text_content())
    opened = _opened_ids(root)
    looks: dict[html.HtmlElement, _Look] = {}
    gone: list[html.HtmlElement] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        parent = element.getparent()
        look = looks.get(parent, _Look()) if parent is not None else _Look()
        names = _names(element)
        style = sheet.of(element.tag, names, declarations(element.get("style", "")))
        if element.tag not in ("html", "body") and _is_hidden(element, style, sheet, opened):
            gone.append(element)
        look_in = _look(element, look, style)
        looks[element] = replace(look_in, background=None) if names & sheet.painted else look_in
        if element.tag != "html" and looks[element].hides:
            element.text = None
        if look.hides and element.tag != "body":
            element.tail = None
    for element in gone:
        if element.getparent() is not None:
            element.drop_tree()


def hides_itself(tag: str, attributes: dict[str, str]) -> bool:
    """Whether a tag's own attributes hide what is in it, as far as one can tell without the page around it."""
    element = html.Element(tag, attributes)
    style = declarations(attributes.get("style", ""))
    look = _look(element, _Look(), style)
    return look.hides or _is_hidden(element, style, StyleSheet(), frozenset())


def _names(element: html.HtmlElement) -> frozenset[str]:
    names = {f".{name}" for name in element.get("class", "").split()}
    return frozenset(names | ({f"#{element.get('id')}"} if element.get("id") else set()))


def _opened_ids(root: html.HtmlElement) -> frozenset[str]:
    """The ids that a control of the page names."""
    found: set[str] = set()
    for attribute in _CONTROLS:
        found.update(value.lstrip("#") for value in root.xpath(f"//*/@{attribute}") if not value.startswith("http"))
    return frozenset(found)


def _is_hidden(element: html.HtmlElement, style: Declarations, sheet: StyleSheet, opened: frozenset[str]) -> bool:
    if style and _out_of_sight(style):
        return True
    folded = (
        style.get("display") == "none"
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style and _is_flat(style))
    )
    if folded:
        return not _can_be_opened(element, sheet, opened)
    return "opacity" in style and _fraction(style["opacity"]) < 0.05 and not _is_animated(element)


def _out_of_sight(style: Declarations) -> bool:
    if any(_pixels(style.get(name, "")) <= _OFF_PAGE for name in _OFFSETS):
        return True
    moved = _MOVED.search(style.get("transform", ""))
    if moved and (moved[1] is None or int(moved[1]) * _PIXELS[moved[2]] >= -_OFF_PAGE):
        return True
    return bool(
        _CLIP.search(style.get("clip", ""))
        or _CLIP_PATH.search(style.get("clip-path", ""))
        or style.get("content-visibility") == "hidden"
        or style.get("mso-hide") == "all"
        or re.search(r"opacity\(\s*0%?\s*\)", style.get("filter", ""))
    )


def _is_flat(style: Declarations) -> bool:
    if style.get("overflow", style.get("overflow-y", "")) not in ("hidden", "clip"):
        return False
    sizes = (style.get(name, "") for name in ("height", "max-height", "width", "max-width"))
    return any(size and _LENGTH.match(size) is not None and abs(_pixels(size)) <= 1 for size in sizes)


def _can_be_opened(element: html.HtmlElement, sheet: StyleSheet, opened: frozenset[str]) -> bool:
    if element.get("id") in opened or element.get("role") == "tabpanel" or element.get("hidden") == "until-found":
        return True
    names = _names(element)
    if names & sheet.names_with_states:
        return True
    before = element.getprevious()
    return (
        before is not None
        and (before.tag in _HEADS or bool(before.xpath("./button | ./a[starts-with(@href, '#')] | ./*/button")))
        and _PANEL.search(f"{element.get('class', '')} {element.get('id', '')}") is not None
    )


def _is_animated(element: html.HtmlElement) -> bool:
    """Whether a script shows the element when it is scrolled to."""
    return _ANIMATED.search(f"{element.get('class', '')} {' '.join(map(str, element.attrib))}") is not None


def _look(element: html.HtmlElement, above: _Look, style: Declarations) -> _Look:
    look = above
    if not style and not element.attrib:
        return look
    if "visibility" in style:
        look = replace(look, unseen=style["visibility"] in ("hidden", "collapse") and not _is_animated(element))
    if "font-size" in style and _LENGTH.match(style["font-size"]):
        look = replace(look, tiny=0 <= _pixels(style["font-size"]) < _SMALLEST)
    background = style.get("background-color") or style.get("background") or element.get("bgcolor")
    if background:
        look = replace(look, background=_colour(background))
    elif _BACKGROUND_NAME.search(element.get("class", "")) and element.tag != "body":
        look = replace(look, background=None)
    stated = style.get("color") or (element.get("color") if element.tag == "font" else None)
    if stated:
        look = replace(look, colour=_colour(stated), transparent=_is_transparent(stated))
    return look


def _alike(colour: Colour | None, background: Colour | None) -> bool:
    if colour is None or background is None:
        return False
    return all(abs(one - other) <= _NEAR for one, other in zip(colour, background, strict=True))


def _is_transparent(value: str) -> bool:
    numbers = _NUMBER.findall(value)
    return value == "transparent" or (
        value.startswith(("rgba", "hsla")) and len(numbers) == 4 and float(numbers[3]) == 0
    )


def _colour(value: str) -> Colour | None:
    """Red, green and blue of the first colour in a value; None for what is not known (a picture, a variable)."""
    value = value.strip().lower()
    if re.match(r"#[0-9a-f]{3,8}\b", value):
        digits = value.split()[0][1:]
        digits = "".join(digit * 2 for digit in digits[:3]) if len(digits) in (3, 4) else digits[:6].ljust(6, "0")
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if value.startswith("rgb"):
        numbers = [min(255, int(float(number))) for number in _NUMBER.findall(value)[:3]]
        return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
    return _COLOURS.get(value.split()[0]) if value else None


def _pixels(value: str) -> float:
    match = _LENGTH.match(value)
    return float(match[1]) * _PIXELS[match[2] or ""] if match else 0.0


def _fraction(value: str) -> float:
    match = re.match(r"(\d*\.?\d+)\s*(%?)", value)
    return float(match[1]) / (100 if match[2] else 1) if match else 1.0
