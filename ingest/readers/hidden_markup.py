"""Text in Markdown that nobody sees when it is rendered: comments, hidden tags, titles of link definitions."""

from __future__ import annotations

import re

from ingest.readers.hidden import hides_itself

_COMMENT = re.compile(r"<!--.*?-->|^ {0,3}<!--.*\Z", re.S | re.M)
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*\S.*(?:\n[ \t]+[\"'(][^\n]*[\"')][ \t]*$)?", re.M)
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][\w-]*)(?P<attributes>(?:\s+[^\s=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+))?)*)\s*(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"([^\s=<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s<>\"']+)))?")
_UNSEEN = frozenset({"footer", "script", "style", "nav", "template", "noscript", "iframe", "object", "dialog"})
_HIDING = frozenset({"style", "hidden", "aria-hidden", "class", "color", "bgcolor"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "source", "col"})
_INLINE = frozenset({"span", "font", "b", "i", "em", "strong", "a", "small", "u", "sup", "sub", "mark", "code"})


def without_hidden(text: str) -> str:
    """The text without what is hidden. A hidden tag never closed hides the rest, an inline one its paragraph."""
    text = _DEFINITION.sub("", _COMMENT.sub(" ", text))
    kept: list[str] = []
    position = 0
    hidden_by, depth = "", 0
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if hidden_by in _INLINE and (paragraph := text.find("\n\n", position, tag.start())) >= 0:
            position, hidden_by = paragraph, ""
        if hidden_by:
            if name == hidden_by and not tag["empty"]:
                depth += -1 if tag["close"] else 1
            if depth == 0:
                position, hidden_by = tag.end(), ""
        elif not tag["close"] and not tag["empty"] and name not in _VOID and _hides(name, tag["attributes"]):
            kept.append(text[position : tag.start()])
            position, hidden_by, depth = tag.end(), name, 1
    if not hidden_by:
        kept.append(text[position:])
    elif hidden_by in _INLINE and (paragraph := text.find("\n\n", position)) >= 0:
        kept.append(text[paragraph:])
    return " ".join(kept)


def _hides(name: str, attributes: str) -> bool:
    if name in _UNSEEN:
        return True
    found = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(attributes)}
    return bool(found) and hides_itself(name, {key: value for key, value in found.items() if key in _HIDING})
