"""A conversation as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.messages import message
from ui.exports.conversation import Passage

# What opens a link, an image, a tag, emphasis or code; documents' and people's words must stay as they are.
_AS_TEXT = str.maketrans({mark: f"\\{mark}" for mark in "\\[]<>*_`#|!"})
_IN_ADDRESS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "\\<> "})


def markdown(title: str, passages: Iterable[Passage]) -> bytes:
    """In UTF-8; each answer is followed by its references."""
    lines = [f"# {_plain(title)}", *(line for passage in passages for line in _lines(passage))]
    return ("\n\n".join(lines) + "\n").encode()


def _lines(passage: Passage) -> Iterator[str]:
    yield f"## {_plain(passage.question)}"
    yield from map(_plain, passage.paragraphs)
    for remark in passage.remarks:
        yield f"> {_plain(remark)}"
    if passage.references:
        yield f"**{message('chat_sources', passage.language)}**"
    for reference in passage.references:
        address = reference.address.translate(_IN_ADDRESS)
        yield f"\\[{reference.number}\\] {_plain(reference.facts)}, <{address}>\n\n> {_plain(reference.quote)}"


def _plain(text: str) -> str:
    return " ".join(text.split()).translate(_AS_TEXT)
