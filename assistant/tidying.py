"""Takes off what a chat model puts around a sentence; says which sentences are not even to be proven."""

from __future__ import annotations

import re
from collections.abc import Container

_BULLET = re.compile(r"^\s*(?:[-*•–#>]+|\d{1,2}[.)])\s+")
_MARKS = re.compile(r"\s*(?:\[(?:passage |source )?\d+(?:\s*,\s*\d+)*\]|【[^】]*】)|\*\*|__|`+", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_ADDRESS = re.compile(
    r"(?:\b(?:https?|ftp|file)://|\bwww\.|\b(?:javascript|data|mailto):)[^\s<>\"')\]]*", re.IGNORECASE
)
_PATH = re.compile(r"\b[\w-]+\.[a-z]{2,}/\S", re.IGNORECASE)
_TAG = re.compile(r"<\s*[/!a-z]", re.IGNORECASE)
_BROKEN = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_MATERIAL = (
    r"(?:passages?|documents?|sources?|texts?|context|passaggi|documenti|testi|fonti|extraits|textes|"
    r"pasajes|documentos|textos|fuentes|pasajelor|documentelor|textelor|surselor|passagen|dokumenten|quellen)"
)
_LEAD_IN = re.compile(
    rf"^(?:according to|based on|secondo|in base [ai]i?|selon|d['’]après|según|conform|potrivit|laut)\s+"
    rf"(?:\w+\s+){{0,2}}{_MATERIAL}(?:\s+\w+){{0,1}}\s*,\s*",
    re.IGNORECASE,
)
_ASKS = ("?", "؟", "？")


def tidied(sentence: str, sources: Container[str]) -> str | None:
    """The bare sentence, or None where it says nothing, or holds broken characters, markup, or a foreign address.

    A question says nothing, though its words may well stand in a source. Addresses in `sources` are not foreign.
    """
    if _BROKEN.search(sentence) or _TAG.search(sentence):
        return None
    for found in _LINK.finditer(sentence):
        if found[0].startswith("!") or found[2] not in sources:
            return None
    text = _LINK.sub(r"\1", sentence)
    addresses = [found[0].rstrip(".,;:!?") for found in _ADDRESS.finditer(text)]
    if any(address not in sources for address in addresses) or (_PATH.search(text) and not addresses):
        return None
    text = " ".join(_MARKS.sub("", _BULLET.sub("", text)).split())
    text = _LEAD_IN.sub("", text)
    if text.endswith(_ASKS) or not any(char.isalpha() for char in text):
        return None
    return text[:1].upper() + text[1:]
